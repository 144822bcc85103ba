// Moves sealed journal segments into the store, oldest first, each exactly once.
//
// A segment is loaded table by table in a fixed order, all blocks of a table in one insert with the token
// `<segment>/<table>`. A crash anywhere in between repeats the segment; the tokens make what was done a no-op. Failures
// that pass are retried with growing pauses while ingest goes on; a segment that the store refuses for good is loaded
// frame by frame, and the frames that it refuses are set aside.

import type { FramePlace, Journal, SealedSegment } from "../journal/journal.ts";
import { columnNames, JOURNALED_TABLES, type JournaledTable, type JournaledTableName } from "../model/columns.ts";
import { type StoreClient, StoreError } from "../store/client.ts";

export interface LoaderOptions {
  readonly journal: Journal;
  readonly store: StoreClient;
  readonly log: (level: "info" | "warn" | "error", message: string, details?: object) => void;
  /** Called after each segment that the store has now. */
  readonly onLoaded: (throughOffset: number) => void;
}

/** Rows in the store since the start of this process, by table. */
export type LoadedRows = Record<JournaledTableName, number>;

const RETRY_MIN_MS = 100;
const RETRY_MAX_MS = 5_000;

interface Waiter {
  readonly offset: number;
  readonly resolve: (reached: boolean) => void;
  readonly timer: NodeJS.Timeout;
}

export class Loader {
  readonly #options: LoaderOptions;
  readonly loaded: LoadedRows = { contents: 0, spans: 0, span_facts: 0, run_traces: 0, events: 0, points: 0 };
  #running: Promise<void> | undefined;
  #stopping = false;
  #retryMs = 0;
  #wakeRetry: (() => void) | undefined;
  readonly #waiters = new Set<Waiter>();

  constructor(options: LoaderOptions) {
    this.#options = options;
  }

  /** The store has everything up to this offset. */
  get throughOffset(): number {
    return this.#options.journal.loadedThrough;
  }

  /** Why loading does not get on at the moment, or undefined. */
  lastProblem: string | undefined;

  /** Starts loading what waits; to be called whenever a segment was sealed or the engine came back. */
  wake(): void {
    this.#wakeRetry?.();
    if (this.#stopping) return;
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
      if (!this.#stopping && this.#options.journal.sealed().length > 0) this.wake();
    });
  }

  /**
   * Waits until the store has everything up to an offset; seals the open segment, since somebody waits for it.
   * Resolves false when that takes longer than `timeoutMs`.
   */
  async waitFor(offset: number, timeoutMs: number): Promise<boolean> {
    if (this.throughOffset >= offset) return true;
    this.#options.journal.seal();
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const timer = setTimeout(() => {
      this.#waiters.delete(waiter);
      resolve(this.throughOffset >= offset);
    }, timeoutMs);
    const waiter: Waiter = { offset, resolve, timer };
    this.#waiters.add(waiter);
    return promise;
  }

  /** Ends after the segment under way, or after `graceMs`; what is left waits on disk. */
  async stop(graceMs: number): Promise<void> {
    const deadline = Date.now() + graceMs;
    while (this.#options.journal.sealed().length > 0 && Date.now() < deadline && this.#retryMs === 0) {
      this.wake();
      await Promise.race([this.#running, new Promise((resolve) => setTimeout(resolve, deadline - Date.now()).unref())]);
    }
    this.#stopping = true;
    this.#wakeRetry?.();
    for (const { resolve, timer } of this.#waiters) {
      clearTimeout(timer);
      resolve(false);
    }
    this.#waiters.clear();
  }

  async #run(): Promise<void> {
    for (;;) {
      const segment = this.#options.journal.sealed()[0];
      if (segment === undefined || this.#stopping) return;
      try {
        await this.#load(segment);
        this.#retryMs = 0;
        this.lastProblem = undefined;
      } catch (error) {
        this.#retryMs = Math.min(Math.max(this.#retryMs * 2, RETRY_MIN_MS), RETRY_MAX_MS);
        this.lastProblem = (error as Error).message;
        this.#options.log("warn", "The store did not take a segment; it waits in the journal", {
          segment: segment.name,
          error: this.lastProblem,
          retryMs: this.#retryMs,
        });
        await this.#pause(this.#retryMs);
      }
    }
  }

  async #load(segment: SealedSegment): Promise<void> {
    for (const [number, table] of JOURNALED_TABLES.entries()) {
      const frames = segment.frames.filter((frame) => frame.table === number);
      if (frames.length > 0) await this.#loadTable(segment, table, frames);
    }
    await this.#options.journal.remove(segment.name);
    this.#options.onLoaded(segment.lastOffset);
    this.#settleWaiters();
  }

  async #loadTable(segment: SealedSegment, table: JournaledTable, frames: readonly FramePlace[]): Promise<void> {
    const { store } = this.#options;
    const blocks = await this.#options.journal.readBlocks(segment, frames);
    const columns = columnNames(table, (frames[0] as FramePlace).schemaVersion);
    try {
      await store.insert(table.name, columns, blocks, `${segment.name}/${table.name}`);
    } catch (error) {
      if (!isPermanent(error)) throw error;
      await this.#loadFrames(segment, table, frames, blocks);
      return;
    }
    for (const frame of frames) this.loaded[table.name as JournaledTableName] += frame.rows;
  }

  /** Loads what can be loaded, and sets aside what cannot. */
  async #loadFrames(
    segment: SealedSegment,
    table: JournaledTable,
    frames: readonly FramePlace[],
    blocks: readonly Uint8Array[],
  ): Promise<void> {
    for (const [i, frame] of frames.entries()) {
      const columns = columnNames(table, frame.schemaVersion);
      try {
        await this.#options.store.insert(
          table.name,
          columns,
          [blocks[i] as Uint8Array],
          `${segment.name}/${table.name}/${frame.at}`,
        );
        this.loaded[table.name as JournaledTableName] += frame.rows;
      } catch (error) {
        if (!isPermanent(error)) throw error;
        await this.#options.journal.quarantine(segment, frame, `${table.name}: ${(error as Error).message}`);
      }
    }
  }

  #settleWaiters(): void {
    const through = this.throughOffset;
    for (const waiter of this.#waiters) {
      if (waiter.offset > through) continue;
      this.#waiters.delete(waiter);
      clearTimeout(waiter.timer);
      waiter.resolve(true);
    }
  }

  async #pause(ms: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wakeRetry = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#wakeRetry = undefined;
  }
}

function isPermanent(error: unknown): boolean {
  return error instanceof StoreError && !error.transient;
}
