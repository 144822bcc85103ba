import { formatDuration } from "../base/format.ts";
import type { Context, Inks, Size } from "./canvas.ts";
import type { TimeScale } from "./time-scale.ts";
import { breaksInSight, timeTicks } from "./time-ticks.ts";
import type { Viewport } from "./viewport.ts";

/** Room on both sides of how long a folded gap is. */
const BREAK_LABEL_PADDING = 8;

export interface RulerScene {
  /** On the scale. */
  readonly view: Viewport;
  readonly scale: TimeScale;
  readonly inks: Inks;
  readonly leftPx: number;
}

/** Labels of instants over the bars. */
export function drawRuler(context: Context, { width, height }: Size, { view, scale, inks, leftPx }: RulerScene): void {
  const barsWidth = width - leftPx;
  context.save();
  context.beginPath();
  context.rect(leftPx, 0, barsWidth, height);
  context.clip();
  context.font = inks.smallFont;
  context.textBaseline = "middle";
  const taken = breaksInSight(scale, view, barsWidth).map(({ middleX, ms }) => {
    const half = context.measureText(formatDuration(ms)).width / 2 + BREAK_LABEL_PADDING;
    return { from: middleX - half, to: middleX + half };
  });
  for (const { x, label } of timeTicks(view, barsWidth, scale)) {
    const at = Math.round(leftPx + x) + 0.5;
    context.strokeStyle = inks.line;
    context.beginPath();
    context.moveTo(at, 0);
    context.lineTo(at, height);
    context.stroke();
    const labelEnd = x + 5 + context.measureText(label).width;
    if (leftPx + labelEnd > width || taken.some(({ from, to }) => x + 5 < to && labelEnd > from)) continue;
    context.fillStyle = inks.ink3;
    context.fillText(label, at + 5, height / 2 + 0.5);
  }
  context.restore();
}

/** The ruler's lines, continued through a plot. */
export function drawTimeGrid(
  context: Context,
  { width, height }: Size,
  { view, scale, inks, leftPx }: RulerScene,
): void {
  context.strokeStyle = inks.line;
  context.lineWidth = 1;
  context.beginPath();
  for (const { x } of timeTicks(view, width - leftPx, scale)) {
    const at = Math.round(leftPx + x) + 0.5;
    if (at <= leftPx) continue;
    context.moveTo(at, 0);
    context.lineTo(at, height);
  }
  context.stroke();
}
