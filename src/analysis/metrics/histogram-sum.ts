// Histograms of any bounds or scale, added up: count, sum, minimum and maximum exactly, quantiles from the buckets.

import { type Bucket, bucketQuantile } from "./bucket-quantile.ts";
import { addExponential, type ExponentialBuckets, exponentialRanges } from "./exponential-buckets.ts";

/** Counts between bounds: `counts[i]` values in (bounds[i − 1], bounds[i]], the first and last without an end. */
export interface ExplicitBuckets {
  readonly bounds: readonly number[];
  readonly counts: readonly number[];
}

/** What is known of values besides their buckets; NaN is unknown. */
export interface Totals {
  readonly count: number;
  readonly sum: number;
  readonly min: number;
  readonly max: number;
}

export class HistogramSum {
  #count = 0;
  #sum = 0;
  #min = Number.POSITIVE_INFINITY;
  #max = Number.NEGATIVE_INFINITY;
  /** Sums by their bounds: equal bounds add up bucket by bucket. */
  readonly #explicit = new Map<string, { readonly bounds: readonly number[]; readonly counts: number[] }>();
  #exponential: ExponentialBuckets | undefined;

  /** Adds what is known of some values. Where one of the parts does not know its extreme, nobody knows the whole's. */
  addTotals({ count, sum, min, max }: Totals): void {
    if (count === 0) return;
    this.#count += count;
    this.#sum += sum;
    this.#min = Number.isNaN(min) ? Number.NaN : Math.min(this.#min, min);
    this.#max = Number.isNaN(max) ? Number.NaN : Math.max(this.#max, max);
  }

  /** Adds buckets, or with factor −1 takes them away. */
  addExplicit({ bounds, counts }: ExplicitBuckets, factor = 1): void {
    if (counts.length === 0) return;
    const key = bounds.join(" ");
    const known = this.#explicit.get(key);
    if (known === undefined) {
      this.#explicit.set(key, { bounds, counts: counts.map((count) => factor * count) });
      return;
    }
    for (let i = 0; i < counts.length; i++) {
      known.counts[i] = (known.counts[i] as number) + factor * (counts[i] as number);
    }
  }

  /** Adds buckets, or with factor −1 takes them away. */
  addExponential(buckets: ExponentialBuckets, factor = 1): void {
    const none = { scale: buckets.scale, zero: 0, positive: new Map(), negative: new Map() };
    this.#exponential = addExponential(this.#exponential ?? none, buckets, factor);
  }

  /** Adds all of another sum. */
  add(other: HistogramSum): void {
    this.addTotals(other.#totals());
    for (const buckets of other.#explicit.values()) this.addExplicit(buckets);
    if (other.#exponential !== undefined) this.addExponential(other.#exponential);
  }

  #totals(): Totals {
    return { count: this.#count, sum: this.#sum, min: this.#min, max: this.#max };
  }

  get count(): number {
    return this.#count;
  }

  /** Undefined when a part did not say. */
  get sum(): number | undefined {
    return known(this.#sum);
  }

  get min(): number | undefined {
    return known(this.#min);
  }

  get max(): number | undefined {
    return known(this.#max);
  }

  /** Undefined when nothing was counted in buckets. */
  quantile(q: number): number | undefined {
    return bucketQuantile(this.#ranges(), q, { min: this.min, max: this.max });
  }

  /** The buckets that hold anything, by their values; of explicit ones the first and last have no end. */
  buckets(): Bucket[] {
    return this.#ranges()
      .filter(({ count }) => count > 0)
      .sort((a, b) => a.low - b.low || a.high - b.high);
  }

  #ranges(): Bucket[] {
    const explicit = [...this.#explicit.values()].flatMap(({ bounds, counts }) =>
      counts.map((count, i) => ({
        low: bounds[i - 1] ?? Number.NEGATIVE_INFINITY,
        high: bounds[i] ?? Number.POSITIVE_INFINITY,
        count,
      })),
    );
    return this.#exponential === undefined ? explicit : [...explicit, ...exponentialRanges(this.#exponential)];
  }
}

function known(value: number): number | undefined {
  return Number.isFinite(value) ? value : undefined;
}
