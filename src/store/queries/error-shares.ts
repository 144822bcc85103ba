import type { StoreClient } from "../client.ts";
import { type ErrorChoice, type ErrorFilter, errorConditions, standingErrors } from "./error-rows.ts";

export type ErrorSide = "agent" | "thing" | "runName" | "service";

/** Errors of one kind by one side of them. */
export interface ErrorShare {
  /** What failed, where the side is the thing; else empty. */
  readonly kind: string;
  readonly value: string;
  readonly count: number;
  readonly swallowed: number;
  readonly runs: number;
  readonly lastNs: bigint;
}

const SIDES: Readonly<Record<ErrorSide, { readonly kind: string; readonly value: string }>> = {
  agent: { kind: "''", value: "agent" },
  thing: { kind: "toString(kind)", value: "name" },
  runName: { kind: "''", value: "run_name" },
  service: { kind: "''", value: "service" },
};

/** The largest parts of what a choice of errors consists of, by one side. */
export async function errorShares(
  store: StoreClient,
  project: string,
  filter: ErrorFilter,
  choice: ErrorChoice,
  side: ErrorSide,
  limit: number,
): Promise<ErrorShare[]> {
  const where = errorConditions(project, filter, choice);
  const { kind, value } = SIDES[side];
  const rows = await store.rows(
    `SELECT ${kind} AS thing_kind, ${value} AS side_value, sum(origins) AS error_count, ` +
      `sum(swallowed) AS swallowed_count, uniqExact(run_id) AS run_count, max(last_at) AS last_seen ` +
      `FROM ${standingErrors(where)} GROUP BY thing_kind, side_value ` +
      `ORDER BY error_count DESC, side_value, thing_kind LIMIT ${Math.floor(limit)}`,
    { params: where.params },
  );
  return rows.map((row) => ({
    kind: row["thing_kind"] as string,
    value: row["side_value"] as string,
    count: Number(row["error_count"]),
    swallowed: Number(row["swallowed_count"]),
    runs: Number(row["run_count"]),
    lastNs: BigInt(row["last_seen"] as bigint),
  }));
}

/** How many spans failed so, those that passed an error on included. */
export async function failedSpans(
  store: StoreClient,
  project: string,
  filter: ErrorFilter,
  choice: ErrorChoice,
): Promise<number> {
  const where = errorConditions(project, filter, choice, false);
  const rows = await store.rows(`SELECT sum(spans) AS failed FROM ${standingErrors(where)}`, {
    params: where.params,
  });
  return Number(rows[0]?.["failed"] ?? 0);
}
