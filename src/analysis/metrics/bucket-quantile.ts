// Quantiles of what fell into buckets. Inside a bucket values are taken to lie evenly, so that a quantile errs by at
// most the width of its bucket. Buckets may overlap: histograms of different bounds are added up by their densities.
//
//   density     ┌────┐                  F(x) = values ≤ x; the q-quantile is where F reaches q · n
//            ┌──┘    └─────┐
//        ────┴─────────────┴──── x

/** `count` values in (low, high]; both may be infinite, and equal for a single value. */
export interface Bucket {
  readonly low: number;
  readonly high: number;
  readonly count: number;
}

/** What else is known of the values. */
export interface Extremes {
  readonly min?: number | undefined;
  readonly max?: number | undefined;
}

/** The q-quantile, or undefined when nothing bounds it. */
export function bucketQuantile(buckets: readonly Bucket[], q: number, extremes: Extremes = {}): number | undefined {
  const bounded = buckets.filter(({ count }) => count > 0).map((bucket) => bound(bucket, extremes));
  if (bounded.length === 0 || bounded.some((bucket) => bucket === undefined)) return undefined;
  const estimate = inverse(bounded as Bucket[], q);
  return Math.min(
    Math.max(estimate, extremes.min ?? Number.NEGATIVE_INFINITY),
    extremes.max ?? Number.POSITIVE_INFINITY,
  );
}

/**
 * A bucket without infinite ends: an open end is the extreme, where that is known; else the lowest bucket of positive
 * values begins at 0, and what lies beyond the last bound is taken to lie at it. Undefined when both ends are open.
 */
function bound({ low, high, count }: Bucket, { min, max }: Extremes): Bucket | undefined {
  const lowest = Number.isFinite(low) ? low : (min ?? (high > 0 && Number.isFinite(high) ? 0 : high));
  const highest = Number.isFinite(high) ? high : (max ?? low);
  if (!Number.isFinite(lowest) || !Number.isFinite(highest)) return undefined;
  return { low: Math.min(lowest, highest), high: Math.max(lowest, highest), count };
}

/** Where the buckets' distribution function reaches q of their total. */
function inverse(buckets: readonly Bucket[], q: number): number {
  const edges = [...new Set(buckets.flatMap(({ low, high }) => [low, high]))].sort((a, b) => a - b);
  const opening = Map.groupBy(buckets, ({ low }) => low);
  const rank = q * buckets.reduce((total, { count }) => total + count, 0);
  let open: Bucket[] = [];
  let seen = 0;
  let at = edges[0] as number;
  for (const edge of edges) {
    const inside = open.reduce((sum, { low, high, count }) => sum + (count * (edge - at)) / (high - low), 0);
    if (inside > 0 && seen + inside >= rank) return at + ((rank - seen) / inside) * (edge - at);
    seen += inside;
    at = edge;
    const here = opening.get(edge) ?? [];
    const single = here.filter(({ high }) => high === edge);
    seen += single.reduce((sum, { count }) => sum + count, 0);
    if (single.length > 0 && seen >= rank) return edge;
    open = [...open, ...here].filter(({ high }) => high > edge);
  }
  return at;
}
