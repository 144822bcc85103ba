// How long runs lasted: counted by the store for settled runs, here for those that are not settled yet.

import { present } from "../../base/present.ts";
import { bucketBoundsMs, durationBucket } from "../../model/duration-buckets.ts";
import type { DurationBucket } from "../../model/shapes.ts";
import { type DurationCount, settledDurations } from "../../store/queries/run-durations.ts";
import type { RunFilter } from "../../store/queries/runs.ts";
import { passesFilter } from "./run-filter.ts";
import { RunList, type RunListParts } from "./run-list.ts";

const NS_PER_MS = 1e6;

/** How many of the runs that pass a filter lasted how long: buckets that have runs, the shortest first. */
export async function countDurations(
  parts: RunListParts,
  project: string,
  filter: RunFilter,
): Promise<DurationBucket[]> {
  const fresh = (await new RunList(parts).unsettled(project)).map(({ run }) => run);
  const freshIds = fresh.map(({ id }) => id);
  const settled = await settledDurations(parts.store, project, filter, freshIds);
  const counts = new Map<number, DurationCount>(settled.map((count) => [count.bucket, count]));
  for (const run of fresh.filter((candidate) => passesFilter(candidate, filter))) {
    const bucket = durationBucket(Math.round(run.durationMs * NS_PER_MS));
    const { count = 0, failed = 0 } = counts.get(bucket) ?? {};
    counts.set(bucket, { bucket, count: count + 1, failed: failed + (run.status === "failed" ? 1 : 0) });
  }
  return [...counts.values()]
    .sort((a, b) => a.bucket - b.bucket)
    .map(({ bucket, count, failed }) => ({ ...presentBounds(bucket), count, failed }));
}

function presentBounds(bucket: number): Pick<DurationBucket, "fromMs" | "toMs"> {
  const { fromMs, toMs } = bucketBoundsMs(bucket);
  return { fromMs, ...present({ toMs }) };
}
