// The log that streams replay: events and the span records that yield events, by offset.

import type { StoreClient } from "../client.ts";
import type { Block } from "../native/block-reader.ts";
import { Conditions, traceIdList } from "../sql.ts";
import { RUN_EVENT_COLUMNS } from "./run-rows.ts";

/** A stretch of the log: records after `from`, up to `to`. */
export interface LogStretch {
  readonly from: number;
  readonly to: number;
  /** At most so many records of each table, the first ones. */
  readonly limit: number;
  /** Only of these traces, or events that name these runs; undefined: all. */
  readonly scope: { readonly traceIds: readonly string[]; readonly runIds: readonly string[] } | undefined;
}

/** Kinds of spans that yield events. */
const TELLING_KINDS = "'run', 'agent', 'task', 'llm', 'tool', 'message'";

/** RunEvents as sent, by offset; of all projects when none is named. */
export async function loggedEvents(
  store: StoreClient,
  project: string | undefined,
  stretch: LogStretch,
): Promise<Block[]> {
  const where = stretchConditions(project, stretch);
  if (project !== undefined) {
    const name = where.value(project, "String");
    where.add(`run_id = '' OR run_id NOT IN (SELECT run_id FROM deletions WHERE project = ${name})`);
  }
  if (stretch.scope !== undefined) {
    const { traceIds, runIds } = stretch.scope;
    const either = [`run_id IN ${where.value([...runIds], "Array(String)")}`];
    if (traceIds.length > 0) either.push(`run_id = '' AND trace_id IN ${traceIdList(traceIds)}`);
    where.add(either.join(" OR "));
  }
  return store.blocks(
    `SELECT project, ${RUN_EVENT_COLUMNS.join(", ")} FROM events WHERE ${where.sql} ` +
      `ORDER BY offset LIMIT ${stretch.limit}`,
    { params: where.params },
  );
}

/** Spans of the kinds that yield events, by offset, in some columns. */
export async function loggedSpans(
  store: StoreClient,
  project: string | undefined,
  columns: readonly string[],
  stretch: LogStretch,
): Promise<Block[]> {
  const traceIds = stretch.scope?.traceIds;
  if (traceIds?.length === 0) return [];
  const where = stretchConditions(project, stretch);
  where.add(`kind IN (${TELLING_KINDS})`);
  if (traceIds !== undefined) where.add(`trace_id IN ${traceIdList(traceIds)}`);
  return store.blocks(
    `SELECT ${columns.join(", ")} FROM spans WHERE ${where.sql} ORDER BY offset LIMIT ${stretch.limit}`,
    { params: where.params },
  );
}

function stretchConditions(project: string | undefined, { from, to }: LogStretch): Conditions {
  const where = new Conditions(project);
  where.add(`offset > ${Math.floor(from)} AND offset <= ${Math.floor(to)}`);
  if (project === undefined) return where;
  const deleted = `FROM deletions WHERE project = ${where.value(project, "String")}`;
  where.add(`trace_id = toFixedString('', 16) OR trace_id NOT IN (SELECT trace_id ${deleted})`);
  return where;
}

/** The ids among `ids` that an event with a lower offset has. */
export async function idsBefore(
  store: StoreClient,
  project: string,
  ids: readonly string[],
  offset: number,
): Promise<string[]> {
  if (ids.length === 0) return [];
  const where = new Conditions(project);
  where.add(`offset < ${Math.floor(offset)} AND id IN ${where.value([...ids], "Array(String)")}`);
  const rows = await store.rows(`SELECT DISTINCT id FROM events WHERE ${where.sql}`, { params: where.params });
  return rows.map((row) => row["id"] as string);
}

/** Records of these spans with a lower offset, in some columns. */
export async function spansBefore(
  store: StoreClient,
  project: string,
  columns: readonly string[],
  spans: readonly { readonly traceId: string; readonly spanId: string }[],
  offset: number,
): Promise<Block[]> {
  if (spans.length === 0) return [];
  const where = new Conditions(project);
  where.add(`trace_id IN ${traceIdList([...new Set(spans.map(({ traceId }) => traceId))])}`);
  where.add(
    `hex(span_id) IN ${where.value([...new Set(spans.map(({ spanId }) => spanId.toUpperCase()))], "Array(String)")}`,
  );
  where.add(`offset < ${Math.floor(offset)}`);
  return store.blocks(`SELECT ${columns.join(", ")} FROM spans WHERE ${where.sql}`, { params: where.params });
}

/** Everything up to this offset has left the store for its age, or for want of space; 0: nothing has. */
export async function expiredThrough(store: StoreClient): Promise<number> {
  const [row] = await store.rows("SELECT max(through_offset) AS through FROM expirations");
  return Number(row?.["through"] ?? 0);
}
