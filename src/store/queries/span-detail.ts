import { SPANS } from "../../model/columns.ts";
import { isTraceId } from "../../model/ids.ts";
import type { StoreClient } from "../client.ts";
import type { Row } from "../native/block-reader.ts";
import { Conditions, hashList, spanIdLiteral, traceIdList } from "../sql.ts";

const HASHES_PER_QUERY = 1_000;

/** All rows of a span of these traces, with all columns. */
export async function spanById(
  store: StoreClient,
  project: string,
  traceIds: readonly string[],
  spanId: string,
): Promise<Row[]> {
  const traces = traceIds.filter(isTraceId);
  if (traces.length === 0) return [];
  const where = new Conditions(project);
  where.add(`trace_id IN ${traceIdList(traces)} AND span_id = ${spanIdLiteral(spanId)}`);
  const columns = Object.keys(SPANS.columns).join(", ");
  return store.rows(`SELECT ${columns} FROM spans WHERE ${where.sql}`, { params: where.params });
}

/**
 * Contents of these traces by their hashes, whole or their first characters, and how many bytes they have. A trace id of
 * zeros holds what has no trace.
 */
export async function contentRows(
  store: StoreClient,
  project: string,
  traceIds: readonly string[],
  hashes: readonly string[],
  charactersMax?: number,
): Promise<Row[]> {
  const max = charactersMax === undefined ? undefined : Math.floor(charactersMax);
  const cut =
    max === undefined ? "meta, body" : `${shortMeta(max)} AS meta, substringUTF8(contents.body, 1, ${max}) AS body`;
  const rows: Row[] = [];
  const traces = traceIds.filter(isTraceId);
  const inTraces =
    traces.length === 0 ? "trace_id = unhex('00000000000000000000000000000000')" : `trace_id IN ${traceIdList(traces)}`;
  for (let i = 0; i < hashes.length; i += HASHES_PER_QUERY) {
    const where = new Conditions(project);
    where.add(`${inTraces} AND hash IN ${hashList(hashes.slice(i, i + HASHES_PER_QUERY))}`);
    const columns = `hash, role, type, ${cut}, length(contents.body) AS bytes`;
    const sql = `SELECT ${columns} FROM contents WHERE ${where.sql} LIMIT 1 BY hash`;
    rows.push(...(await store.rows(sql, { params: where.params })));
  }
  return rows;
}

/** What else was said of a part cannot be cut: it is JSON. What is longer than a text may be is left out. */
function shortMeta(max: number): string {
  return `if(length(contents.meta) <= ${max}, contents.meta, '')`;
}
