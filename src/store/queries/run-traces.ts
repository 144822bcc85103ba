import type { StoreClient } from "../client.ts";
import type { Row } from "../native/block-reader.ts";
import { Conditions, traceIdList } from "../sql.ts";

/** A statement that a trace belongs to a run. */
export interface RunTrace {
  readonly traceId: string;
  /** The run's id; with the rule `link` the linked trace's. */
  readonly runId: string;
  /** A number of RUN_RULES. */
  readonly rule: number;
  readonly offset: number;
}

const STATEMENTS_MAX = 100_000;

/** The statements about any of these traces, or that name any of these runs. */
export async function runTraces(
  store: StoreClient,
  project: string,
  wanted: { readonly traceIds: readonly string[]; readonly runIds: readonly string[] },
): Promise<RunTrace[]> {
  const either: string[] = [];
  const where = new Conditions(project);
  if (wanted.traceIds.length > 0) either.push(`trace_id IN ${traceIdList(wanted.traceIds)}`);
  if (wanted.runIds.length > 0) either.push(`run_id IN ${where.value(wanted.runIds, "Array(String)")}`);
  if (either.length === 0) return [];
  where.add(either.join(" OR "));
  const sql = `SELECT trace_id, run_id, rule, offset FROM run_traces WHERE ${where.sql} LIMIT ${STATEMENTS_MAX}`;
  const rows = await store.rows(sql, { params: where.params });
  return rows.map(statementOf);
}

/** Statements that came after an offset, of all projects. */
export async function runTracesSince(store: StoreClient, offset: number): Promise<RunTrace[]> {
  const rows = await store.rows(
    `SELECT trace_id, run_id, rule, offset FROM run_traces WHERE offset > ${Math.floor(offset)}`,
  );
  return rows.map(statementOf);
}

function statementOf(row: Row): RunTrace {
  return {
    traceId: row["trace_id"] as string,
    runId: row["run_id"] as string,
    rule: row["rule"] as number,
    offset: row["offset"] as number,
  };
}
