// Puts one journal segment into the store, each record once.
//
// A segment is loaded table by table in a fixed order, all blocks of a table in one insert with the token
// `<segment>/<table>`. A crash anywhere in between repeats the segment; the tokens make what was done a no-op.
//
// What the store refuses as a whole, for good or because it is too much at once, is loaded frame by frame; of a frame
// that is too much at once the halves are, and so on; frames that are refused for good are set aside. The tokens of
// pieces say nothing about what went in under the token of the whole, nor the other way round after a restart: there the
// store is asked for the offsets, which no two records share. It is asked too after an insert that may have been tried
// before: a server that died in the middle can know the token of a part that it never finished.

import type { FramePlace, Journal, SealedSegment } from "../journal/journal.ts";
import { columnNames, JOURNALED_TABLES, type JournaledTable, type JournaledTableName } from "../model/columns.ts";
import { StoreError } from "../store/client.ts";
import { readFirstColumns } from "../store/native/block-reader.ts";
import { sliceBlock } from "../store/native/block-slicer.ts";

/** What loading asks of the store. */
export interface SegmentStore {
  insert(table: string, columns: readonly string[], blocks: readonly Uint8Array[], token: string): Promise<void>;
  /** How many rows of a table have offsets from the first to the last. */
  rowsBetween(table: string, firstOffset: number, lastOffset: number): Promise<number>;
}

/** Rows by table. */
export type LoadedRows = Record<JournaledTableName, number>;

/** The file of a segment is not what it was. */
export class SegmentFileError extends Error {
  override readonly name = "SegmentFileError";
}

/** More than the engine takes at once: too much memory or time (perhaps because others used them), too long a body. */
const TOO_MUCH: ReadonlySet<number> = new Set([159, 229, 241]);
/** A single row that was too much for so long is set aside with its frame: the store would never get past it. */
const PATIENCE_MS = 120_000;

const OFFSET_COLUMN: ReadonlySet<string> = new Set(["offset"]);

/** Rows that go in together. */
interface Piece {
  readonly what: string;
  readonly block: Uint8Array;
  readonly rows: number;
  readonly firstOffset: number;
  readonly lastOffset: number;
}

export class SegmentLoading {
  readonly #journal: Journal;
  readonly #store: SegmentStore;
  readonly #nowMs: () => number;
  readonly segment: SealedSegment;
  /** Rows that the store did not have before this segment was begun here and has now, of the parts that are done. */
  readonly loaded: LoadedRows = { contents: 0, spans: 0, span_facts: 0, run_traces: 0, events: 0, points: 0 };
  readonly #done = new Set<string>();
  readonly #byFrame = new Set<string>();
  /** Parts whose insert failed in a way that may have left something of it. */
  readonly #tried = new Set<string>();
  /** Rows of each part that the store had at the first look, put there by a process before this one. */
  readonly #hadBefore = new Map<string, number>();
  /** Why the store refused the last piece that it refused. */
  #refusal = "";
  readonly #tooMuchSinceMs = new Map<string, number>();

  constructor(journal: Journal, store: SegmentStore, segment: SealedSegment, nowMs: () => number) {
    this.#journal = journal;
    this.#store = store;
    this.segment = segment;
    this.#nowMs = nowMs;
  }

  /** Loads what is not loaded yet. Throws on what may pass; to be called again then. */
  async proceed(): Promise<void> {
    for (const { part, table, frames } of partsOf(this.segment)) {
      if (this.#done.has(part)) continue;
      if (table === undefined) await this.#setAside(frames, "no table of this version has its number");
      else await this.#loadPart(part, table, frames);
      this.#done.add(part);
    }
  }

  async #loadPart(part: string, table: JournaledTable, frames: readonly FramePlace[]): Promise<void> {
    const rows = rowsOf(frames);
    const refused = (await this.#isWholeStored(part, table, frames)) ? [] : await this.#loadFrames(part, table, frames);
    const hadBefore = this.#hadBefore.get(part) ?? 0;
    this.loaded[table.name as JournaledTableName] += Math.max(rows - hadBefore - rowsOf(refused), 0);
  }

  /** Whether a part of a segment of before is in the store already; notes what of it is. */
  async #isWholeStored(part: string, table: JournaledTable, frames: readonly FramePlace[]): Promise<boolean> {
    if (this.#byFrame.has(part) || !this.segment.isRecovered) return false;
    const stored = await this.#rowsStored(table, frames);
    if (!this.#hadBefore.has(part)) this.#hadBefore.set(part, stored);
    if (stored > 0) this.#byFrame.add(part);
    return stored >= rowsOf(frames);
  }

  async #rowsStored(table: JournaledTable, frames: readonly FramePlace[]): Promise<number> {
    const first = Math.min(...frames.map(({ firstOffset }) => firstOffset));
    const last = Math.max(...frames.map(({ lastOffset }) => lastOffset));
    return this.#store.rowsBetween(table.name, first, last);
  }

  /** Returns the frames that were refused for good and set aside. */
  async #loadFrames(part: string, table: JournaledTable, frames: readonly FramePlace[]): Promise<FramePlace[]> {
    const blocks = await this.#read(frames);
    const { schemaVersion } = frames[0] as FramePlace;
    if (!this.#byFrame.has(part)) {
      try {
        await this.#insert(table, schemaVersion, blocks, part);
        const wasTried = this.#tried.has(part) || this.segment.isRecovered;
        if (!wasTried || (await this.#rowsStored(table, frames)) >= rowsOf(frames)) return [];
      } catch (error) {
        if (!isForGood(error) && !isTooMuch(error)) {
          this.#tried.add(part);
          throw error;
        }
      }
      this.#byFrame.add(part);
    }
    const refused: FramePlace[] = [];
    for (const [i, frame] of frames.entries()) {
      const block = blocks[i] as Uint8Array;
      const isLoaded = await this.#loadPiece(table, schemaVersion, { ...frame, block, what: `${part}/${frame.at}` });
      if (isLoaded) continue;
      await this.#setAside([frame], this.#refusal);
      refused.push(frame);
    }
    return refused;
  }

  /** False when it was refused for good. */
  async #loadPiece(table: JournaledTable, schemaVersion: number, piece: Piece): Promise<boolean> {
    const { what, block, rows, firstOffset, lastOffset } = piece;
    if (this.#done.has(what)) return true;
    const stored = await this.#store.rowsBetween(table.name, firstOffset, lastOffset);
    let inHalves = stored > 0 && stored < rows;
    if (stored === 0) {
      try {
        await this.#insert(table, schemaVersion, [block], what);
      } catch (error) {
        if (isForGood(error)) return this.#refuse(table, error);
        if (!isTooMuch(error)) throw error;
        if (rows === 1 && !this.#isPatienceOver(what)) throw error;
        if (rows === 1) return this.#refuse(table, error);
        inHalves = true;
      }
    }
    if (inHalves) {
      for (const half of halvesOf(piece)) if (!(await this.#loadPiece(table, schemaVersion, half))) return false;
    }
    this.#done.add(what);
    return true;
  }

  async #insert(
    table: JournaledTable,
    schemaVersion: number,
    blocks: readonly Uint8Array[],
    what: string,
  ): Promise<void> {
    await this.#store.insert(table.name, columnNames(table, schemaVersion), blocks, `${this.segment.token}/${what}`);
  }

  #refuse(table: JournaledTable, error: unknown): false {
    this.#refusal = `${table.name}: ${(error as Error).message}`;
    return false;
  }

  #isPatienceOver(what: string): boolean {
    const nowMs = this.#nowMs();
    const sinceMs = this.#tooMuchSinceMs.get(what) ?? nowMs;
    this.#tooMuchSinceMs.set(what, sinceMs);
    return nowMs - sinceMs >= PATIENCE_MS;
  }

  async #setAside(frames: readonly FramePlace[], reason: string): Promise<void> {
    for (const frame of frames) await this.#journal.quarantine(this.segment, frame, reason);
  }

  async #read(frames: readonly FramePlace[]): Promise<Uint8Array[]> {
    try {
      return await this.#journal.readBlocks(this.segment, frames);
    } catch (error) {
      throw new SegmentFileError(`The segment ${this.segment.name} cannot be read`, { cause: error });
    }
  }
}

function rowsOf(frames: readonly FramePlace[]): number {
  return frames.reduce((sum, frame) => sum + frame.rows, 0);
}

function isForGood(error: unknown): boolean {
  return error instanceof StoreError && !error.transient;
}

function isTooMuch(error: unknown): boolean {
  return error instanceof StoreError && TOO_MUCH.has(error.code);
}

function halvesOf({ what, block, rows }: Piece): Piece[] {
  const middle = Math.ceil(rows / 2);
  return [
    [0, middle],
    [middle, rows],
  ].map(([from = 0, to = 0]) => {
    const half = sliceBlock(block, from, to);
    const offsets = readFirstColumns(half, OFFSET_COLUMN).bigints("offset");
    const firstOffset = Number(offsets[0]);
    return { what: `${what}+${from}`, block: half, rows: to - from, firstOffset, lastOffset: Number(offsets.at(-1)) };
  });
}

interface Part {
  /** Names it in tokens. */
  readonly part: string;
  /** Undefined when this version knows no such table. */
  readonly table: JournaledTable | undefined;
  readonly frames: readonly FramePlace[];
}

/** What goes into the store by one insert: the frames of a table, in the order of tables. */
function partsOf({ frames }: SealedSegment): Part[] {
  const byTable = Map.groupBy(frames, ({ table, schemaVersion }) => `${table} ${schemaVersion}`);
  const parts = [...byTable.values()].map((own) => {
    const { table: number, schemaVersion } = own[0] as FramePlace;
    const table = JOURNALED_TABLES[number];
    // A segment is written by one process, so it has frames of one version; if it ever had more, they cannot share one.
    const others = frames.some((frame) => frame.table === number && frame.schemaVersion < schemaVersion);
    const name = table?.name ?? `table ${number}`;
    return { number, part: others ? `${name}/v${schemaVersion}` : name, table, frames: own };
  });
  return parts.sort((a, b) => a.number - b.number);
}
