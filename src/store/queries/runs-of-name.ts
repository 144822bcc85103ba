import type { RunOfName } from "../../model/run-of-name.ts";
import type { StoreClient } from "../client.ts";
import { type RunFilter, standingConditions } from "./runs.ts";

/** The newest completed runs of a name that began in a window, without one, each by its last settling. */
export async function runsOfName(
  store: StoreClient,
  project: string,
  wanted: { readonly name: string; readonly sinceNs: bigint; readonly untilNs: bigint; readonly exceptId: string },
  limit: number,
): Promise<RunOfName[]> {
  const { name, sinceNs, untilNs, exceptId } = wanted;
  const filter: RunFilter = { name: [name], status: ["completed"], sinceNs, untilNs, all: true };
  const where = standingConditions(project, filter, [exceptId]);
  const newest =
    `SELECT run_id FROM runs WHERE ${where.sql} AND sign = 1 ` +
    `ORDER BY started_at DESC, run_id DESC LIMIT ${Math.floor(limit)}`;
  const columns =
    "run_id, sign, duration_ns, tokens_input + tokens_output AS tokens, llm_calls, cost_nano, priced, unpriced_calls";
  // Of a run that was settled again the newest row tells, and it may only take back what was.
  const standing =
    `SELECT ${columns} FROM runs WHERE ${where.sql} AND run_id IN (${newest}) ` +
    `ORDER BY n DESC, sign DESC LIMIT 1 BY run_id`;
  const rows = await store.rows(`SELECT * FROM (${standing}) WHERE sign = 1`, { params: where.params });
  return rows.map((row) => {
    const number = (column: string) => Number(row[column]);
    const isPriced = number("priced") === 1 && number("unpriced_calls") === 0;
    return {
      id: row["run_id"] as string,
      durationNs: number("duration_ns"),
      tokens: number("tokens") === 0 && number("llm_calls") > 0 ? undefined : number("tokens"),
      costNano: isPriced ? number("cost_nano") : undefined,
    };
  });
}
