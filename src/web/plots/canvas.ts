// What drawing needs of the page: a context in CSS pixels, colours and type faces from the style sheet, icons, and texts
// that fit.

import { ICON_PATHS, type IconName } from "../base/icon-paths.ts";
import { visibleLine } from "../base/visible-text.ts";

/** In CSS pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

export type Context = CanvasRenderingContext2D;

/** Makes a canvas as many device pixels large as it is seen, and clears it. Undefined while it has no size. */
export function prepareCanvas(
  canvas: HTMLCanvasElement,
  { width, height }: Size,
  ratio = devicePixelRatio,
): Context | undefined {
  const pixelWidth = Math.round(width * ratio);
  const pixelHeight = Math.round(height * ratio);
  if (pixelWidth === 0 || pixelHeight === 0) return undefined;
  if (canvas.width !== pixelWidth || canvas.height !== pixelHeight) {
    canvas.width = pixelWidth;
    canvas.height = pixelHeight;
  }
  const context = canvas.getContext("2d");
  if (context === null) return undefined;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  return context;
}

const INKS = {
  ground: "--ground",
  raised: "--raised",
  hover: "--hover",
  line: "--line",
  lineStrong: "--line-strong",
  ink: "--ink",
  ink2: "--ink-2",
  ink3: "--ink-3",
  accent: "--accent",
  accentGround: "--accent-ground",
  fail: "--fail",
} as const;

/** Colours and faces of the style sheet, as a canvas understands them. */
export interface Inks extends Readonly<Record<keyof typeof INKS, string>> {
  readonly isDark: boolean;
  readonly font: string;
  readonly smallFont: string;
}

/** Reads the style sheet's colours of one theme. */
export function readInks(isDark: boolean): Inks {
  const probe = document.createElement("span");
  probe.style.setProperty("color-scheme", isDark ? "dark" : "light");
  document.body.append(probe);
  const inks = Object.fromEntries(
    Object.entries(INKS).map(([name, property]) => {
      probe.style.setProperty("color", `var(${property})`);
      return [name, getComputedStyle(probe).color];
    }),
  ) as Record<keyof typeof INKS, string>;
  const family = getComputedStyle(probe).fontFamily;
  probe.remove();
  return { ...inks, isDark, font: `12px ${family}`, smallFont: `11px ${family}` };
}

const paths = new Map<IconName, Path2D>();

/** Strokes an icon of `size` pixels with its corner at x, y. */
export function drawIcon(context: Context, icon: IconName, at: { x: number; y: number; size: number }): void {
  let path = paths.get(icon);
  if (path === undefined) {
    path = new Path2D(ICON_PATHS[icon]);
    paths.set(icon, path);
  }
  const scale = at.size / 16;
  context.save();
  context.translate(at.x, at.y);
  context.scale(scale, scale);
  context.lineWidth = 1.4;
  context.lineJoin = "round";
  context.lineCap = "round";
  context.stroke(path);
  context.restore();
}

const FITTED_MAX = 20_000;
const fitted = new Map<string, string>();

/** The text on one line, cut with an ellipsis where it is wider than `width`; "" when nothing fits. */
export function fitText(context: Context, text: string, width: number): string {
  const room = Math.floor(width / 4) * 4;
  if (room <= 0) return "";
  const key = `${context.font}|${room}|${text}`;
  const known = fitted.get(key);
  if (known !== undefined) return known;
  if (fitted.size > FITTED_MAX) fitted.clear();
  const made = cutToWidth(context, visibleLine(text), room);
  fitted.set(key, made);
  return made;
}

function cutToWidth(context: Context, line: string, width: number): string {
  if (context.measureText(line).width <= width) return line;
  let low = 0;
  let high = line.length;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (context.measureText(`${line.slice(0, middle)}…`).width <= width) low = middle;
    else high = middle - 1;
  }
  return low === 0 ? "" : `${line.slice(0, low)}…`;
}

/** Texts were cut for other faces than those that have arrived since. */
export function forgetFittedTexts(): void {
  fitted.clear();
}
