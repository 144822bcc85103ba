// Thousands of lines take longer to draw than a frame lasts. They are painted aside, some a frame, and shown when they
// are all there; until then the last picture stands in, moved and scaled to where it belongs now. How many a frame
// bears is learned from how long frames last: browsers draw later than they are told, so that a clock around the calls
// says nothing. (One path for all lines would be several times slower still: overlaps inside of a path are sorted out.)

import { type Context, prepareCanvas, type Size } from "./canvas.ts";
import { drawLink, type LinkLine } from "./link-lines.ts";
import type { Plane } from "./plane.ts";

const LINES_MIN = 60;
const LINES_FIRST = 400;
const LINES_MAX = 6000;
/** A frame that lasted longer bore too much, a shorter one could bear more. */
const FRAME_MS_LONG = 30;
const FRAME_MS_SHORT = 20;

interface Picture {
  readonly canvas: HTMLCanvasElement;
  readonly context: Context;
  readonly lines: readonly LinkLine[];
  readonly plane: Plane;
  readonly size: Size;
  /** How many lines are on it. */
  painted: number;
}

export class LinkRaster {
  #shown: Picture | undefined;
  #making: Picture | undefined;
  #spare: HTMLCanvasElement | undefined;
  #linesAFrame = LINES_FIRST;
  #paintedAtMs: number | undefined;

  /** Draws the lines as far as they are painted. True: there are more, and it wants to be called in the next frame. */
  draw(context: Context, size: Size, plane: Plane, lines: readonly LinkLine[]): boolean {
    if (!isOf(this.#shown, size, plane, lines)) this.#make(size, plane, lines);
    const picture = this.#shown ?? this.#making;
    if (picture !== undefined) blit(context, picture, plane);
    const isDone = isOf(this.#shown, size, plane, lines);
    if (isDone) this.#paintedAtMs = undefined;
    return !isDone;
  }

  #make(size: Size, plane: Plane, lines: readonly LinkLine[]): void {
    const isBegun = isOf(this.#making, size, plane, lines);
    if (!isBegun) {
      const canvas = this.#making?.canvas ?? this.#spare ?? document.createElement("canvas");
      this.#making = begin(canvas, size, plane, lines);
      this.#paintedAtMs = undefined;
    }
    // While the reader moves on with every frame, the last picture serves.
    if (isBegun || this.#shown === undefined || lines.length <= LINES_FIRST) this.#paint();
  }

  #paint(): void {
    const picture = this.#making;
    if (picture === undefined) return;
    this.#learn(performance.now());
    const end = Math.min(picture.lines.length, picture.painted + this.#linesAFrame);
    for (let i = picture.painted; i < end; i++) drawLink(picture.context, picture.lines[i] as LinkLine);
    picture.painted = end;
    if (end < picture.lines.length) return;
    this.#spare = this.#shown?.canvas;
    this.#shown = picture;
    this.#making = undefined;
  }

  #learn(nowMs: number): void {
    const lastedMs = this.#paintedAtMs === undefined ? undefined : nowMs - this.#paintedAtMs;
    this.#paintedAtMs = nowMs;
    if (lastedMs === undefined) return;
    if (lastedMs > FRAME_MS_LONG) this.#linesAFrame = Math.max(LINES_MIN, Math.floor(this.#linesAFrame / 2));
    else if (lastedMs < FRAME_MS_SHORT) this.#linesAFrame = Math.min(LINES_MAX, this.#linesAFrame * 2);
  }
}

function isOf(picture: Picture | undefined, size: Size, plane: Plane, lines: readonly LinkLine[]): boolean {
  return picture !== undefined && picture.size === size && picture.plane === plane && picture.lines === lines;
}

function begin(canvas: HTMLCanvasElement, size: Size, plane: Plane, lines: readonly LinkLine[]): Picture | undefined {
  const context = prepareCanvas(canvas, size);
  if (context === undefined) return undefined;
  context.translate(plane.x, plane.y);
  context.scale(plane.scale, plane.scale);
  context.lineCap = "round";
  context.lineJoin = "round";
  return { canvas, context, lines, plane, size, painted: 0 };
}

/** The picture where it stands on another plane. */
function blit(context: Context, picture: Picture, plane: Plane): void {
  const ratio = plane.scale / picture.plane.scale;
  const x = plane.x - picture.plane.x * ratio;
  const y = plane.y - picture.plane.y * ratio;
  context.drawImage(picture.canvas, x, y, picture.size.width * ratio, picture.size.height * ratio);
}
