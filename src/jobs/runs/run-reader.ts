// Reads the raw rows of runs: what the store has, and from the journal what it does not have yet. The journal is read
// first: a segment that is loaded in between is then seen twice, never not at all, and repeats are dropped by offset.

import type { Journal } from "../../journal/journal.ts";
import { JOURNALED_TABLES, type JournaledTableName } from "../../model/columns.ts";
import { SPAN_TRAITS } from "../../model/vocabulary.ts";
import type { StoreClient } from "../../store/client.ts";
import { type Row, readBlocks, rowsOf } from "../../store/native/block-reader.ts";
import { countSpanRows, partHeadRows, type RowsWanted, runRows } from "../../store/queries/run-rows.ts";
import { contentRows, spanById } from "../../store/queries/span-detail.ts";
import { joinedBytes, type RunBytes } from "../../store/run-input.ts";

/** The offsets between which a run may have records that the store does not have. */
export interface TailRange {
  readonly from: number;
  readonly to: number;
}

/** A long text: a part of a message, or the value of an attribute. */
export interface StoredContent {
  readonly role: string;
  readonly type: string;
  /** JSON, or "". */
  readonly meta: string;
  readonly body: string;
  /** Size of the whole text in UTF-8. */
  readonly bytes: number;
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
    const unloaded = await this.unloaded(tail);
    return joinedBytes(unloaded, await runRows(this.#store, wanted));
  }

  /** What the store does not have yet of all tables that a run is read from. To be read before the store is. */
  async unloaded(tail: TailRange | undefined): Promise<RunBytes> {
    const [spans, events, facts, parts] = await Promise.all([
      this.unloadedSpans(tail),
      this.#unloaded("events", tail),
      this.#unloaded("span_facts", tail),
      this.#unloaded("contents", tail),
    ]);
    return { spans, events, facts, parts };
  }

  unloadedSpans(tail: TailRange | undefined): Promise<Uint8Array[]> {
    return this.#unloaded("spans", tail);
  }

  /** How many rows of spans the store has of runs. */
  countSpans(wanted: RowsWanted): Promise<number> {
    return countSpanRows(this.#store, wanted);
  }

  /** One span with all its columns, or undefined; of several rows of it the one that counts. */
  async span(
    project: string,
    traceIds: readonly string[],
    spanId: string,
    tail: TailRange | undefined,
  ): Promise<Row | undefined> {
    const unloaded = await this.#unloaded("spans", tail);
    const wanted = new Set(traceIds);
    const rows = [
      ...unloaded.flatMap(readBlocks).flatMap(rowsOf),
      ...(await spanById(this.#store, project, traceIds, spanId)),
    ].filter((row) => row["span_id"] === spanId && wanted.has(row["trace_id"] as string));
    const isPending = (row: Row) => ((row["traits"] as number) & SPAN_TRAITS.pending) !== 0;
    rows.sort((a, b) => Number(isPending(a)) - Number(isPending(b)) || Number(a["offset"]) - Number(b["offset"]));
    return rows[0];
  }

  /** What is known of the traces' message parts without their texts: what `decodePartHeads` reads. */
  async partHeads(wanted: RowsWanted, tail: TailRange | undefined): Promise<Uint8Array[]> {
    const unloaded = await this.#unloaded("contents", tail);
    return [...unloaded, await partHeadRows(this.#store, wanted)];
  }

  /** Long texts of traces by their hashes; of each at most `charactersMax` characters, if that is said. */
  async contents(
    project: string,
    traceIds: readonly string[],
    hashes: readonly string[],
    tail: TailRange | undefined,
    charactersMax?: number,
  ): Promise<ReadonlyMap<string, StoredContent>> {
    if (hashes.length === 0) return new Map();
    const unloaded = await this.#unloaded("contents", tail);
    const wanted = new Set(hashes);
    const found = new Map<string, StoredContent>();
    for (const row of unloaded.flatMap(readBlocks).flatMap(rowsOf)) {
      if (wanted.has(row["hash"] as string)) found.set(row["hash"] as string, journaledContent(row, charactersMax));
    }
    const missing = hashes.filter((hash) => !found.has(hash));
    for (const row of await contentRows(this.#store, project, traceIds, missing, charactersMax)) {
      found.set(row["hash"] as string, contentOf(row));
    }
    return found;
  }

  async #unloaded(table: JournaledTableName, range: TailRange | undefined): Promise<Uint8Array[]> {
    const loaded = this.#journal.loadedThrough;
    if (range === undefined || range.to <= loaded) return [];
    return this.#journal.unloaded(TABLE_NUMBER.get(table) as number, Math.max(range.from, loaded + 1), range.to);
  }
}

function contentOf(row: Row): StoredContent {
  return {
    role: row["role"] as string,
    type: row["type"] as string,
    meta: row["meta"] as string,
    body: row["body"] as string,
    bytes: Number(row["bytes"]),
  };
}

function journaledContent(row: Row, charactersMax: number | undefined): StoredContent {
  const body = row["body"] as string;
  const meta = row["meta"] as string;
  return contentOf({
    ...row,
    body: firstCharacters(body, charactersMax),
    meta: meta.length <= (charactersMax ?? meta.length) ? meta : "",
    bytes: Buffer.byteLength(body),
  });
}

/** Never half a character. */
function firstCharacters(text: string, max = Number.POSITIVE_INFINITY): string {
  if (text.length <= max) return text;
  const last = text.charCodeAt(max - 1);
  return text.slice(0, last >= 0xd800 && last < 0xdc00 ? max - 1 : max);
}
