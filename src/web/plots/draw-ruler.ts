import type { Context, Inks, Size } from "./canvas.ts";
import { timeTicks } from "./time-ticks.ts";
import type { Viewport } from "./viewport.ts";

export interface RulerScene {
  readonly view: Viewport;
  readonly inks: Inks;
  readonly leftPx: number;
}

/** Labels of instants over the bars. */
export function drawRuler(context: Context, { width, height }: Size, { view, inks, leftPx }: RulerScene): void {
  const barsWidth = width - leftPx;
  context.save();
  context.beginPath();
  context.rect(leftPx, 0, barsWidth, height);
  context.clip();
  context.font = inks.smallFont;
  context.textBaseline = "middle";
  for (const { x, label } of timeTicks(view, barsWidth)) {
    const at = Math.round(leftPx + x) + 0.5;
    context.strokeStyle = inks.line;
    context.beginPath();
    context.moveTo(at, 0);
    context.lineTo(at, height);
    context.stroke();
    if (at + 5 + context.measureText(label).width > width) continue;
    context.fillStyle = inks.ink3;
    context.fillText(label, at + 5, height / 2 + 0.5);
  }
  context.restore();
}

/** The ruler's lines, continued through a plot. */
export function drawTimeGrid(context: Context, { width, height }: Size, { view, inks, leftPx }: RulerScene): void {
  context.strokeStyle = inks.line;
  context.lineWidth = 1;
  context.beginPath();
  for (const { x } of timeTicks(view, width - leftPx)) {
    const at = Math.round(leftPx + x) + 0.5;
    if (at <= leftPx) continue;
    context.moveTo(at, 0);
    context.lineTo(at, height);
  }
  context.stroke();
}
