// Lists over settled runs. A run that was settled again has rows of several settlings; a list takes rows by time and
// looks up the newest settling for the runs of its page only, because doing that for all of them is a hundred times as
// slow.

import { RUNS } from "../../model/columns.ts";
import { RUN_STATUSES } from "../../model/vocabulary.ts";
import type { StoreClient } from "../client.ts";
import type { Row } from "../native/block-reader.ts";
import { Conditions, containsPattern, instantLiteral, traceIdArray } from "../sql.ts";

/** Which runs. Values of one filter are alternatives, different filters hold together. */
export interface RunFilter {
  readonly status?: readonly string[];
  readonly agent?: readonly string[];
  readonly name?: readonly string[];
  readonly session?: readonly string[];
  readonly user?: readonly string[];
  readonly service?: readonly string[];
  readonly model?: readonly string[];
  readonly tag?: readonly string[];
  readonly sinceNs: bigint;
  readonly untilNs: bigint;
  readonly minDurationMs?: number;
  readonly maxDurationMs?: number;
  readonly hasError?: boolean;
  /** Traces that hold the searched text, and the text itself for names. */
  readonly text?: { readonly text: string; readonly traceIds: readonly string[] };
  /** Also traces without any agent in them. */
  readonly all: boolean;
}

export type RunSortField = "startedAt" | "durationMs" | "cost" | "tokens" | "errorCount";

export interface RunSort {
  readonly field: RunSortField;
  readonly descending: boolean;
}

/** Where the next page begins: behind this value and id. */
export interface RunCursor {
  readonly value: string;
  readonly id: string;
}

/** A settled run: the columns of `runs`. */
export type StoredRun = Row;

const SORT_COLUMNS: Readonly<Record<RunSortField, { readonly sql: string; readonly type: string }>> = {
  startedAt: { sql: "toUnixTimestamp64Nano(started_at)", type: "Int64" },
  durationMs: { sql: "duration_ns", type: "UInt64" },
  cost: { sql: "cost_nano", type: "UInt64" },
  tokens: { sql: "tokens_input + tokens_output", type: "UInt64" },
  errorCount: { sql: "error_count", type: "UInt64" },
};

/** Looks so many times for runs whose newest settling passes the filter before it gives a shorter page. */
const ROUNDS_MAX = 5;

/** A page of settled runs, and where the next one begins. A page may be short, or empty, and still have a next one. */
export async function settledRuns(
  store: StoreClient,
  project: string,
  filter: RunFilter,
  sort: RunSort,
  limit: number,
  cursor: RunCursor | undefined,
): Promise<{ readonly runs: StoredRun[]; readonly next: RunCursor | undefined }> {
  const runs: StoredRun[] = [];
  let next = cursor;
  for (let round = 0; round < ROUNDS_MAX && runs.length <= limit; round++) {
    const wanted = limit + 1 - runs.length;
    const rows = await candidates(store, project, filter, sort, wanted, next);
    runs.push(...(await onlyNewest(store, project, rows)));
    next = rows.length < wanted ? undefined : cursorOf(rows.at(-1));
    if (next === undefined) break;
  }
  if (runs.length <= limit) return { runs, next };
  return { runs: runs.slice(0, limit), next: cursorOf(runs[limit - 1]) };
}

function cursorOf(row: StoredRun | undefined): RunCursor | undefined {
  return row && { value: String(row["sort_value"]), id: row["run_id"] as string };
}

async function candidates(
  store: StoreClient,
  project: string,
  filter: RunFilter,
  sort: RunSort,
  limit: number,
  after: RunCursor | undefined,
): Promise<StoredRun[]> {
  const where = conditionsOf(project, filter);
  where.add("sign = 1");
  const { sql: key, type } = SORT_COLUMNS[sort.field];
  const direction = sort.descending ? "DESC" : "ASC";
  if (after !== undefined) {
    const beyond = sort.descending ? "<" : ">";
    where.add(`(${key}, run_id) ${beyond} (${where.value(after.value, type)}, ${where.value(after.id, "String")})`);
  }
  // The table's own key is read in its order, without sorting. Of the rows of one run at one place the newest comes
  // first: what a page ends in the middle of, the next one does not see.
  const place = sort.field === "startedAt" ? "started_at" : key;
  const order = `${place} ${direction}, run_id ${direction}, n DESC`;
  const columns = Object.keys(RUNS.columns).join(", ");
  return store.rows(
    `SELECT ${columns}, ${key} AS sort_value FROM runs WHERE ${where.sql} ORDER BY ${order} LIMIT ${limit}`,
    { params: where.params, settings: { optimize_read_in_order: 1 } },
  );
}

/** Leaves out rows that a later settling took back. */
async function onlyNewest(store: StoreClient, project: string, rows: readonly StoredRun[]): Promise<StoredRun[]> {
  if (rows.length === 0) return [];
  const where = new Conditions(project);
  where.oneOf("run_id", [...new Set(rows.map((row) => row["run_id"] as string))]);
  const newest = await store.rows(
    `SELECT run_id, max(n) AS newest FROM runs WHERE ${where.sql} GROUP BY run_id HAVING newest > 1`,
    { params: where.params },
  );
  const newestOf = new Map(newest.map((row) => [row["run_id"], row["newest"]]));
  return rows.filter((row) => row["n"] === (newestOf.get(row["run_id"] as string) ?? 1));
}

/** Settled runs by their ids, as they stand; those that are not settled are absent. */
export async function settledRunsOf(
  store: StoreClient,
  project: string,
  runIds: readonly string[],
): Promise<StoredRun[]> {
  if (runIds.length === 0) return [];
  const where = new Conditions(project);
  where.oneOf("run_id", runIds);
  where.add("sign = 1");
  const rows = await store.rows(`SELECT ${Object.keys(RUNS.columns).join(", ")} FROM runs WHERE ${where.sql}`, {
    params: where.params,
  });
  return onlyNewest(store, project, rows);
}

/** The number of settled runs that pass the filter, without some, counted up to a limit. */
export async function countRuns(
  store: StoreClient,
  project: string,
  filter: RunFilter,
  exceptRunIds: readonly string[],
  limit: number,
): Promise<number> {
  const where = standingConditions(project, filter, exceptRunIds);
  const standing = `SELECT run_id FROM runs WHERE ${where.sql} GROUP BY run_id HAVING sum(sign) > 0`;
  const rows = await store.rows(`SELECT count() AS total FROM (${standing} LIMIT ${limit + 1})`, {
    params: where.params,
  });
  return Number(rows[0]?.["total"] ?? 0);
}

/**
 * The rows of settled runs that pass a filter, without some runs, and those that take them back: what is added up with
 * the sign, or read with the newest settling of each run, is of the runs that stand.
 */
export function standingConditions(project: string, filter: RunFilter, exceptRunIds: readonly string[]): Conditions {
  const where = conditionsOf(project, filter);
  if (exceptRunIds.length > 0) where.add(`run_id NOT IN ${where.value(exceptRunIds, "Array(String)")}`);
  return where;
}

function conditionsOf(project: string, filter: RunFilter): Conditions {
  const where = new Conditions(project);
  where.add(`started_at >= ${instantLiteral(filter.sinceNs)} AND started_at < ${instantLiteral(filter.untilNs)}`);
  const deleted = `FROM deletions WHERE project = ${where.value(project, "String")}`;
  // The count is known before the query is planned: while nothing was deleted, the column of ids is not read for this.
  where.add(`(SELECT count() ${deleted}) = 0 OR run_id NOT IN (SELECT run_id ${deleted})`);
  where.oneOf("status", filter.status);
  where.oneOf("name", filter.name);
  where.oneOf("session", filter.session);
  where.oneOf("user", filter.user);
  where.oneOf("service", filter.service);
  for (const [column, values] of [
    ["agents", filter.agent],
    ["models", filter.model],
    ["tags", filter.tag],
  ] as const) {
    if (values !== undefined && values.length > 0)
      where.add(`hasAny(${column}, ${where.value(values, "Array(String)")})`);
  }
  if (filter.minDurationMs !== undefined) where.add(`duration_ns >= ${Math.floor(filter.minDurationMs * 1e6)}`);
  if (filter.maxDurationMs !== undefined) where.add(`duration_ns <= ${Math.floor(filter.maxDurationMs * 1e6)}`);
  if (filter.hasError !== undefined) where.add(filter.hasError ? "error_count > 0" : "error_count = 0");
  if (!filter.all) where.add("agentic = 1");
  if (filter.text !== undefined) where.add(textCondition(where, filter.text));
  return where;
}

function textCondition(where: Conditions, { text, traceIds }: { text: string; traceIds: readonly string[] }): string {
  const inName = `name ILIKE ${where.value(containsPattern(text), "String")}`;
  if (traceIds.length === 0) return inName;
  return `${inName} OR hasAny(traces, ${traceIdArray(traceIds)})`;
}

/** How a run's status is stored. */
export function storedStatus(row: StoredRun): (typeof RUN_STATUSES)[number] {
  return RUN_STATUSES[row["status"] as number] as (typeof RUN_STATUSES)[number];
}

export type FacetColumn = "status" | "agents" | "models" | "service" | "tags" | "session" | "user" | "name";

/** What is counted of which values. */
export interface FacetQuestion {
  readonly column: FacetColumn;
  /** Only values that contain this text, letters of either case alike. */
  readonly find: string | undefined;
  readonly limit: number;
}

/** The values of one column among the settled runs that pass a filter, with their counts, the most frequent first. */
export async function runFacet(
  store: StoreClient,
  project: string,
  filter: RunFilter,
  { column, find, limit }: FacetQuestion,
  exceptRunIds: readonly string[],
): Promise<{ readonly value: string; readonly count: number }[]> {
  const where = standingConditions(project, filter, exceptRunIds);
  const value = ["agents", "models", "tags"].includes(column) ? `arrayJoin(${column})` : `toString(${column})`;
  const wanted = find === undefined ? "" : ` AND facet_value ILIKE ${where.value(containsPattern(find), "String")}`;
  const rows = await store.rows(
    `SELECT ${value} AS facet_value, sum(sign) AS found FROM runs WHERE ${where.sql} ` +
      `GROUP BY facet_value HAVING facet_value != '' AND found > 0${wanted} ` +
      `ORDER BY found DESC, facet_value LIMIT ${limit}`,
    { params: where.params },
  );
  return rows.map((row) => ({ value: row["facet_value"] as string, count: Number(row["found"]) }));
}
