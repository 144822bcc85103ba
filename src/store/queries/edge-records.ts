// The messages from one agent to another and the runs in which there are any, of ended runs, the newest first. A run that
// was settled again has rows of several settlings, and rows that take those back: only what was not taken back counts.

import type { StoreClient } from "../client.ts";
import type { Row } from "../native/block-reader.ts";
import { Conditions, instantLiteral } from "../sql.ts";

/** From whom to whom, in which window. */
export interface EdgeFilter {
  readonly from: string;
  readonly to: string;
  readonly sinceNs: bigint;
  readonly untilNs: bigint;
  /** Runs that are left out: they are told from elsewhere. */
  readonly exceptRunIds: readonly string[];
}

/** Where the next page begins: behind this instant (nanoseconds) and id. */
export interface EdgeCursor {
  readonly at: string;
  readonly id: string;
}

export interface EdgePage {
  readonly limit: number;
  readonly cursor?: EdgeCursor | undefined;
}

/** Tells the messages of one instant apart. */
const MESSAGE_ID = "concat(run_id, ' ', hex(span_id), hex(from_span), hex(to_span), toString(kind))";

const MESSAGE_COLUMNS = [
  "run_id, at, kind, transit_ms, bytes, tokens, cost_nano, span_id, from_span, to_span, preview, evidence, confidence",
  `${MESSAGE_ID} AS message_id`,
].join(", ");

const EDGE_COLUMNS =
  "run_id, ended_at, messages, delegates, replies, handoffs, sends, broadcasts, bytes, tokens, cost_nano, " +
  "transit_indexes, transit_counts";

/** Messages that were sent in the window. */
export function edgeMessages(store: StoreClient, project: string, filter: EdgeFilter, page: EdgePage): Promise<Row[]> {
  return newest(store, project, filter, page, {
    ...{ table: "messages", at: "at", id: MESSAGE_ID, columns: MESSAGE_COLUMNS },
  });
}

/** What the one sent the other in each run that ended in the window. */
export function edgeRuns(store: StoreClient, project: string, filter: EdgeFilter, page: EdgePage): Promise<Row[]> {
  return newest(store, project, filter, page, {
    ...{ table: "run_edges", at: "ended_at", id: "run_id", columns: EDGE_COLUMNS },
  });
}

interface Source {
  readonly table: "messages" | "run_edges";
  readonly at: string;
  readonly id: string;
  readonly columns: string;
}

function newest(
  store: StoreClient,
  project: string,
  { from, to, sinceNs, untilNs, exceptRunIds }: EdgeFilter,
  { limit, cursor }: EdgePage,
  { table, at, id, columns }: Source,
): Promise<Row[]> {
  const where = new Conditions(project);
  // The sort key has the hour: it is what parts and granules are left out by.
  where.add(`toStartOfHour(${at}) >= toStartOfHour(${instantLiteral(sinceNs)})`);
  where.add(`${at} >= ${instantLiteral(sinceNs)} AND ${at} < ${instantLiteral(untilNs)}`);
  where.add(`from_agent = ${where.value(from, "String")} AND to_agent = ${where.value(to, "String")}`);
  where.add(`run_id NOT IN (SELECT run_id FROM deletions WHERE project = ${where.value(project, "String")})`);
  if (exceptRunIds.length > 0) where.add(`run_id NOT IN ${where.value(exceptRunIds, "Array(String)")}`);
  const standing = `sign = 1 AND (run_id, toUInt32(n + 1)) NOT IN (SELECT run_id, n FROM ${table} WHERE ${where.sql} AND sign = -1)`;
  const all = where.sql;
  const behind =
    cursor === undefined
      ? ""
      : ` AND (toUnixTimestamp64Nano(${at}), ${id}) < ` +
        `(${where.value(cursor.at, "Int64")}, ${where.value(cursor.id, "String")})`;
  return store.rows(
    `SELECT ${columns} FROM ${table} WHERE ${all} AND ${standing}${behind} ` +
      `ORDER BY ${at} DESC, ${id} DESC LIMIT ${Math.floor(limit)}`,
    { params: where.params },
  );
}
