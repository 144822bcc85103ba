// Reads the log of events behind an offset: what the store has by the store, the rest from the segments of the journal
// that wait to be loaded. A page at a time, so that a subscriber who is far behind takes no more memory than one page.

import { type Journal, JournalUnavailableError } from "../journal/journal.ts";
import { JOURNALED_TABLES, type JournaledTableName } from "../model/columns.ts";
import { isTraceId, type Offset, spanOfEventId } from "../model/ids.ts";
import type { StoreClient } from "../store/client.ts";
import { type Block, readBlocks, readFirstColumns } from "../store/native/block-reader.ts";
import {
  expiredThrough,
  idsBefore,
  type LogStretch,
  loggedEvents,
  loggedSpans,
  spansBefore,
} from "../store/queries/event-log.ts";
import type { EventFilter } from "./event-filter.ts";
import { eventsAt, idsOf, placesOf, type RecordBlocks, type SeenIds, type Wanted } from "./event-records.ts";
import { EVENT_SPAN_COLUMNS, type StreamEvent } from "./stream-event.ts";

/** Records of each table in a page. */
const PAGE_RECORDS = 2_000;
/** The store is asked for so many offsets at once; more where few records are found, fewer where many are. */
const WINDOW_MIN = 4_000;
const WINDOW_MAX = 16_000_000;
const WINDOW_FACTOR = 8;
/** More records than this that the store does not have are not held in memory for one reader. */
const UNLOADED_RECORDS_MAX = 200_000;

export interface LogPage {
  readonly events: readonly StreamEvent[];
  /** Where the next page begins: everything up to here was read. Where it began, when the page has to be read again. */
  readonly next: Offset;
}

/** A part of the log: its records, and the offset up to which it reaches. */
interface LogPart {
  readonly records: RecordBlocks;
  readonly through: number;
}

const TABLE_NUMBER = new Map(JOURNALED_TABLES.map((table, number) => [table.name as JournaledTableName, number]));

export class EventLog {
  readonly #store: StoreClient;
  readonly #journal: Journal;

  constructor(store: StoreClient, journal: Journal) {
    this.#store = store;
    this.#journal = journal;
  }

  /** The store has everything up to this offset. */
  get loadedThrough(): number {
    return this.#journal.loadedThrough;
  }

  /** Everything up to this offset has expired. Throws StoreError. */
  expiredThrough(): Promise<number> {
    return expiredThrough(this.#store);
  }

  reader(project: string, filter: EventFilter): LogReader {
    return new LogReader(this.#store, this.#journal, project, filter);
  }

  /**
   * The ids of the newest events up to an offset, as far back as a number of records: for who starts to follow the log
   * there. Throws StoreError or JournalUnavailableError.
   */
  async noteNewest(through: number, records: number, seen: SeenIds): Promise<void> {
    const loaded = Math.min(this.#journal.loadedThrough, through);
    const stretch: LogStretch = { from: loaded - records, to: loaded, limit: records, scope: undefined };
    const stored = await storedRecords(this.#store, undefined, stretch);
    for (const id of idsOf(stored)) seen.add(id);
    const waiting = await unloadedRecords(this.#journal, loaded + 1, through);
    for (const id of idsOf(waiting)) seen.add(id);
  }
}

/** Reads the log page by page for one subscriber. */
export class LogReader {
  readonly #store: StoreClient;
  readonly #journal: Journal;
  readonly #project: string;
  readonly #filter: EventFilter;
  #window = WINDOW_MIN;

  constructor(store: StoreClient, journal: Journal, project: string, filter: EventFilter) {
    this.#store = store;
    this.#journal = journal;
    this.#project = project;
    this.#filter = filter;
  }

  /** The page behind `after`, at most up to `through`. Throws StoreError or JournalUnavailableError; both may pass. */
  async page(after: Offset, through: number): Promise<LogPage> {
    // The events that one record yields may be cut apart: then the record is read again.
    const from = after.index > 0 ? after.number - 1 : after.number;
    const loaded = Math.min(this.#journal.loadedThrough, through);
    const part = from < loaded ? await this.#fromStore(from, loaded) : await this.#fromJournal(loaded, through);
    if (part === undefined) return { events: [], next: after };
    const seen = new Set(await this.#idsBefore(part.records, from));
    const found = eventsAt(placesOf(part.records), addingTo(seen), this.#wanted());
    const events = found.filter(
      (one) =>
        one.project === this.#project &&
        isBehind(one, after) &&
        one.event.offset <= part.through &&
        this.#filter.matches(one),
    );
    return { events, next: { number: part.through, index: 0 } };
  }

  async #fromStore(from: number, loaded: number): Promise<LogPart> {
    const to = Math.min(loaded, from + this.#window);
    const { scope } = this.#filter;
    const stretch: LogStretch = {
      ...{ from, to, limit: PAGE_RECORDS },
      scope: scope && { traceIds: [...scope.traceIds].filter(isTraceId), runIds: [...scope.runIds] },
    };
    const records = await storedRecords(this.#store, this.#project, stretch);
    const counts = [records.spans, records.events].map(rowsIn);
    const ends = [records.spans, records.events].map((blocks) =>
      rowsIn(blocks) < PAGE_RECORDS ? to : lastOffset(blocks),
    );
    if (counts.some((count) => count >= PAGE_RECORDS)) this.#window = Math.max(WINDOW_MIN, this.#window / 2);
    else if (counts.every((count) => count < PAGE_RECORDS / 2)) {
      this.#window = Math.min(WINDOW_MAX, this.#window * WINDOW_FACTOR);
    }
    return { records, through: Math.min(...ends) };
  }

  /**
   * All that waits from the first unloaded record on: earlier ones may have given later ones their place. Undefined when
   * a segment was loaded meanwhile, and so may be missing: the store has it.
   */
  async #fromJournal(loaded: number, through: number): Promise<LogPart | undefined> {
    const records = await unloadedRecords(this.#journal, loaded + 1, through);
    if (rowsIn(records.spans) + rowsIn(records.events) > UNLOADED_RECORDS_MAX) {
      throw new JournalUnavailableError("The store is far behind: the log is read on when it has caught up.");
    }
    if (this.#journal.loadedThrough > loaded) return undefined;
    return { records, through };
  }

  /** Ids of the part's events that went by before it. */
  async #idsBefore(records: RecordBlocks, from: number): Promise<string[]> {
    const ids = idsOf(records);
    if (ids.length === 0) return [];
    const spans = ids.flatMap((id) => spanOfEventId(id) ?? []);
    const [sent, earlier] = await Promise.all([
      idsBefore(this.#store, this.#project, ids, from + 1),
      spansBefore(this.#store, this.#project, EVENT_SPAN_COLUMNS, spans, from + 1),
    ]);
    return [...sent, ...idsOf({ spans: earlier, events: [] })];
  }

  #wanted(): Wanted {
    const filter = this.#filter;
    return {
      derived: (types, traceId) => filter.mayPassDerived(types) && filter.isInScope(traceId, ""),
      sent: (traceId, namedRun) => filter.isInScope(traceId, namedRun),
    };
  }
}

const WANTED_SPAN_COLUMNS: ReadonlySet<string> = new Set(EVENT_SPAN_COLUMNS);

/** Decodes blocks as the journal and commit groups hold them; they have to stay as they are. */
export function recordBlocks(spans: readonly Uint8Array[], events: readonly Uint8Array[]): RecordBlocks {
  return {
    spans: spans.map((block) => readFirstColumns(block, WANTED_SPAN_COLUMNS)),
    events: events.flatMap((block) => readBlocks(block)),
  };
}

async function storedRecords(
  store: StoreClient,
  project: string | undefined,
  stretch: LogStretch,
): Promise<RecordBlocks> {
  const [spans, events] = await Promise.all([
    loggedSpans(store, project, EVENT_SPAN_COLUMNS, stretch),
    loggedEvents(store, project, stretch),
  ]);
  return { spans, events };
}

async function unloadedRecords(journal: Journal, from: number, to: number): Promise<RecordBlocks> {
  if (from > to) return { spans: [], events: [] };
  const [spans, events] = await Promise.all([
    journal.unloaded(TABLE_NUMBER.get("spans") as number, from, to),
    journal.unloaded(TABLE_NUMBER.get("events") as number, from, to),
  ]);
  return recordBlocks(spans, events);
}

function addingTo(seen: Set<string>): SeenIds {
  return {
    add: (id) => {
      const isNew = !seen.has(id);
      seen.add(id);
      return isNew;
    },
  };
}

function rowsIn(blocks: readonly Block[]): number {
  return blocks.reduce((sum, { rows }) => sum + rows, 0);
}

function lastOffset(blocks: readonly Block[]): number {
  return Math.max(
    ...blocks.flatMap((block) => (block.rows === 0 ? [] : [block.numbers("offset")[block.rows - 1] as number])),
  );
}

function isBehind({ event }: StreamEvent, { number, index }: Offset): boolean {
  return event.offset > number || (event.offset === number && event.index > index);
}
