// Moves sealed journal segments into the store, oldest first, each exactly once. Failures that pass are retried with
// growing pauses while ingest goes on.

import type { Journal } from "../journal/journal.ts";
import type { JournaledTableName } from "../model/columns.ts";
import { StoreError } from "../store/client.ts";
import { type LoadedRows, SegmentFileError, SegmentLoading, type SegmentStore } from "./segment-loading.ts";

export type { LoadedRows } from "./segment-loading.ts";

export interface LoaderOptions {
  readonly journal: Journal;
  readonly store: SegmentStore;
  readonly log: (level: "info" | "warn" | "error", message: string, details?: object) => void;
  /** Called after each segment that the store has now. */
  readonly onLoaded: (throughOffset: number) => void;
  /** Reads a clock that only goes forward, in milliseconds. */
  readonly elapsedMs?: () => number;
}

const RETRY_MIN_MS = 100;
const RETRY_MAX_MS = 5_000;
/** A segment whose file could not be read so many times is set aside. */
const READ_TRIES = 5;

interface Waiter {
  readonly offset: number;
  readonly resolve: (reached: boolean) => void;
  readonly timer: NodeJS.Timeout;
}

export class Loader {
  readonly #options: LoaderOptions;
  readonly #elapsedMs: () => number;
  /** Rows that came into the store since the start of this process. */
  readonly loaded: LoadedRows = { contents: 0, spans: 0, span_facts: 0, run_traces: 0, events: 0, points: 0 };
  #loading: SegmentLoading | undefined;
  #running: Promise<void> | undefined;
  /** Loads what it can and does not try again. */
  #draining = false;
  #stopping = false;
  #retryMs = 0;
  #readTries = 0;
  #endPause: (() => void) | undefined;
  readonly #waiters = new Set<Waiter>();

  constructor(options: LoaderOptions) {
    this.#options = options;
    this.#elapsedMs = options.elapsedMs ?? (() => performance.now());
  }

  /** The store has everything up to this offset. */
  get throughOffset(): number {
    return this.#options.journal.loadedThrough;
  }

  /** Why loading does not get on at the moment, or undefined. */
  lastProblem: string | undefined;
  #isStoreAway = false;

  /** Starts loading what waits; to be called whenever a segment was sealed or the engine came back. */
  wake(): void {
    // A store that answers, but refuses, is left alone for the rest of the pause.
    if (this.#isStoreAway) this.#endPause?.();
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
    if (this.#stopping) return false;
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

  /** Loads what waits for at most `graceMs`, unless the store does not take it; what is left waits on disk. */
  async stop(graceMs: number): Promise<void> {
    const deadline = this.#elapsedMs() + graceMs;
    this.#draining = true;
    this.#endPause?.();
    for (let leftMs = graceMs; leftMs > 0 && !this.#stopping; leftMs = deadline - this.#elapsedMs()) {
      if (this.#options.journal.sealed().length > 0) this.wake();
      if (this.#running === undefined) break;
      await Promise.race([this.#running, new Promise((resolve) => setTimeout(resolve, leftMs).unref())]);
    }
    this.#stopping = true;
    for (const { resolve, timer } of this.#waiters) {
      clearTimeout(timer);
      resolve(false);
    }
    this.#waiters.clear();
  }

  async #run(): Promise<void> {
    for (;;) {
      const sealed = this.#options.journal.sealed();
      // A segment that was begun goes first, also when an older one was put back in line: what is known of the pieces
      // that the store has would be forgotten otherwise.
      const segment = sealed.find(({ name }) => name === this.#loading?.segment.name) ?? sealed[0];
      if (segment === undefined || this.#stopping) return;
      if (this.#loading?.segment.name !== segment.name) {
        this.#readTries = 0;
        this.#loading = new SegmentLoading(this.#options.journal, this.#options.store, segment, this.#elapsedMs);
      }
      try {
        await this.#load(this.#loading);
        this.#retryMs = 0;
        this.#isStoreAway = false;
        this.lastProblem = undefined;
      } catch (error) {
        await this.#failed(segment.name, error);
      }
    }
  }

  async #load(loading: SegmentLoading): Promise<void> {
    const { journal, onLoaded } = this.#options;
    const { name, lastOffset } = loading.segment;
    try {
      await loading.proceed();
      await journal.remove(name);
    } catch (error) {
      if (!(error instanceof SegmentFileError) || ++this.#readTries < READ_TRIES) throw error;
      await journal.setSegmentAside(name, String(error.cause));
    }
    for (const [table, rows] of Object.entries(loading.loaded)) this.loaded[table as JournaledTableName] += rows;
    this.#loading = undefined;
    onLoaded(lastOffset);
    this.#settleWaiters();
  }

  async #failed(segment: string, error: unknown): Promise<void> {
    if (this.#draining) this.#stopping = true;
    if (this.#stopping) return;
    this.#retryMs = Math.min(Math.max(this.#retryMs * 2, RETRY_MIN_MS), RETRY_MAX_MS);
    this.#isStoreAway = error instanceof StoreError && error.code === 0;
    this.lastProblem = (error as Error).message;
    this.#options.log("warn", "The store did not take a segment; it waits in the journal", {
      segment,
      error: this.lastProblem,
      retryMs: this.#retryMs,
    });
    await this.#pause(this.#retryMs);
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
      this.#endPause = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#endPause = undefined;
  }
}
