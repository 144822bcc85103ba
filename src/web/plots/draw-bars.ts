// Many intervals on few pixels. Where there is room each is drawn as it is; where there is none, every pixel is as
// strongly coloured as it is covered, so that a busy stretch and a sparse one look different and a frame costs what its
// width costs.

import type { Context } from "./canvas.ts";
import { firstEndingAfter } from "./lane-layout.ts";
import { lengthMs, type Viewport } from "./viewport.ts";

/** A part of a plot in pixels: time runs over its width. */
export interface Box {
  readonly left: number;
  readonly width: number;
  readonly top: number;
  readonly height: number;
}

/** From more intervals than this a pixel on, coverage is drawn. */
const INTERVALS_PER_PX_MAX = 0.25;
const WIDTH_MIN = 0.75;
const ALPHA_LEVELS = 6;

/**
 * Fills intervals (flat, in order, without overlap; those from `first` up to `end`, in numbers of the array) in the
 * context's colour.
 */
export function fillIntervals(
  context: Context,
  intervals: Float64Array,
  view: Viewport,
  box: Box,
  range = { first: 0, end: intervals.length },
): void {
  const part = intervals.subarray(range.first, range.end);
  const seen = part.subarray(firstEndingAfter(part, view.startMs), firstEndingAfter(part, view.endMs) + 2);
  if (seen.length / 2 > box.width * INTERVALS_PER_PX_MAX) fillCoverage(context, seen, view, box);
  else fillEach(context, seen, view, box);
}

function fillEach(context: Context, intervals: Float64Array, view: Viewport, { left, width, top, height }: Box): void {
  const pxPerMs = width / lengthMs(view);
  context.beginPath();
  for (let i = 0; i < intervals.length; i += 2) {
    const from = Math.max(0, ((intervals[i] as number) - view.startMs) * pxPerMs);
    const to = Math.min(width, Math.max(((intervals[i + 1] as number) - view.startMs) * pxPerMs, from + WIDTH_MIN));
    if (to > from) context.rect(left + from, top, to - from, height);
  }
  context.fill();
}

function fillCoverage(
  context: Context,
  intervals: Float64Array,
  view: Viewport,
  { left, width, top, height }: Box,
): void {
  const levels = coverage(intervals, view, Math.ceil(width));
  const alpha = context.globalAlpha;
  for (let level = 1; level <= ALPHA_LEVELS; level++) {
    context.globalAlpha = (alpha * level) / ALPHA_LEVELS;
    context.beginPath();
    for (let x = 0; x < levels.length; x++) {
      if (levels[x] !== level) continue;
      const from = x;
      while (levels[x + 1] === level) x++;
      context.rect(left + from, top, x + 1 - from, height);
    }
    context.fill();
  }
  context.globalAlpha = alpha;
}

/** For each pixel how much of it intervals cover, in levels; what is covered at all is at least the first level. */
function coverage(intervals: Float64Array, view: Viewport, pixels: number): Uint8Array {
  const covered = new Float64Array(pixels);
  const pxPerMs = pixels / lengthMs(view);
  for (let i = 0; i < intervals.length; i += 2) {
    const from = Math.max(0, ((intervals[i] as number) - view.startMs) * pxPerMs);
    const to = Math.min(pixels, ((intervals[i + 1] as number) - view.startMs) * pxPerMs);
    for (let x = Math.floor(from); x < to; x++) {
      covered[x] = (covered[x] as number) + Math.min(to, x + 1) - Math.max(from, x);
    }
  }
  return Uint8Array.from(covered, (share) => (share === 0 ? 0 : Math.max(1, Math.round(share * ALPHA_LEVELS))));
}
