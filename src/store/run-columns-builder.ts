// From the store's blocks to a run's columns in memory: one row per span identity, sorted, parents resolved.

import type { RunColumns, SpanLink } from "../model/run-columns.ts";
import { NONE, TextTable } from "../model/run-columns.ts";
import { SPAN_TRAITS } from "../model/vocabulary.ts";
import { type Block, DictionaryTexts, type NestedColumn, type TextColumn } from "./native/block-reader.ts";

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

/** A span's row in a block. */
export interface SpanRow {
  readonly block: Block;
  readonly row: number;
  readonly offset: number;
  readonly start: bigint;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentId: string;
  /** Trace and span id as one text, made once because it is looked up again and again; the parent's, or "". */
  readonly identity: string;
  readonly parentIdentity: string;
  readonly isPending: boolean;
}

/** The rows of many traces, by trace. */
export function spanRowsByTrace(blocks: readonly Block[]): Map<string, SpanRow[]> {
  const byTrace = new Map<string, SpanRow[]>();
  for (const block of blocks) if (block.rows > 0) collectRows(block, byTrace);
  return byTrace;
}

function collectRows(block: Block, byTrace: Map<string, SpanRow[]>): void {
  const offsets = block.numbers("offset");
  const starts = block.bigints("started_at");
  const traces = block.ids("trace_id");
  const spans = block.ids("span_id");
  const parents = block.ids("parent_id");
  const traits = block.numbers("traits");
  let traceId = "";
  let rows: SpanRow[] = [];
  for (let row = 0; row < block.rows; row++) {
    // Spans of a trace lie together, and its id is held once.
    if (row === 0 || !traces.isEqual(row - 1, row)) {
      const sent = traces.text(row);
      rows = byTrace.get(sent) ?? [];
      if (rows.length === 0) byTrace.set(sent, rows);
      traceId = rows[0]?.traceId ?? sent;
    }
    const spanId = spans.text(row);
    const parentId = parents.text(row);
    rows.push({
      block,
      row,
      offset: offsets[row] as number,
      start: starts[row] as bigint,
      traceId,
      spanId,
      parentId,
      identity: traceId + spanId,
      parentIdentity: parentId === "" ? "" : traceId + parentId,
      isPending: ((traits[row] as number) & SPAN_TRAITS.pending) !== 0,
    });
  }
}

/**
 * Builds the columns of a run from all rows of its traces, in any order and with repeats: of one span's rows the ended
 * one counts, then the one that came first. A run without spans begins at `emptyT0Ns`.
 */
export function buildRunColumns(rows: readonly SpanRow[], emptyT0Ns: bigint): RunColumns {
  return new ColumnsBuilder(orderSpans(rows)).build(emptyT0Ns);
}

interface OrderedSpans {
  readonly sources: readonly SpanRow[];
  /** By row: the parent's row, or NONE. */
  readonly parent: Int32Array;
  /** By row: the offset of an announcement that came before. */
  readonly announced: ReadonlyMap<number, number>;
}

/** One row per identity, by (start, span id), but a parent before its children even when clocks say otherwise. */
function orderSpans(rows: readonly SpanRow[]): OrderedSpans {
  const numberOf = new Map<string, number>();
  const spans: SpanRow[] = [];
  const announcements = new Map<string, number>();
  for (const row of rows) {
    if (row.isPending) {
      announcements.set(row.identity, Math.min(row.offset, announcements.get(row.identity) ?? row.offset));
    }
    const known = numberOf.get(row.identity);
    if (known === undefined) numberOf.set(row.identity, spans.push(row) - 1);
    else if (isStronger(row, spans[known] as SpanRow)) spans[known] = row;
  }
  const parentOf = new Int32Array(spans.length);
  for (const [number, span] of spans.entries()) parentOf[number] = numberOf.get(span.parentIdentity) ?? NONE;
  const order = parentsFirst(numbersByStart(spans), parentOf);
  const rowOf = new Int32Array(spans.length);
  for (const [row, number] of order.entries()) rowOf[number] = row;
  const parent = new Int32Array(spans.length);
  for (const [row, number] of order.entries()) {
    const above = parentOf[number] as number;
    parent[row] = above === NONE ? NONE : (rowOf[above] as number);
  }
  const sources = Array.from(order, (number) => spans[number] as SpanRow);
  return { sources, parent, announced: announcedBefore(sources, announcements) };
}

function announcedBefore(
  sources: readonly SpanRow[],
  announcements: ReadonlyMap<string, number>,
): ReadonlyMap<number, number> {
  const announced = new Map<number, number>();
  if (announcements.size === 0) return announced;
  for (const [row, { identity, offset }] of sources.entries()) {
    const before = announcements.get(identity);
    if (before !== undefined && before < offset) announced.set(row, before);
  }
  return announced;
}

/** Of two rows of one span: whether the first counts, and not the second. */
export function isStronger(a: SpanRow, b: SpanRow): boolean {
  return a.isPending === b.isPending ? a.offset < b.offset : b.isPending;
}

/** The spans' numbers by (start, span id). Doubles are compared, and instants only where those are equal. */
function numbersByStart(spans: readonly SpanRow[]): Uint32Array {
  const base = spans[0]?.start ?? 0n;
  const starts = new Float64Array(spans.length);
  for (const [number, { start }] of spans.entries()) starts[number] = Number(start - base);
  return Uint32Array.from(spans.keys()).sort(
    (a, b) => (starts[a] as number) - (starts[b] as number) || compareExactly(spans[a] as SpanRow, spans[b] as SpanRow),
  );
}

function compareExactly(a: SpanRow, b: SpanRow): number {
  if (a.start !== b.start) return a.start < b.start ? -1 : 1;
  return a.spanId < b.spanId ? -1 : a.spanId > b.spanId ? 1 : 0;
}

/** Moves parents before their children and leaves everything else where it is. */
function parentsFirst(numbers: Uint32Array, parentOf: Int32Array): Uint32Array {
  const sorted = new Uint32Array(numbers.length);
  const isPlaced = new Uint8Array(numbers.length);
  const chain: number[] = [];
  let placed = 0;
  for (const number of numbers) {
    // Walks up over ancestors that are not placed yet; a ring of parents ends at a span that is in the chain.
    for (let next = number; next !== NONE && isPlaced[next] === 0; next = parentOf[next] as number) {
      isPlaced[next] = 1;
      chain.push(next);
    }
    while (chain.length > 0) sorted[placed++] = chain.pop() as number;
  }
  return sorted;
}

/**
 * Texts of a block as indexes into the run's table. Dictionary columns are translated once per word, unless most words
 * are those of other runs in the block.
 */
class TextIndexer {
  readonly #table: TextTable;
  readonly #rows: number;
  readonly #words = new Map<TextColumn, Int32Array>();

  constructor(table: TextTable, rows: number) {
    this.#table = table;
    this.#rows = rows;
  }

  index(column: TextColumn, row: number): number {
    if (!(column instanceof DictionaryTexts) || column.texts.length > this.#rows) {
      return this.#table.indexOf(column.text(row));
    }
    let words = this.#words.get(column);
    if (words === undefined) {
      words = new Int32Array(column.texts.length).fill(NONE);
      this.#words.set(column, words);
    }
    const word = column.indexes[row] as number;
    if (words[word] === NONE) words[word] = this.#table.indexOf(column.texts[word] as string);
    return words[word] as number;
  }
}

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

type TextName = keyof typeof TEXT_COLUMNS;
type DoubleName = keyof typeof DOUBLE_COLUMNS;

class ColumnsBuilder {
  readonly #sources: readonly SpanRow[];
  readonly #parent: Int32Array;
  readonly #announced: ReadonlyMap<number, number>;
  readonly #table = new TextTable();
  readonly #indexer: TextIndexer;

  constructor({ sources, parent, announced }: OrderedSpans) {
    this.#sources = sources;
    this.#parent = parent;
    this.#announced = announced;
    this.#indexer = new TextIndexer(this.#table, sources.length);
  }

  build(emptyT0Ns: bigint): RunColumns {
    const first = this.#sources[0]?.start ?? emptyT0Ns;
    const t0Ns = this.#sources.reduce((earliest, { start }) => (start < earliest ? start : earliest), first);
    return {
      count: this.#sources.length,
      t0Ns,
      texts: this.#table,
      announced: this.#announced,
      ...this.#identity(),
      ...this.#times(t0Ns),
      ...this.#textColumns(),
      ...this.#doubleColumns(),
      kind: this.#numbers("kind", new Uint8Array(this.#sources.length)),
      otelKind: this.#numbers("otel_kind", new Uint8Array(this.#sources.length)),
      status: this.#numbers("status", new Uint8Array(this.#sources.length)),
      traits: this.#numbers("traits", new Uint16Array(this.#sources.length)),
      weight: this.#numbers("weight", new Float32Array(this.#sources.length)),
      costInputNano: Float64Array.from(this.#sources, inputCost),
      tags: this.#nested("tags", textsAt),
      hints: this.#nested("hints", entriesAt),
      ...this.#contentParts(),
    };
  }

  #identity(): Pick<RunColumns, "traces" | "trace" | "spanIds" | "parent" | "orphan" | "links"> {
    const sources = this.#sources;
    const parent = this.#parent;
    const numberOf = new Map<string, number>();
    const trace = new Uint32Array(sources.length);
    const orphan = new Uint8Array(sources.length);
    for (const [row, { traceId, parentId }] of sources.entries()) {
      const number = numberOf.get(traceId) ?? numberOf.size;
      if (number === numberOf.size) numberOf.set(traceId, number);
      trace[row] = number;
      orphan[row] = parentId !== "" && parent[row] === NONE ? 1 : 0;
    }
    const spanIds = sources.map(({ spanId }) => spanId);
    return { traces: [...numberOf.keys()], trace, spanIds, parent, orphan, links: sources.flatMap(linksOf) };
  }

  #times(t0Ns: bigint): Pick<RunColumns, "start" | "end"> {
    const start = new Float64Array(this.#sources.length);
    const end = this.#numbers("duration_ns", new Float64Array(this.#sources.length));
    for (const [row, source] of this.#sources.entries()) {
      start[row] = Number(source.start - t0Ns);
      end[row] = source.isPending ? Number.POSITIVE_INFINITY : (start[row] as number) + (end[row] as number);
    }
    return { start, end };
  }

  #textColumns(): Record<TextName, Uint32Array> {
    const columns = Object.entries(TEXT_COLUMNS).map(([name, stored]) => [name, this.#texts(stored)]);
    return Object.fromEntries(columns) as Record<TextName, Uint32Array>;
  }

  #texts(stored: string): Uint32Array {
    const indexes = new Uint32Array(this.#sources.length);
    let block: Block | undefined;
    let column: TextColumn | undefined;
    for (const [i, source] of this.#sources.entries()) {
      // Found by its name once for all rows of a block.
      if (column === undefined || source.block !== block) {
        block = source.block;
        column = block.texts(stored);
      }
      indexes[i] = this.#indexer.index(column, source.row);
    }
    return indexes;
  }

  #doubleColumns(): Record<DoubleName, Float64Array> {
    const columns = Object.entries(DOUBLE_COLUMNS).map(([name, stored]) => [
      name,
      this.#numbers(stored, new Float64Array(this.#sources.length)),
    ]);
    return Object.fromEntries(columns) as Record<DoubleName, Float64Array>;
  }

  #numbers<A extends Uint8Array | Uint16Array | Float32Array | Float64Array>(stored: string, target: A): A {
    let block: Block | undefined;
    let values: ArrayLike<number> = [];
    for (const [i, source] of this.#sources.entries()) {
      if (source.block !== block) {
        block = source.block;
        values = block.numbers(stored);
      }
      target[i] = values[source.row] as number;
    }
    return target;
  }

  #nested<T>(stored: string, read: (column: NestedColumn, row: number) => T): ReadonlyMap<number, T> {
    const found = new Map<number, T>();
    for (const [i, { block, row }] of this.#sources.entries()) {
      const column = block.nested(stored);
      if (column.end(row) > column.start(row)) found.set(i, read(column, row));
    }
    return found;
  }

  #contentParts(): Pick<RunColumns, "inputParts" | "outputParts"> {
    const inputParts = new Map<number, string[]>();
    const outputParts = new Map<number, string[]>();
    for (const [i, { block, row }] of this.#sources.entries()) {
      const slots = block.nested("content_slots");
      if (slots.end(row) === slots.start(row)) continue;
      const hashes = textsAt(block.nested("content_hashes"), row);
      for (const [at, slot] of textsAt(slots, row).entries()) {
        const parts = slot.startsWith("input") ? inputParts : slot.startsWith("output") ? outputParts : undefined;
        if (parts === undefined) continue;
        const list = parts.get(i) ?? [];
        list.push(hashes[at] as string);
        parts.set(i, list);
      }
    }
    return { inputParts, outputParts };
  }
}

function textsAt(column: NestedColumn, row: number): string[] {
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

/** What of the cost is for input: its first three parts. */
function inputCost({ block, row }: SpanRow): number {
  const parts = block.nested("cost_parts");
  const values = parts.items as BigUint64Array;
  let sum = 0;
  for (let i = parts.start(row); i < Math.min(parts.start(row) + 3, parts.end(row)); i++) sum += Number(values[i]);
  return sum;
}

function linksOf({ block, row }: SpanRow, fromRow: number): SpanLink[] {
  const traces = block.nested("link_traces");
  if (traces.end(row) === traces.start(row)) return [];
  const spanIds = textsAt(block.nested("link_spans"), row);
  return textsAt(traces, row).map((traceId, i) => ({ fromRow, traceId, spanId: spanIds[i] as string }));
}
