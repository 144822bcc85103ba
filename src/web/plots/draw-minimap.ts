import { SPAN_STATUSES } from "../../model/vocabulary.ts";
import type { Context, Inks, Size } from "./canvas.ts";
import { concurrency } from "./concurrency.ts";
import { agentPaint } from "./paints.ts";
import type { TimelineModel } from "./timeline-model.ts";
import { fit, lengthMs } from "./viewport.ts";

export interface MinimapScene {
  readonly model: TimelineModel | undefined;
  readonly inks: Inks;
}

const BIN_PX = 2;
const ERROR = SPAN_STATUSES.indexOf("error");
const HEAD_PX = 4;

/** How many spans work at once, agent on agent, and where something failed. */
export function drawMinimap(context: Context, { width, height }: Size, { model, inks }: MinimapScene): void {
  if (model === undefined) return;
  const { columns, tree, own, bounds } = model;
  const whole = fit(bounds);
  const bins = Math.max(1, Math.floor(width / BIN_PX));
  const { layers, max } = concurrency(columns, tree, own, whole, bins);
  const unit = (height - HEAD_PX - 2) / Math.max(1, max);
  const below = new Float64Array(bins);
  for (const { agent, values } of layers) {
    context.fillStyle = agentPaint(columns, agent, inks.isDark)[agent < 0 ? "soft" : "medium"];
    context.beginPath();
    for (let bin = 0; bin < bins; bin++) {
      const value = values[bin] as number;
      if (value < 0.01) continue;
      const tall = Math.max(value * unit, 0.75);
      context.rect(bin * BIN_PX, height - (below[bin] as number) - tall, BIN_PX, tall);
      below[bin] = (below[bin] as number) + tall;
    }
    context.fill();
  }
  drawErrors(context, width / lengthMs(whole), whole.startMs, model, inks);
}

function drawErrors(context: Context, pxPerMs: number, startMs: number, model: TimelineModel, inks: Inks): void {
  const { columns, tree, ends } = model;
  const seen = new Set<number>();
  context.fillStyle = inks.fail;
  for (let p = 0; p < tree.rows.length; p++) {
    const row = tree.rows[p] as number;
    if (columns.status[row] !== ERROR) continue;
    const x = Math.round(((ends[row] as number) - startMs) * pxPerMs);
    if (seen.has(x)) continue;
    seen.add(x);
    context.fillRect(x - 1, 0, 2, HEAD_PX);
  }
}
