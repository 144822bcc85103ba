// From the store's blocks to a run's columns in memory: one row per span identity, sorted, parents resolved.

import type { RunColumns, SpanLink } from "../model/run-columns.ts";
import { NONE, TextTable } from "../model/run-columns.ts";
import type { NestedColumn, TextColumn } from "./native/block-reader.ts";
import type { SpanRows } from "./span-rows.ts";

/** The columns of `spans` that a run is made of: what a query selects and what the journal's tail is read for. */
export const RUN_SPAN_COLUMNS = [
  "offset",
  "received",
  "started_at",
  "duration_ns",
  "trace_id",
  "span_id",
  "parent_id",
  "service",
  "name",
  "kind",
  "otel_kind",
  "status",
  "status_message",
  "error_type",
  "traits",
  "dialect",
  "scope",
  "agent",
  "agent_instance",
  "model",
  "provider",
  "tool",
  "tool_call_id",
  "response_id",
  "tokens_input",
  "tokens_output",
  "tokens_cache_read",
  "tokens_cache_write",
  "tokens_reasoning",
  "cost_nano",
  "cost_parts",
  "cost_source",
  "session",
  "user",
  "tags",
  "hints",
  "link_traces",
  "link_spans",
  "content_slots",
  "content_hashes",
  "input_preview",
  "output_preview",
  "weight",
] as const;

const TEXT_COLUMNS = {
  service: "service",
  name: "name",
  statusMessage: "status_message",
  errorType: "error_type",
  dialect: "dialect",
  scope: "scope",
  agent: "agent",
  agentInstance: "agent_instance",
  model: "model",
  provider: "provider",
  tool: "tool",
  toolCallId: "tool_call_id",
  responseId: "response_id",
  costSource: "cost_source",
  session: "session",
  user: "user",
  inputPreview: "input_preview",
  outputPreview: "output_preview",
} as const;

const DOUBLE_COLUMNS = {
  offset: "offset",
  tokensInput: "tokens_input",
  tokensOutput: "tokens_output",
  tokensCacheRead: "tokens_cache_read",
  tokensCacheWrite: "tokens_cache_write",
  tokensReasoning: "tokens_reasoning",
  costNano: "cost_nano",
} as const;

/** Of a span id in hexadecimal. */
const ID_DIGITS = 16;

/** The columns of a run of all rows of its traces. A run without spans begins at `emptyT0Ns`. */
export function buildRunColumns(rows: SpanRows, emptyT0Ns: bigint): RunColumns {
  const count = rows.order.length;
  const texts = new TextTable();
  const times = rows.times();
  return {
    count,
    ...times,
    t0Ns: count === 0 ? emptyT0Ns : times.t0Ns,
    texts,
    announced: rows.announced(),
    ...identity(rows),
    ...mapped(TEXT_COLUMNS, (stored) => rows.texts(stored, texts)),
    ...mapped(DOUBLE_COLUMNS, (stored) => rows.numbers(stored, Float64Array)),
    kind: rows.numbers("kind", Uint8Array),
    otelKind: rows.numbers("otel_kind", Uint8Array),
    status: rows.numbers("status", Uint8Array),
    traits: rows.numbers("traits", Uint16Array),
    weight: rows.numbers("weight", Float32Array),
    costInputNano: inputCosts(rows),
    tags: nested(rows, "tags", textsAt),
    hints: nested(rows, "hints", entriesAt),
    links: linksOf(rows),
    ...contentParts(rows),
  };
}

function mapped<N extends string, T>(names: Readonly<Record<N, string>>, make: (stored: string) => T): Record<N, T> {
  const columns = Object.entries<string>(names).map(([name, stored]) => [name, make(stored)]);
  return Object.fromEntries(columns) as Record<N, T>;
}

function identity(rows: SpanRows): Pick<RunColumns, "traces" | "trace" | "spanIds" | "parent" | "orphan"> {
  const { order } = rows;
  const numberOf = new Int32Array(rows.traces.length).fill(NONE);
  const traces: string[] = [];
  const trace = new Uint32Array(order.length);
  const orphan = new Uint8Array(order.length);
  const parent = rows.parents();
  for (let place = 0; place < order.length; place++) {
    const row = order[place] as number;
    const known = rows.trace[row] as number;
    if (numberOf[known] === NONE) numberOf[known] = traces.push(rows.traces[known] as string) - 1;
    trace[place] = numberOf[known] as number;
    orphan[place] = parent[place] === NONE && rows.hasParentId(row) ? 1 : 0;
  }
  return { traces, trace, spanIds: idTexts(rows.orderedIds()), parent, orphan };
}

/** Of all ids one text, of which each is a piece. */
function idTexts(ids: Uint8Array): string[] {
  const text = Buffer.from(ids.buffer, ids.byteOffset, ids.length).toString("hex");
  return Array.from({ length: ids.length / 8 }, (_, i) => text.slice(i * ID_DIGITS, (i + 1) * ID_DIGITS));
}

/** What of the cost is for input: its first three parts. */
function inputCosts(rows: SpanRows): Float64Array {
  const costs = new Float64Array(rows.order.length);
  rows.elements("cost_parts", (place, parts, row) => {
    const values = parts.items as BigUint64Array;
    let sum = 0;
    for (let i = parts.start(row); i < Math.min(parts.start(row) + 3, parts.end(row)); i++) sum += Number(values[i]);
    costs[place] = sum;
  });
  return costs;
}

function nested<T>(
  rows: SpanRows,
  name: string,
  read: (column: NestedColumn, row: number) => T,
): ReadonlyMap<number, T> {
  const found = new Map<number, T>();
  rows.elements(name, (place, column, row) => found.set(place, read(column, row)));
  return found;
}

function contentParts(rows: SpanRows): Pick<RunColumns, "inputParts" | "outputParts"> {
  const inputParts = new Map<number, string[]>();
  const outputParts = new Map<number, string[]>();
  rows.elements("content_slots", (place, slots, row, block) => {
    const hashes = textsAt(block.nested("content_hashes"), row);
    for (const [at, slot] of textsAt(slots, row).entries()) {
      const parts = slot.startsWith("input") ? inputParts : slot.startsWith("output") ? outputParts : undefined;
      if (parts === undefined) continue;
      const list = parts.get(place) ?? [];
      list.push(hashes[at] as string);
      parts.set(place, list);
    }
  });
  return { inputParts, outputParts };
}

function linksOf(rows: SpanRows): SpanLink[] {
  const links: SpanLink[] = [];
  rows.elements("link_traces", (fromRow, traces, row, block) => {
    const spanIds = textsAt(block.nested("link_spans"), row);
    for (const [i, traceId] of textsAt(traces, row).entries()) {
      links.push({ fromRow, traceId, spanId: spanIds[i] as string });
    }
  });
  return links;
}

/** The texts of a row's array. */
export function textsAt(column: NestedColumn, row: number): string[] {
  const items = column.items as TextColumn;
  return Array.from({ length: column.end(row) - column.start(row) }, (_, i) => items.text(column.start(row) + i));
}

function entriesAt(column: NestedColumn, row: number): ReadonlyMap<string, string> {
  const keys = column.keys as TextColumn;
  const values = column.items as TextColumn;
  const entries = new Map<string, string>();
  for (let i = column.start(row); i < column.end(row); i++) entries.set(keys.text(i), values.text(i));
  return entries;
}
