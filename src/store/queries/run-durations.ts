import { DURATION_BOUNDS_NS } from "../../model/duration-buckets.ts";
import type { StoreClient } from "../client.ts";
import { type RunFilter, standingConditions } from "./runs.ts";

/** Runs whose duration lies in one bucket of `DURATION_BOUNDS_NS`. */
export interface DurationCount {
  readonly bucket: number;
  readonly count: number;
  /** Of them: failed. */
  readonly failed: number;
}

/** How many settled runs that pass a filter lasted how long, without some runs; only buckets with runs, in order. */
export async function settledDurations(
  store: StoreClient,
  project: string,
  filter: RunFilter,
  exceptRunIds: readonly string[],
): Promise<DurationCount[]> {
  const where = standingConditions(project, filter, exceptRunIds);
  const rows = await store.rows(
    `SELECT roundDown(duration_ns, [${DURATION_BOUNDS_NS.join(",")}]) AS from_ns, sum(sign) AS runs, ` +
      `sumIf(sign, status = 'failed') AS failed_runs FROM runs WHERE ${where.sql} ` +
      "GROUP BY from_ns HAVING runs > 0 ORDER BY from_ns",
    { params: where.params },
  );
  return rows.map((row) => ({
    bucket: DURATION_BOUNDS_NS.indexOf(Number(row["from_ns"])),
    count: Number(row["runs"]),
    failed: Number(row["failed_runs"]),
  }));
}
