// A search over events, newest first: those that were sent, and those that spans yield. The window is read backwards in
// parts that grow, so that what happened lately is found without sorting what happened before it.

import { lifeCycleTypes } from "../../analysis/derive-events.ts";
import { derivedStreamEvents, EVENT_SPAN_COLUMNS, type StreamEvent, sentEvent } from "../../live/stream-event.ts";
import { matchesType } from "../../model/event-types.ts";
import { SPAN_KINDS } from "../../model/vocabulary.ts";
import type { StoreClient } from "../../store/client.ts";
import {
  type EventFilter,
  type EventPlace,
  type EventStretch,
  type EventWindow,
  sentEvents,
  sentIdsAmong,
} from "../../store/queries/events.ts";
import { type SpanShape, spanEventPlaces, spansAtOffsets, type WantedShapes } from "../../store/queries/span-events.ts";

/** Where events come from: their sender, or the spans that they are derived from. */
export const EVENT_ORIGINS = ["sent", "derived"] as const;
export type EventOrigin = (typeof EVENT_ORIGINS)[number];

export interface EventQuestion {
  readonly filter: EventFilter;
  readonly window: EventWindow;
  readonly origins: readonly EventOrigin[];
}

export interface FoundEvents {
  readonly events: readonly StreamEvent[];
  /** Where the next page begins; undefined: there is none. */
  readonly next: EventPlace | undefined;
}

const FIRST_PART_NS = 5_000_000_000n;
const PART_FACTOR = 16n;

/** A page of events, newest first, each once. */
export async function searchEvents(
  store: StoreClient,
  project: string,
  question: EventQuestion,
  { limit, behind, nowNs }: { readonly limit: number; readonly behind: EventPlace | undefined; readonly nowNs: bigint },
): Promise<FoundEvents> {
  const { sinceNs } = question.window;
  const found: StreamEvent[] = [];
  let place = behind;
  let untilNs = least(question.window.untilNs, behind === undefined ? undefined : behind.timeNs + 1n);
  let lengthNs = FIRST_PART_NS;
  while (untilNs > sinceNs && found.length <= limit) {
    // What senders with fast clocks sent belongs to the newest part.
    const from = most(sinceNs, least(untilNs, nowNs) - lengthNs);
    const stretch: EventStretch = { sinceNs: from, untilNs, behind: place, limit: limit + 1 - found.length };
    const { events, through } = await readPart(store, project, question, stretch);
    found.push(...events);
    if (through === undefined) {
      untilNs = from;
      lengthNs *= PART_FACTOR;
    } else {
      place = through;
      untilNs = through.timeNs + 1n;
    }
  }
  const last = found.length > limit ? found[limit - 1] : undefined;
  return { events: found.slice(0, limit), next: last && placeOf(last) };
}

interface Part {
  readonly events: readonly StreamEvent[];
  /** Up to here the part was read; undefined: the whole of it was. */
  readonly through: EventPlace | undefined;
}

async function readPart(
  store: StoreClient,
  project: string,
  question: EventQuestion,
  stretch: EventStretch,
): Promise<Part> {
  const [sent, derived] = await Promise.all([
    sentPart(store, project, question, stretch),
    derivedPart(store, project, question, stretch),
  ]);
  const ends = [sent.through, derived.through].filter((end) => end !== undefined).sort(newestFirst);
  // Behind the end of one there may be events of its own before those of the other.
  const through = ends[0];
  const events = [...sent.events, ...derived.events]
    .map((event) => ({ event, place: placeOf(event) }))
    .filter(({ place }) => through === undefined || newestFirst(place, through) <= 0)
    .sort((a, b) => newestFirst(a.place, b.place))
    .map(({ event }) => event);
  return { events, through };
}

async function sentPart(
  store: StoreClient,
  project: string,
  { filter, origins }: EventQuestion,
  stretch: EventStretch,
): Promise<Part> {
  if (!origins.includes("sent")) return { events: [], through: undefined };
  const blocks = await sentEvents(store, project, filter, stretch);
  const events = blocks.flatMap((block) => Array.from({ length: block.rows }, (_, row) => sentEvent(block, row)));
  const last = events.length < stretch.limit ? undefined : events.at(-1);
  return { events, through: last && placeOf(last) };
}

async function derivedPart(
  store: StoreClient,
  project: string,
  { filter, origins }: EventQuestion,
  stretch: EventStretch,
): Promise<Part> {
  if (!origins.includes("derived") || !mayPassDerived(filter)) return { events: [], through: undefined };
  const places = await spanEventPlaces(store, project, filter, wantedShapes(filter.types), stretch);
  const offsets = [...new Set(places.map(({ offset }) => offset))];
  const blocks = await spansAtOffsets(store, project, EVENT_SPAN_COLUMNS, offsets);
  const found = blocks.flatMap((block) =>
    Array.from({ length: block.rows }, (_, row) => derivedStreamEvents(block, row)).flat(),
  );
  const wanted = new Set(places.map(({ offset, index }) => `${offset}.${index}`));
  const events = found.filter(({ event: { offset, index } }) => wanted.has(`${offset}.${index}`));
  const ids = events.map(({ event }) => event.id);
  const sent = origins.includes("sent") ? await sentIdsAmong(store, project, ids, stretch) : new Set<string>();
  return {
    events: events.filter(({ event }) => !sent.has(event.id)),
    through: places.length < stretch.limit ? undefined : places.at(-1),
  };
}

/** Derived events have no level and no service. */
export function mayPassDerived({ level, service }: EventFilter): boolean {
  return (level === undefined || level.includes("unset")) && service === undefined;
}

const NO_OR_YES = [false, true] as const;
const SHAPES = SPAN_KINDS.flatMap((kind) =>
  NO_OR_YES.flatMap((isRoot) =>
    NO_OR_YES.flatMap((failed) => NO_OR_YES.map((handsOver) => ({ kind, isRoot, failed, handsOver }))),
  ),
);

/** Which spans yield events of some types. */
export function wantedShapes(types: readonly string[]): WantedShapes {
  const at = (place: number): SpanShape[] =>
    SHAPES.flatMap((shape) => {
      const type = lifeCycleTypes({ ...shape, open: false })[place];
      return type !== undefined && matchesType(type, types) ? [{ ...shape, type }] : [];
    });
  return { start: at(0), end: at(1) };
}

function placeOf({ event: { timeNs, offset, index } }: StreamEvent): EventPlace {
  return { timeNs, offset, index };
}

function newestFirst(a: EventPlace, b: EventPlace): number {
  if (a.timeNs !== b.timeNs) return a.timeNs > b.timeNs ? -1 : 1;
  return b.offset - a.offset || b.index - a.index;
}

function least(a: bigint, b: bigint | undefined): bigint {
  return b !== undefined && b < a ? b : a;
}

function most(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}
