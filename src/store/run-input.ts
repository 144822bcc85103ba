// Decodes the raw rows of a run: what analysis reads. Runs on the main thread for small runs, in the worker for large.

import { splitFactColumn } from "../model/draft.ts";
import { LIMITS } from "../model/limits.ts";
import type { PartLengths, RunColumns, RunEventRow, SpanFact } from "../model/run-columns.ts";
import { EVENT_LEVELS, type EventLevel } from "../model/vocabulary.ts";
import { eventSpanBlocks, type FindEventSpans } from "./event-span-rows.ts";
import { type Block, readBlocks } from "./native/block-reader.ts";
import { repeatedEvents } from "./repeated-events.ts";
import { buildRunColumns, textsAt } from "./run-columns-builder.ts";
import { allRowsOf, type BlockRows, rowsByTrace, SpanRows } from "./span-rows.ts";

/** The rows of a run as Native blocks: from the store, and from the journal what the store does not have yet. */
export interface RunBytes {
  readonly spans: readonly Uint8Array[];
  readonly events: readonly Uint8Array[];
  readonly facts: readonly Uint8Array[];
  /** Hash and length of the contents; empty when nobody needs them. */
  readonly parts: readonly Uint8Array[];
}

/** The rows of both. */
export function joinedBytes(a: RunBytes, b: RunBytes): RunBytes {
  return {
    spans: [...a.spans, ...b.spans],
    events: [...a.events, ...b.events],
    facts: [...a.facts, ...b.facts],
    parts: [...a.parts, ...b.parts],
  };
}

/** Which rows of the bytes belong to the run: those of its traces, and events that name any of its ids. */
export interface RunMembers {
  readonly traceIds: readonly string[];
  readonly runIds: readonly string[];
  /** Only what was taken in up to this offset: the run as it was known then. */
  readonly throughOffset?: number | undefined;
}

export interface DecodedRun {
  readonly columns: RunColumns;
  /** Each id once, in the order of offsets. */
  readonly events: readonly RunEventRow[];
  readonly facts: readonly SpanFact[];
  readonly partLengths: PartLengths;
  /** Spans (trace id and span id) that only events tell of. */
  readonly eventSpans: ReadonlySet<string>;
  /** When the newest record was received, seconds since 1970; 0 when there is none. */
  readonly lastReceivedS: number;
  readonly lastOffset: number;
  /** Offsets of the spans and events that do not count: others have the same identity. */
  readonly repeats: readonly number[];
  /** Present when there are more spans or events than that, and the rest was not read. */
  readonly cutAt: number | undefined;
}

/** The rows of one or many runs, decoded once; each run takes what belongs to it. */
export class RunRows {
  readonly #spans: ReadonlyMap<string, readonly BlockRows[]>;
  readonly #events: ReadonlyMap<string, readonly EventRow[]>;
  readonly #facts: ReadonlyMap<string, readonly FoundFact[]>;
  readonly #partLengths: PartLengths;
  readonly #findEventSpans: FindEventSpans;
  readonly #cutAt: number | undefined;

  /** `recordsMax`: a reading that gave more rows of a kind was cut there. */
  constructor(bytes: RunBytes, findEventSpans: FindEventSpans, recordsMax: number = LIMITS.spansPerRun) {
    const spans = bytes.spans.map(readBlocks);
    const events = bytes.events.map(readBlocks);
    this.#spans = rowsByTrace(spans.flat());
    this.#events = eventsByOwner(events.flat());
    const isCut = [...spans, ...events].some((blocks) => blocks.reduce((sum, { rows }) => sum + rows, 0) > recordsMax);
    this.#cutAt = isCut ? recordsMax : undefined;
    this.#facts = factsByTrace(bytes.facts.flatMap(readBlocks));
    this.#partLengths = decodePartLengths(bytes.parts);
    this.#findEventSpans = findEventSpans;
  }

  /** The rows of one run. */
  run({ traceIds, runIds, throughOffset = Number.POSITIVE_INFINITY }: RunMembers): DecodedRun {
    const parts = traceIds.flatMap((id) => this.#spans.get(id) ?? []).flatMap((part) => knownRows(part, throughOffset));
    const eventRows = [
      ...runIds.flatMap((id) => this.#events.get(`run ${id}`) ?? []),
      ...traceIds.flatMap((id) => this.#events.get(`trace ${id}`) ?? []),
    ].filter(({ event }) => event.offset <= throughOffset);
    const facts = traceIds
      .flatMap((id) => this.#facts.get(id) ?? [])
      .filter(({ offset }) => offset <= throughOffset)
      .sort((a, b) => b.offset - a.offset);
    const sent = new SpanRows(parts);
    const baseNs = eventRows.reduce(
      (first, { event }) => (first === undefined || event.timeNs < first ? event.timeNs : first),
      sent.count === 0 ? undefined : sent.baseNs,
    );
    const told = this.#eventSpans(sent, eventRows, baseNs ?? 0n);
    const spans = told.length === 0 ? sent : new SpanRows([...parts, ...told]);
    const columns = buildRunColumns(spans, baseNs ?? 0n);
    const events = distinctEvents(eventRows, columns.t0Ns);
    return {
      columns: withContentFacts(columns, facts),
      events,
      facts: facts.map(({ fact }) => fact),
      partLengths: this.#partLengths,
      eventSpans: new Set(told.flatMap(identities)),
      lastReceivedS: eventRows.reduce(
        (last, { block, row }) => Math.max(last, receivedS(block, row)),
        lastReceived(parts),
      ),
      lastOffset: Math.max(
        largest(sent.offset),
        eventRows.reduce((last, { event }) => Math.max(last, event.offset), 0),
        facts.reduce((last, { offset }) => Math.max(last, offset), 0),
      ),
      repeats: [
        ...(sent.hasRepeats ? sent.repeats() : []),
        ...(eventRows.length > events.length ? repeatedEvents(eventRows.map(({ event }) => event)) : []),
      ],
      cutAt: this.#cutAt,
    };
  }

  /** Rows for spans of which only events tell. */
  #eventSpans(sent: SpanRows, eventRows: readonly EventRow[], baseNs: bigint): BlockRows[] {
    if (eventRows.length === 0) return [];
    const events = distinctEvents(eventRows, baseNs);
    const found = this.#findEventSpans(events, (traceId, spanId) => sent.has(traceId, spanId));
    return allRowsOf(eventSpanBlocks(found, baseNs));
  }
}

/** Those that were taken in up to an offset. */
function knownRows({ block, rows }: BlockRows, throughOffset: number): BlockRows[] {
  if (throughOffset === Number.POSITIVE_INFINITY) return [{ block, rows }];
  const offsets = block.numbers("offset");
  const known = rows.filter((row) => (offsets[row] as number) <= throughOffset);
  return known.length === 0 ? [] : [{ block, rows: known }];
}

function identities({ block, rows }: BlockRows): string[] {
  const [traces, spans] = [block.ids("trace_id"), block.ids("span_id")];
  return Array.from(rows, (row) => traces.text(row) + spans.text(row));
}

function lastReceived(parts: readonly BlockRows[]): number {
  return parts.reduce((last, { block, rows }) => {
    const received = block.numbers("received");
    return rows.reduce((latest, row) => Math.max(latest, received[row] as number), last);
  }, 0);
}

function largest(values: Float64Array): number {
  return values.reduce((most, value) => Math.max(most, value), 0);
}

function receivedS(block: Block, row: number): number {
  return block.numbers("received")[row] as number;
}

type TimedEvent = Omit<RunEventRow, "time"> & { readonly timeNs: bigint };

interface EventRow {
  readonly block: Block;
  readonly row: number;
  readonly event: TimedEvent;
}

/** Events by the run that they name, else by their trace. */
function eventsByOwner(blocks: readonly Block[]): Map<string, EventRow[]> {
  const byOwner = new Map<string, EventRow[]>();
  for (const block of blocks) {
    if (block.rows === 0) continue;
    const runs = block.texts("run_id");
    for (let row = 0; row < block.rows; row++) {
      const event = eventAt(block, row);
      const runId = runs.text(row);
      const owner = runId === "" ? `trace ${event.traceId}` : `run ${runId}`;
      const events = byOwner.get(owner);
      if (events === undefined) byOwner.set(owner, [{ block, row, event }]);
      else events.push({ block, row, event });
    }
  }
  return byOwner;
}

/** A row of `events`, whichever run it belongs to. */
export function eventAt(block: Block, row: number): TimedEvent {
  const text = (name: string) => block.texts(name).text(row);
  const level = EVENT_LEVELS[block.numbers("level")[row] as number] as EventLevel;
  const slots = textsAt(block.nested("content_slots"), row);
  const body = slots.indexOf("body");
  return {
    offset: block.numbers("offset")[row] as number,
    index: 0,
    id: text("id"),
    type: text("type"),
    timeNs: block.bigints("time")[row] as bigint,
    agent: text("agent"),
    agentInstance: text("agent_instance"),
    toAgent: text("to_agent"),
    traceId: text("trace_id"),
    spanId: text("span_id"),
    parentId: text("parent_id"),
    ...(level === "unset" ? {} : { level }),
    service: text("service"),
    message: text("message"),
    ...(body < 0 ? {} : { messageHash: textsAt(block.nested("content_hashes"), row)[body] as string }),
    data: parseData(text("data")),
  };
}

function parseData(json: string): RunEventRow["data"] {
  return json === "" ? {} : (JSON.parse(json) as RunEventRow["data"]);
}

function distinctEvents(rows: readonly EventRow[], t0Ns: bigint): RunEventRow[] {
  const byId = new Map<string, TimedEvent>();
  const inOrder = rows.map(({ event }) => event).sort((a, b) => a.offset - b.offset);
  for (const event of inOrder) if (!byId.has(event.id)) byId.set(event.id, event);
  return [...byId.values()].map(({ timeNs, ...event }) => ({ ...event, time: Number(timeNs - t0Ns) }));
}

interface FoundFact {
  readonly fact: SpanFact;
  readonly offset: number;
  readonly hashes: readonly string[];
}

/** Facts by trace. A run takes them with the newest first: of two about the same field the newer holds. */
function factsByTrace(blocks: readonly Block[]): Map<string, FoundFact[]> {
  const byTrace = new Map<string, FoundFact[]>();
  for (const block of blocks) {
    if (block.rows === 0) continue;
    const text = (name: string, row: number) => block.texts(name).text(row);
    const offsets = block.numbers("offset");
    for (let row = 0; row < block.rows; row++) {
      const traceId = text("trace_id", row);
      const found: FoundFact = {
        fact: {
          traceId,
          spanId: text("span_id", row),
          field: text("field", row),
          value: text("value", row),
          source: text("source", row),
        },
        offset: offsets[row] as number,
        hashes: textsAt(block.nested("content_hashes"), row),
      };
      const known = byTrace.get(traceId);
      if (known === undefined) byTrace.set(traceId, [found]);
      else known.push(found);
    }
  }
  return byTrace;
}

/** Messages that came as log records: they stand on their span when it has none of its own, in the order of receipt. */
function withContentFacts(columns: RunColumns, facts: readonly FoundFact[]): RunColumns {
  const contents = facts.filter(({ hashes }) => hashes.length > 0);
  if (contents.length === 0) return columns;
  const rowOf = spanRowFinder(columns);
  const inputParts = new Map(columns.inputParts);
  const outputParts = new Map(columns.outputParts);
  for (const { fact, hashes } of contents.toReversed()) {
    const { field, about } = splitFactColumn(fact.field);
    const row = rowOf(fact.traceId, about === "" ? fact.spanId : about);
    if (row === undefined) continue;
    const [own, merged] = field === "input" ? [columns.inputParts, inputParts] : [columns.outputParts, outputParts];
    if (!own.has(row)) merged.set(row, [...(merged.get(row) ?? []), ...hashes]);
  }
  return { ...columns, inputParts, outputParts };
}

/** Finds a row by its span id, or by what a record calls it: `response:<id>` or `call:<id>`. */
function spanRowFinder(columns: RunColumns): (traceId: string, key: string) => number | undefined {
  const { traces, trace, texts, responseId, toolCallId } = columns;
  const rows = new Map<string, number>();
  for (const [row, id] of columns.spanIds.entries()) {
    const traceId = traces[trace[row] as number];
    rows.set(`${traceId} ${id}`, row);
    if (responseId[row] !== 0) rows.set(`${traceId} response:${texts.text(responseId[row] as number)}`, row);
    if (toolCallId[row] !== 0) rows.set(`${traceId} call:${texts.text(toolCallId[row] as number)}`, row);
  }
  return (traceId, key) => rows.get(`${traceId} ${key}`);
}

function decodePartLengths(chunks: readonly Uint8Array[]): PartLengths {
  const lengths = new Map<string, number>();
  for (const block of chunks.flatMap(readBlocks)) {
    if (block.rows === 0) continue;
    const hashes = block.texts("hash");
    // The store sends lengths; what the journal still has are the texts themselves.
    const sizes = block.columns.has("length") ? block.numbers("length") : undefined;
    for (let row = 0; row < block.rows; row++) {
      lengths.set(
        hashes.text(row),
        sizes === undefined ? block.texts("body").bytes(row).length : (sizes[row] as number),
      );
    }
  }
  return lengths;
}
