// Exponential histograms as OpenTelemetry defines them: base = 2^(2^−scale), bucket i = (base^i, base^(i+1)].
//
// Two buckets of one scale make one of the next lower scale, so a histogram is brought to a lower scale exactly:
// index' = index >> k. Two histograms add up at the lower of their scales.
// Source: OpenTelemetry metrics data model, "Exponential Histogram", "Merge".

import type { Bucket } from "./bucket-quantile.ts";

export interface ExponentialBuckets {
  readonly scale: number;
  /** Values around zero. */
  readonly zero: number;
  /** Counts by index; of negative values by the index of their size. */
  readonly positive: ReadonlyMap<number, number>;
  readonly negative: ReadonlyMap<number, number>;
}

/** Counts that stand in a row, from the bucket `offset` on. */
export function countsByIndex(offset: number, counts: readonly number[]): Map<number, number> {
  return new Map(counts.flatMap((count, i) => (count === 0 ? [] : [[offset + i, count] as const])));
}

/** The same values in the buckets of a lower scale. */
export function downscale(buckets: ExponentialBuckets, scale: number): ExponentialBuckets {
  if (scale >= buckets.scale) return buckets;
  const shift = buckets.scale - scale;
  const shifted = (counts: ReadonlyMap<number, number>) => {
    const merged = new Map<number, number>();
    // Not `>>`: an index may have more than 32 bits' worth of scale taken away.
    for (const [index, count] of counts) add(merged, Math.floor(index / 2 ** shift), count);
    return merged;
  };
  return { scale, zero: buckets.zero, positive: shifted(buckets.positive), negative: shifted(buckets.negative) };
}

/** a + factor · b, at the lower of their scales. */
export function addExponential(a: ExponentialBuckets, b: ExponentialBuckets, factor = 1): ExponentialBuckets {
  const scale = Math.min(a.scale, b.scale);
  const [left, right] = [downscale(a, scale), downscale(b, scale)];
  const sum = (one: ReadonlyMap<number, number>, other: ReadonlyMap<number, number>) => {
    const merged = new Map(one);
    for (const [index, count] of other) add(merged, index, factor * count);
    return merged;
  };
  return {
    scale,
    zero: left.zero + factor * right.zero,
    positive: sum(left.positive, right.positive),
    negative: sum(left.negative, right.negative),
  };
}

/** As ranges of values. */
export function exponentialRanges({ scale, zero, positive, negative }: ExponentialBuckets): Bucket[] {
  // base^i = 2^(i · 2^−scale): exact where base itself would be rounded.
  const edge = (index: number) => 2 ** (index * 2 ** -scale);
  const ranges: Bucket[] = [];
  for (const [index, count] of negative) ranges.push({ low: -edge(index + 1), high: -edge(index), count });
  if (zero !== 0) ranges.push({ low: 0, high: 0, count: zero });
  for (const [index, count] of positive) ranges.push({ low: edge(index), high: edge(index + 1), count });
  return ranges;
}

function add(counts: Map<number, number>, index: number, count: number): void {
  const sum = (counts.get(index) ?? 0) + count;
  if (sum === 0) counts.delete(index);
  else counts.set(index, sum);
}
