// From blocks of records to events in the order of their offsets, each id once: of two events with one id the one with
// the lower offset gives the place, the other is not delivered (rule 10).

import { spanEventId } from "../model/ids.ts";
import type { Block } from "../store/native/block-reader.ts";
import { derivedStreamEvents, derivedTypes, type StreamEvent, sentEvent } from "./stream-event.ts";

/** Remembers ids. */
export interface SeenIds {
  /** False when the id was there already. */
  add(id: string): boolean;
}

export interface RecordBlocks {
  /** With at least the columns of EVENT_SPAN_COLUMNS. */
  readonly spans: readonly Block[];
  readonly events: readonly Block[];
}

/** What of the records is wanted; the ids of all of them are noted in any case. */
export interface Wanted {
  /** Whether the events of these types that a span of a trace yields may be wanted. */
  derived(types: readonly string[], traceId: string): boolean;
  /** Whether a sent event may be. */
  sent(traceId: string, namedRun: string): boolean;
}

/** Where a record lies. */
export interface Place {
  readonly offset: number;
  readonly block: Block;
  readonly row: number;
  readonly isSpan: boolean;
}

/** The wanted events among some records, which come in the order of their offsets. */
export function eventsAt(places: Iterable<Place>, seen: SeenIds, wanted: Wanted): StreamEvent[] {
  const found: StreamEvent[] = [];
  for (const { block, row, isSpan } of places) {
    if (isSpan) takeSpan(block, row, seen, wanted, found);
    else takeEvent(block, row, seen, wanted, found);
  }
  return found;
}

/** The ids of the events that the records yield. */
export function idsOf(records: RecordBlocks): string[] {
  return placesOf(records).flatMap(({ block, row, isSpan }) =>
    isSpan
      ? derivedTypes(block, row).map((type) => spanEventId(traceAt(block, row), spanAt(block, row), type))
      : [block.texts("id").text(row)],
  );
}

/** Where the records lie, in the order of their offsets. */
export function placesOf({ spans, events }: RecordBlocks): Place[] {
  const all: Place[] = [];
  const add = (blocks: readonly Block[], isSpan: boolean) => {
    for (const block of blocks) {
      if (block.rows === 0) continue;
      const offsets = block.numbers("offset");
      for (let row = 0; row < block.rows; row++) all.push({ offset: offsets[row] as number, block, row, isSpan });
    }
  };
  add(spans, true);
  add(events, false);
  return all.sort((a, b) => a.offset - b.offset);
}

function takeSpan(block: Block, row: number, seen: SeenIds, wanted: Wanted, found: StreamEvent[]): void {
  const types = derivedTypes(block, row);
  if (types.length === 0) return;
  const traceId = traceAt(block, row);
  const spanId = spanAt(block, row);
  const fresh = types.filter((type) => seen.add(spanEventId(traceId, spanId, type)));
  if (fresh.length === 0 || !wanted.derived(fresh, traceId)) return;
  const events = derivedStreamEvents(block, row);
  found.push(...(fresh.length === types.length ? events : events.filter(({ event }) => fresh.includes(event.type))));
}

function takeEvent(block: Block, row: number, seen: SeenIds, wanted: Wanted, found: StreamEvent[]): void {
  if (!seen.add(block.texts("id").text(row))) return;
  if (wanted.sent(traceAt(block, row), block.texts("run_id").text(row))) found.push(sentEvent(block, row));
}

function traceAt(block: Block, row: number): string {
  return block.ids("trace_id").text(row);
}

function spanAt(block: Block, row: number): string {
  return block.ids("span_id").text(row);
}
