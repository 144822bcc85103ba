// Exponential buckets as OpenTelemetry defines them: base = 2^(2^-scale), bucket i = (base^i, base^(i+1)]. Equal scales
// merge exactly. The midpoint of a bucket errs by at most (base − 1) ÷ (base + 1): 1.1 % at scale 5.
// Source: OpenTelemetry metrics data model, "Exponential Histogram".

export const COMPLETION_SCALE = 5;
/** Of the ways of messages, which are many and short: 4.4 %. */
export const TRANSIT_SCALE = 3;
/** The bucket of zero and of what is below the smallest value that counts. */
const INDEX_MIN = -(2 ** 15);

/** The bucket that a value falls into; values that are not positive fall into the lowest one. */
export function bucketIndex(value: number, scale = COMPLETION_SCALE): number {
  if (!(value > 0)) return INDEX_MIN;
  return Math.max(INDEX_MIN, Math.ceil(Math.log2(value) * 2 ** scale) - 1);
}

/** The value that stands for a bucket. */
export function bucketMidpoint(index: number, scale = COMPLETION_SCALE): number {
  if (index <= INDEX_MIN) return 0;
  const base = 2 ** (2 ** -scale);
  return (2 * base ** (index + 1)) / (base + 1);
}

/** Between which values a bucket lies: above `low`, up to `high`. */
export function bucketEdges(index: number, scale = COMPLETION_SCALE): { low: number; high: number } {
  if (index <= INDEX_MIN) return { low: 0, high: 0 };
  const edge = (at: number) => 2 ** (2 ** -scale * at);
  return { low: edge(index), high: edge(index + 1) };
}

/** Counts by bucket, in ascending order of buckets: `counts[i]` values fell into `indexes[i]`. */
export interface Buckets {
  readonly indexes: readonly number[];
  readonly counts: readonly number[];
}

export function bucketsOf(values: readonly number[], scale = COMPLETION_SCALE): Buckets {
  const counts = new Map<number, number>();
  for (const value of values) {
    const index = bucketIndex(value, scale);
    counts.set(index, (counts.get(index) ?? 0) + 1);
  }
  const indexes = [...counts.keys()].sort((a, b) => a - b);
  return { indexes, counts: indexes.map((index) => counts.get(index) as number) };
}

/**
 * The q-quantile of what fell into buckets, between neighbours by straight line as of the values themselves; undefined
 * when nothing did.
 */
export function bucketQuantile(buckets: Buckets, q: number, scale = COMPLETION_SCALE): number | undefined {
  const { indexes, counts } = buckets;
  const total = countOf(buckets);
  if (total <= 0) return undefined;
  const rank = q * (total - 1);
  const share = rank - Math.floor(rank);
  let below: number | undefined;
  let seen = 0;
  for (let i = 0; i < indexes.length; i++) {
    seen += counts[i] as number;
    if (seen <= rank - share) continue;
    const value = bucketMidpoint(indexes[i] as number, scale);
    below ??= value;
    if (share === 0 || seen > rank - share + 1) return below + (value - below) * share;
  }
  return below;
}

/** How many values fell into buckets. */
export function countOf({ counts }: Buckets): number {
  let total = 0;
  for (const count of counts) total += count;
  return total;
}

/** The highest value that can have fallen into buckets; 0 when nothing did. */
export function bucketsEnd({ indexes }: Buckets, scale = COMPLETION_SCALE): number {
  const last = indexes.at(-1);
  return last === undefined ? 0 : bucketEdges(last, scale).high;
}

/** What fell into any of them. */
export function addBuckets(all: readonly Buckets[]): Buckets {
  const counts = new Map<number, number>();
  for (const buckets of all) {
    for (let i = 0; i < buckets.indexes.length; i++) {
      const index = buckets.indexes[i] as number;
      counts.set(index, (counts.get(index) ?? 0) + (buckets.counts[i] as number));
    }
  }
  const indexes = [...counts.keys()].sort((a, b) => a - b);
  return { indexes, counts: indexes.map((index) => counts.get(index) as number) };
}
