import type { Context, Inks, Size } from "./canvas.ts";
import { type BucketRange, type HistogramBar, type HistogramScale, shareOf } from "./duration-histogram.ts";

export interface HistogramScene {
  readonly bars: readonly HistogramBar[];
  readonly scale: HistogramScale | undefined;
  readonly range: BucketRange | undefined;
  readonly hovered: number | undefined;
  readonly inks: Inks;
}

const GAP_PX = 1;
const UNCHOSEN_ALPHA = 0.35;

/** Runs by duration, those that failed at the foot of each bar; what is not brushed is pale. */
export function drawHistogram(context: Context, { width, height }: Size, scene: HistogramScene): void {
  const { bars, scale, range, hovered, inks } = scene;
  context.fillStyle = inks.lineStrong;
  context.fillRect(0, height - 1, width, 1);
  if (scale === undefined) return;
  const foot = height - 1;
  for (const { bucket, count, failed } of bars) {
    const left = Math.round(shareOf(scale, bucket) * width);
    const right = Math.round(shareOf(scale, bucket + 1) * width);
    const barWidth = Math.max(1, right - left - GAP_PX);
    const barHeight = Math.max(1, Math.round((count / scale.highest) * foot));
    const failedHeight = failed === 0 ? 0 : Math.max(1, Math.round((failed / scale.highest) * foot));
    const isChosen = range === undefined || (bucket >= range.from && bucket < range.to);
    if (bucket === hovered) {
      context.fillStyle = inks.hover;
      context.fillRect(left, 0, barWidth, foot);
    }
    context.globalAlpha = isChosen ? 1 : UNCHOSEN_ALPHA;
    context.fillStyle = bucket === hovered ? inks.ink2 : inks.ink3;
    context.fillRect(left, foot - barHeight, barWidth, barHeight);
    context.fillStyle = inks.fail;
    context.fillRect(left, foot - failedHeight, barWidth, failedHeight);
    context.globalAlpha = 1;
  }
}
