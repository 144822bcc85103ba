import type { Totals } from "./histogram-sum.ts";

/**
 * What came between two points that count since one start. Extremes are those since the start: of what came in between
 * one is known only when it changed.
 */
export function totalsBetween(point: Totals, before: Totals | undefined): Totals {
  if (before === undefined) return point;
  return {
    count: point.count - before.count,
    sum: point.sum - before.sum,
    min: point.min < before.min ? point.min : Number.NaN,
    max: point.max > before.max ? point.max : Number.NaN,
  };
}
