// Steps of duration that are equally wide on a logarithmic scale, twenty to a factor of ten, at preferred numbers
// (ISO 3, R20 rounded): what a histogram counts by is also what people say, 2.5 s and not 2.5119 s.

const STEPS = [100, 112, 125, 140, 160, 180, 200, 224, 250, 280, 315, 355, 400, 450, 500, 560, 630, 710, 800, 900];
export const BUCKETS_OF_DECADE = STEPS.length;
/** From 1 µs to 115 days. */
const FIRST_DECADE_NS = 1e3;
const DECADES = 13;
const NS_PER_MS = 1e6;

/** Where buckets begin, in nanoseconds, ascending; the first takes all that is shorter than the second. */
export const DURATION_BOUNDS_NS: readonly number[] = [
  0,
  ...Array.from({ length: DECADES }, (_, decade) =>
    STEPS.map((step) => (step * FIRST_DECADE_NS * 10 ** decade) / 100),
  ).flat(),
];

/** The last bucket up to another one with which a power of ten begins. */
export function decadeBefore(bucket: number): number {
  return Math.floor((bucket - 1) / BUCKETS_OF_DECADE) * BUCKETS_OF_DECADE + 1;
}

/** The bucket of a duration: index into the bounds. */
export function durationBucket(durationNs: number): number {
  let low = 0;
  let high = DURATION_BOUNDS_NS.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((DURATION_BOUNDS_NS[middle] as number) <= durationNs) low = middle;
    else high = middle;
  }
  return low;
}

/** Where a bucket begins and the next one does, in milliseconds; the last has no end. */
export function bucketBoundsMs(bucket: number): { readonly fromMs: number; readonly toMs: number | undefined } {
  const to = DURATION_BOUNDS_NS[bucket + 1];
  return {
    fromMs: (DURATION_BOUNDS_NS[bucket] as number) / NS_PER_MS,
    toMs: to === undefined ? undefined : to / NS_PER_MS,
  };
}
