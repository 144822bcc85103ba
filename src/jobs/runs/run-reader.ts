// Reads the raw rows of runs: what the store has, and from the journal what it does not have yet. The journal is read
// first: a segment that is loaded in between is then seen twice, never not at all, and repeats are dropped by offset.

import type { Journal } from "../../journal/journal.ts";
import { JOURNALED_TABLES, type JournaledTableName } from "../../model/columns.ts";
import type { StoreClient } from "../../store/client.ts";
import { eventRows, factRows, partLengthRows, type RowsWanted, spanRows } from "../../store/queries/run-rows.ts";
import type { RunBytes } from "../../store/run-input.ts";

/** The offsets between which a run may have records that the store does not have. */
export interface TailRange {
  readonly from: number;
  readonly to: number;
}

const TABLE_NUMBER = new Map(JOURNALED_TABLES.map((table, number) => [table.name as JournaledTableName, number]));

export class RunReader {
  readonly #store: StoreClient;
  readonly #journal: Journal;

  constructor(store: StoreClient, journal: Journal) {
    this.#store = store;
    this.#journal = journal;
  }

  /** The rows of runs. `tail` is absent when the store is known to have all of them. */
  async read(wanted: RowsWanted, tail: TailRange | undefined): Promise<RunBytes> {
    const unloaded = await this.#tail(tail);
    const [spans, events, facts, parts] = await Promise.all([
      spanRows(this.#store, wanted),
      eventRows(this.#store, wanted),
      factRows(this.#store, wanted),
      partLengthRows(this.#store, wanted),
    ]);
    return {
      spans: [...unloaded.spans, spans],
      events: [...unloaded.events, events],
      facts: [...unloaded.facts, facts],
      parts: [...unloaded.parts, parts],
    };
  }

  async #tail(range: TailRange | undefined): Promise<RunBytes> {
    const loaded = this.#journal.loadedThrough;
    if (range === undefined || range.to <= loaded) return { spans: [], events: [], facts: [], parts: [] };
    const from = Math.max(range.from, loaded + 1);
    const blocks = (name: JournaledTableName) =>
      this.#journal.unloaded(TABLE_NUMBER.get(name) as number, from, range.to);
    const [spans, events, facts, parts] = await Promise.all([
      blocks("spans"),
      blocks("events"),
      blocks("span_facts"),
      blocks("contents"),
    ]);
    return { spans, events, facts, parts };
  }
}
