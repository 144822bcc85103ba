// The raw rows of runs, as bytes: they go to where they are decoded, perhaps another thread.

import { LIMITS } from "../../model/limits.ts";
import type { StoreClient } from "../client.ts";
import { RUN_SPAN_COLUMNS } from "../run-columns-builder.ts";
import type { RunBytes } from "../run-input.ts";
import { OUTLINE_COLUMNS } from "../span-outline.ts";
import { Conditions, traceIdList } from "../sql.ts";

/** Which rows: all of these traces, and events that name any of these runs. */
export interface RowsWanted {
  readonly project: string;
  readonly traceIds: readonly string[];
  readonly runIds: readonly string[];
  /** No span or event of them has a lower offset: older parts of those tables need no look. */
  readonly fromOffset?: number;
  /** Only records up to this offset. */
  readonly throughOffset?: number;
}

const READ_SETTINGS = { max_threads: 2 };
/** One more than count, so that who reads them sees that there are more. */
const LIMIT = LIMITS.spansPerRun + 1;

function conditions({ project, throughOffset }: RowsWanted): Conditions {
  const where = new Conditions(project);
  if (throughOffset !== undefined) where.add(`offset <= ${Math.floor(throughOffset)}`);
  return where;
}

/** As `conditions`, for tables that are not sorted by trace. */
function recentConditions(wanted: RowsWanted): Conditions {
  const where = conditions(wanted);
  if (wanted.fromOffset !== undefined) where.add(`offset >= ${Math.floor(wanted.fromOffset)}`);
  return where;
}

/** All that a run is made of. `isLarge`: it is known to be. */
export async function runRows(store: StoreClient, wanted: RowsWanted, isLarge = false): Promise<RunBytes> {
  const [spans, events, facts, parts] = await Promise.all([
    spansIn(store, wanted, RUN_SPAN_COLUMNS, isLarge),
    eventRows(store, wanted),
    factRows(store, wanted),
    partLengthRows(store, wanted),
  ]);
  return { spans: [spans], events: [events], facts: [facts], parts: [parts] };
}

/** Spans of the traces of a large run in the columns of OUTLINE_COLUMNS: half the bytes, in a third of the time. */
export async function outlineRows(store: StoreClient, wanted: RowsWanted): Promise<Uint8Array> {
  return spansIn(store, wanted, OUTLINE_COLUMNS, true);
}

/** Spans of the traces as Native blocks. */
async function spansIn(
  store: StoreClient,
  wanted: RowsWanted,
  columns: readonly string[],
  isLarge: boolean,
): Promise<Uint8Array> {
  const where = spanConditions(wanted);
  if (where === undefined) return new Uint8Array(0);
  const sql = `SELECT ${columns.join(", ")} FROM spans WHERE ${where.sql} LIMIT ${LIMIT} FORMAT Native`;
  return store.bytes(sql, { params: where.params, settings: READ_SETTINGS, isLarge });
}

/** How many rows of spans the traces have. */
export async function countSpanRows(store: StoreClient, wanted: RowsWanted): Promise<number> {
  const where = spanConditions(wanted);
  if (where === undefined) return 0;
  const [row] = await store.rows(`SELECT count() AS found FROM spans WHERE ${where.sql}`, { params: where.params });
  return Number(row?.["found"]);
}

/** Undefined without traces: nothing is wanted then. */
function spanConditions(wanted: RowsWanted): Conditions | undefined {
  if (wanted.traceIds.length === 0) return undefined;
  const where = recentConditions(wanted);
  where.add(`trace_id IN ${traceIdList(wanted.traceIds)}`);
  return where;
}

/** The columns of `events` that a run is made of. */
export const RUN_EVENT_COLUMNS = [
  "received",
  "offset",
  "run_id",
  "trace_id",
  "span_id",
  "parent_id",
  "id",
  "type",
  "time",
  "agent",
  "agent_instance",
  "to_agent",
  "level",
  "service",
  "message",
  "data",
  "content_slots",
  "content_hashes",
] as const;

/** RunEvents of the traces and of the runs that they name, as Native blocks. */
async function eventRows(store: StoreClient, wanted: RowsWanted): Promise<Uint8Array> {
  const { traceIds, runIds } = wanted;
  const where = recentConditions(wanted);
  const either: string[] = [];
  if (traceIds.length > 0) either.push(`trace_id IN ${traceIdList(traceIds)}`);
  if (runIds.length > 0) either.push(`run_id IN ${where.value(runIds, "Array(String)")}`);
  if (either.length === 0) return new Uint8Array(0);
  where.add(either.join(" OR "));
  const columns = RUN_EVENT_COLUMNS.join(", ");
  const sql = `SELECT ${columns} FROM events WHERE ${where.sql} LIMIT ${LIMIT} FORMAT Native`;
  return store.bytes(sql, { params: where.params, settings: READ_SETTINGS });
}

/** What other records said about the traces' spans, as Native blocks. */
async function factRows(store: StoreClient, wanted: RowsWanted): Promise<Uint8Array> {
  const { traceIds } = wanted;
  if (traceIds.length === 0) return new Uint8Array(0);
  const where = conditions(wanted);
  where.add(`trace_id IN ${traceIdList(traceIds)}`);
  const sql =
    `SELECT offset, trace_id, span_id, field, value, source, content_slots, content_hashes ` +
    `FROM span_facts WHERE ${where.sql} LIMIT ${LIMIT} FORMAT Native`;
  return store.bytes(sql, { params: where.params, settings: READ_SETTINGS });
}

/** How many bytes each content of the traces has: hash and length, as Native blocks. */
async function partLengthRows(store: StoreClient, wanted: RowsWanted): Promise<Uint8Array> {
  const { traceIds } = wanted;
  if (traceIds.length === 0) return new Uint8Array(0);
  const where = conditions(wanted);
  where.add(`trace_id IN ${traceIdList(traceIds)}`);
  const sql =
    `SELECT hash, toUInt32(length(body)) AS length FROM contents ` +
    `WHERE ${where.sql} AND type != 'value' LIMIT ${LIMIT} FORMAT Native`;
  return store.bytes(sql, { params: where.params, settings: READ_SETTINGS });
}

/** What is known of each message part of the traces without its text, as Native blocks. */
export async function partHeadRows(store: StoreClient, wanted: RowsWanted): Promise<Uint8Array> {
  const { traceIds } = wanted;
  if (traceIds.length === 0) return new Uint8Array(0);
  const where = conditions(wanted);
  where.add(`trace_id IN ${traceIdList(traceIds)}`);
  const said = (field: string) => `if(startsWith(type, 'tool_'), JSONExtractString(meta, '${field}'), '')`;
  const sql =
    `SELECT hash, role, type, ${said("id")} AS call_id, ${said("name")} AS name, toUInt32(length(body)) AS length ` +
    `FROM contents WHERE ${where.sql} AND type != 'value' LIMIT ${LIMIT} FORMAT Native`;
  return store.bytes(sql, { params: where.params, settings: READ_SETTINGS });
}
