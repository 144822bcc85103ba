// When two numbers are the same, and when a percentile from a histogram is right.

import assert from "node:assert/strict";
import { quantile } from "../../src/analysis/quantile.ts";

/** Half the width of a bucket of times and durations (scale 5), and of the ways of messages (scale 3). */
export const BUCKET_ERROR = 0.011;
export const WAY_ERROR = 0.0435;
/** Sums of doubles in another order. */
const ROUNDING = 1e-9;
const ABSOLUTE = 1e-6;

export function isClose(actual: number, expected: number, error = ROUNDING): boolean {
  return Math.abs(actual - expected) <= error * Math.max(Math.abs(expected), Math.abs(actual)) + ABSOLUTE;
}

/** Both are unknown, or both are known and the same. */
export function assertClose(
  actual: number | undefined,
  expected: number | undefined,
  what: string,
  error = ROUNDING,
): void {
  const bothUnknown = actual === undefined && expected === undefined;
  const isSame = bothUnknown || isClose(actual ?? Number.NaN, expected ?? Number.NaN, error);
  assert.ok(isSame, `${what}: ${actual} instead of ${expected}`);
}

/** A percentile that came from buckets errs by half a bucket at most; without values there is none. */
export function assertQuantile(
  actual: number | undefined,
  values: readonly number[],
  q: number,
  what: string,
  error = BUCKET_ERROR,
): void {
  const exact = quantile(
    values.toSorted((a, b) => a - b),
    q,
  );
  assertClose(actual, exact, `${what} p${100 * q}`, error);
}
