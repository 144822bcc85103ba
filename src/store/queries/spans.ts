import { SPAN_KINDS, SPAN_STATUSES } from "../../model/vocabulary.ts";
import type { StoreClient } from "../client.ts";
import type { Row } from "../native/block-reader.ts";
import { Conditions, containsPattern, instantLiteral, traceIdList } from "../sql.ts";

/** Which spans. Values of one filter are alternatives, different filters hold together. */
export interface SpanFilter {
  readonly kind?: readonly string[];
  readonly name?: readonly string[];
  readonly service?: readonly string[];
  readonly agent?: readonly string[];
  readonly model?: readonly string[];
  readonly tool?: readonly string[];
  readonly status?: readonly string[];
  readonly minDurationMs?: number;
  readonly maxDurationMs?: number;
  readonly sinceNs: bigint;
  readonly untilNs: bigint;
  /** Attributes by name, each with its alternatives. */
  readonly attributes: ReadonlyMap<string, readonly string[]>;
  /** The searched text, and traces whose contents have it. */
  readonly text?: { readonly text: string; readonly traceIds: readonly string[] };
}

/** Where the next page begins. */
export interface SpanCursor {
  readonly start: string;
  readonly id: string;
}

const COLUMNS = [
  "offset",
  "started_at",
  "duration_ns",
  "trace_id",
  "span_id",
  "parent_id",
  "service",
  "name",
  "kind",
  "status",
  "status_message",
  "error_type",
  "traits",
  "dialect",
  "agent",
  "model",
  "provider",
  "tool",
  "tokens_input",
  "tokens_output",
  "tokens_cache_read",
  "tokens_cache_write",
  "tokens_reasoning",
  "cost_nano",
  "cost_source",
  "input_preview",
  "output_preview",
  "attrs",
  "attr_types",
];

/** Spans that pass a filter, newest first, each identity once. */
export async function searchSpans(
  store: StoreClient,
  project: string,
  filter: SpanFilter,
  limit: number,
  cursor: SpanCursor | undefined,
): Promise<Row[]> {
  const where = new Conditions(project);
  where.add(`started_at >= ${instantLiteral(filter.sinceNs)} AND started_at < ${instantLiteral(filter.untilNs)}`);
  where.add(`trace_id NOT IN (SELECT trace_id FROM deletions WHERE project = ${where.value(project, "String")})`);
  for (const column of ["kind", "name", "service", "agent", "model", "tool", "status"] as const) {
    where.oneOf(column, filter[column]);
  }
  if (filter.minDurationMs !== undefined) where.add(`duration_ns >= ${Math.floor(filter.minDurationMs * 1e6)}`);
  if (filter.maxDurationMs !== undefined) where.add(`duration_ns <= ${Math.floor(filter.maxDurationMs * 1e6)}`);
  for (const [name, values] of filter.attributes) {
    // The index is on values alone; the map decides.
    const alternatives = where.value(values, "Array(String)");
    where.add(`hasAny(mapValues(attrs), ${alternatives}) AND attrs[${where.value(name, "String")}] IN ${alternatives}`);
  }
  if (filter.text !== undefined) where.add(textCondition(where, filter.text));
  if (cursor !== undefined) {
    where.add(
      `(started_at, span_id) < (${instantLiteral(BigInt(cursor.start))}, unhex(${where.value(cursor.id, "String")}))`,
    );
  }
  return store.rows(
    `SELECT ${COLUMNS.join(", ")} FROM spans WHERE ${where.sql} ` +
      `ORDER BY started_at DESC, span_id DESC, offset LIMIT 1 BY trace_id, span_id LIMIT ${limit}`,
    { params: where.params },
  );
}

function textCondition(where: Conditions, { text, traceIds }: { text: string; traceIds: readonly string[] }): string {
  const pattern = where.value(containsPattern(text), "String");
  const own = ["name", "status_message", "error_type", "input_preview", "output_preview"];
  const conditions = own.map((column) => `${column} ILIKE ${pattern}`);
  if (traceIds.length > 0) conditions.push(`trace_id IN ${traceIdList(traceIds)}`);
  return conditions.join(" OR ");
}

export function storedKind(row: Row): (typeof SPAN_KINDS)[number] {
  return SPAN_KINDS[row["kind"] as number] as (typeof SPAN_KINDS)[number];
}

export function storedSpanStatus(row: Row): (typeof SPAN_STATUSES)[number] {
  return SPAN_STATUSES[row["status"] as number] as (typeof SPAN_STATUSES)[number];
}
