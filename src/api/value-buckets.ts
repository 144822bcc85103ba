import type { Bucket } from "../analysis/metrics/bucket-quantile.ts";
import { type Buckets, bucketEdges } from "../base/histogram.ts";
import { formatInstant, nsFromMs } from "../base/time.ts";
import type { ValueBucket } from "../model/shapes.ts";

interface StepBuckets {
  readonly step: number;
  readonly buckets?: readonly Bucket[];
}

/** Buckets by step as answers have them; nothing where none were asked for. */
export function presentBuckets(
  steps: readonly StepBuckets[],
  stepMs: number,
): { buckets?: { at: string; buckets: ValueBucket[] }[] } {
  const known = steps.flatMap(({ step, buckets }) => {
    if (buckets === undefined || buckets.length === 0) return [];
    return [{ at: formatInstant(nsFromMs(step * stepMs)), buckets: buckets.map(presentBucket) }];
  });
  return steps.some(({ buckets }) => buckets !== undefined) ? { buckets: known } : {};
}

/** JSON has no infinity: an end that is none is left out. */
function presentBucket({ low, high, count }: Bucket): ValueBucket {
  return { ...(Number.isFinite(low) ? { low } : {}), ...(Number.isFinite(high) ? { high } : {}), count };
}

/** The buckets of completion times as ranges of milliseconds. */
export function completionBuckets({ indexes, counts }: Buckets): Bucket[] {
  return indexes.map((index, i) => ({ ...bucketEdges(index), count: counts[i] as number }));
}
