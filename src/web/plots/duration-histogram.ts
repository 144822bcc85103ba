// A histogram of durations on a logarithmic scale: what it shows, where its bars and labels lie, and how a range is
// brushed. A place on its scale is a number of buckets (model/duration-buckets.ts), with a fraction in between. Pure.

import {
  BUCKETS_OF_DECADE,
  bucketBoundsMs,
  DURATION_BOUNDS_NS,
  decadeBefore,
  durationBucket,
} from "../../model/duration-buckets.ts";
import type { DurationBucket } from "../../model/shapes.ts";

const NS_PER_MS = 1e6;
const BUCKETS = DURATION_BOUNDS_NS.length;
/** So wide from the start that most of what comes later has its place, and what was there keeps its own. */
const WIDTH_MIN = 4 * BUCKETS_OF_DECADE;
const MARGIN = 2;
const DECADE_LABELS_MS = [0.01, 0.1, 1, 10, 100, 1e3, 1e4, 6e4, 6e5, 36e5, 36e6, 864e5, 864e6];

/** What is shown: buckets from `first` up to `end`, and the height of the highest bar. */
export interface HistogramScale {
  readonly first: number;
  readonly end: number;
  readonly highest: number;
}

/** Buckets, the first one in and the last one not. */
export interface BucketRange {
  readonly from: number;
  readonly to: number;
}

export interface HistogramBar {
  readonly bucket: number;
  readonly count: number;
  readonly failed: number;
}

export function histogramBars(buckets: readonly DurationBucket[]): HistogramBar[] {
  return buckets.map(({ fromMs, count, failed }) => ({
    bucket: durationBucket(Math.round(fromMs * NS_PER_MS)),
    count,
    failed,
  }));
}

/** The scale that shows all bars, in powers of ten; it only grows out of the one before, so that live bars do not move. */
export function histogramScale(bars: readonly HistogramBar[], before?: HistogramScale): HistogramScale | undefined {
  const [least, most] = [bars[0], bars.at(-1)];
  if (least === undefined || most === undefined) return before;
  const highest = Math.max(...bars.map(({ count }) => count));
  const first = decadeBefore(least.bucket - MARGIN);
  const end = decadeBefore(most.bucket + 1 + MARGIN) + BUCKETS_OF_DECADE;
  if (before === undefined) return { ...widened(first, end), highest: niceHeight(highest) };
  const fits = least.bucket >= before.first && most.bucket < before.end && highest <= before.highest;
  if (fits) return before;
  return {
    first: least.bucket < before.first ? Math.max(0, first) : before.first,
    end: most.bucket >= before.end ? Math.min(BUCKETS, end) : before.end,
    highest: highest > before.highest ? niceHeight(highest) : before.highest,
  };
}

function widened(first: number, end: number): { first: number; end: number } {
  const missing = Math.max(0, WIDTH_MIN - (end - first)) / BUCKETS_OF_DECADE;
  return {
    first: Math.max(0, first - Math.floor(missing / 2) * BUCKETS_OF_DECADE),
    end: Math.min(BUCKETS, end + Math.ceil(missing / 2) * BUCKETS_OF_DECADE),
  };
}

/** A bit more than the highest bar, in steps: a few more runs change nothing. */
function niceHeight(count: number): number {
  const step = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(1, count))) - 1);
  return Math.ceil((count * 1.05) / step) * step;
}

/** Where a duration lies on the scale, in buckets. */
export function bucketPlace(ms: number): number {
  const bucket = durationBucket(ms * NS_PER_MS);
  const { fromMs, toMs } = bucketBoundsMs(bucket);
  if (toMs === undefined || fromMs === 0) return bucket;
  return bucket + Math.log(ms / fromMs) / Math.log(toMs / fromMs);
}

/** Where a place lies in the picture: 0 at its left, 1 at its right. */
export function shareOf({ first, end }: HistogramScale, bucketAt: number): number {
  return Math.min(1, Math.max(0, (bucketAt - first) / (end - first)));
}

/** The bucket at a share of the picture. */
export function bucketAtShare({ first, end }: HistogramScale, share: number): number {
  return Math.min(end - 1, Math.max(first, Math.floor(first + share * (end - first))));
}

export interface ScaleLabel {
  readonly ms: number;
  readonly share: number;
}

/** Durations that people count in, with room between them. */
export function scaleLabels(scale: HistogramScale, width: number, labelWidth: number): ScaleLabel[] {
  const labels: ScaleLabel[] = [];
  for (const ms of DECADE_LABELS_MS) {
    const at = bucketPlace(ms);
    const share = shareOf(scale, at);
    const x = share * width;
    if (at < scale.first || at > scale.end || x < labelWidth * 1.5 || x > width - labelWidth * 1.5) continue;
    const last = labels.at(-1);
    if (last === undefined || x - last.share * width >= labelWidth) labels.push({ ms, share });
  }
  return labels;
}

/** A range of the URL as places on the scale; undefined when nothing is brushed. */
export function brushedRange(
  scale: HistogramScale,
  minMs: number | undefined,
  maxMs: number | undefined,
): BucketRange | undefined {
  if (minMs === undefined && maxMs === undefined) return undefined;
  return {
    from: minMs === undefined ? scale.first : bucketPlace(minMs),
    to: maxMs === undefined ? scale.end : bucketPlace(maxMs),
  };
}

/** The durations that a brush over whole buckets asks for; an end at the scale's own end leaves that side open. */
export function durationsOf(scale: HistogramScale, { from, to }: BucketRange): { minMs?: number; maxMs?: number } {
  const minMs = from <= scale.first ? undefined : bucketBoundsMs(from).fromMs;
  const maxMs = to >= scale.end ? undefined : bucketBoundsMs(to).fromMs;
  return { ...(minMs === undefined ? {} : { minMs }), ...(maxMs === undefined ? {} : { maxMs }) };
}

/** As the URL says it, exactly: `250ms`, `2.5s`. */
export function durationText(ms: number): string {
  if (ms >= 1000) return `${trimmed(ms / 1000)}s`;
  return ms >= 1 ? `${trimmed(ms)}ms` : `${trimmed(ms * 1000)}us`;
}

function trimmed(value: number): string {
  return String(Number(value.toFixed(3)));
}

export interface CountedRuns {
  readonly count: number;
  readonly failed: number;
}

/** How many runs the bars of a range stand for; of all bars when there is none. */
export function countRuns(bars: readonly HistogramBar[], range?: BucketRange): CountedRuns {
  let count = 0;
  let failed = 0;
  for (const bar of bars) {
    if (range !== undefined && (bar.bucket < range.from || bar.bucket >= range.to)) continue;
    count += bar.count;
    failed += bar.failed;
  }
  return { count, failed };
}
