// Instants in order, and how many of them lie before another one. Pure.

import type { Viewport } from "./viewport.ts";

/** How many of ascending instants are not after a time, of those from `from` up to `to`. */
export function countUntil(ascending: Float64Array, at: number, from = 0, to = ascending.length): number {
  let low = from;
  let high = to;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ascending[middle] as number) <= at) low = middle + 1;
    else high = middle;
  }
  return low - from;
}

/** Which of ascending instants lie in a window: the first, and the one after the last. */
export function windowOf(ascending: Float64Array, { startMs, endMs }: Viewport): readonly [from: number, to: number] {
  let from = countUntil(ascending, startMs);
  // An instant at the very beginning is part of it.
  while (from > 0 && ascending[from - 1] === startMs) from--;
  return [from, Math.max(from, countUntil(ascending, endMs))];
}
