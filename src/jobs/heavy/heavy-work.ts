// Work that would hold up the main thread, and its places: here, or in a worker thread. One worker analyses, settles and
// keeps large runs, another makes their outlines, for which somebody waits. A worker does one thing after another; only
// while it waits for the store it goes on with the next.

import { Worker } from "node:worker_threads";
import type { RunMedian } from "../../model/comparison-shapes.ts";
import type { StoreAddress } from "../../store/client.ts";
import type { RowsWanted } from "../../store/queries/run-rows.ts";
import type { RunBytes } from "../../store/run-input.ts";
import type { RunContext, RunFacts } from "../runs/analysed-run.ts";
import type { SettledBlocks, SettleRequest } from "../settle/settled-rows.ts";

/** A run that the worker keeps under a key, or what it is made of; with both it is kept from then on. */
export interface GivenRun {
  readonly key?: string;
  readonly made?: { readonly bytes: RunBytes; readonly context: RunContext };
}

/** What the worker can be asked, by name: the request and its answer. */
export interface HeavyWorks {
  /**
   * Decodes a run and keeps it under a key; it is analysed when a question needs that. What is `wanted` the worker reads
   * from the store, beside the bytes that it is given.
   */
  load: {
    request: {
      readonly key: string;
      readonly bytes: RunBytes;
      readonly wanted?: RowsWanted;
      readonly context: RunContext;
    };
    answer: { readonly isEmpty: boolean; readonly lastOffset: number };
  };
  /**
   * The skeleton of a run as it was sent, made of its spans' outline alone, which the worker reads from the store, and of
   * the spans that are given: nothing is kept.
   */
  outline: {
    request: {
      readonly runId: string;
      readonly spans: readonly Uint8Array[];
      readonly wanted: RowsWanted;
      readonly format: "json" | "columns";
    };
    answer: Uint8Array;
  };
  /** Decodes and analyses many runs that were read together, and keeps each under its key. */
  loadMany: {
    request: {
      readonly bytes: RunBytes;
      readonly runs: readonly { readonly key: string; readonly context: RunContext }[];
    };
    answer: readonly { readonly isEmpty: boolean; readonly lastOffset: number; readonly facts: RunFacts | undefined }[];
  };
  /** Asks a run that is kept; `forgotten` when it is not kept any more. */
  ask: {
    request: { readonly key: string; readonly question: string; readonly args: readonly unknown[] };
    answer: { readonly forgotten: true } | { readonly value: unknown };
  };
  /** Compares two runs, of which those with bytes are decoded first; `forgotten` when one is neither kept nor given. */
  compare: {
    request: { readonly a: GivenRun; readonly b: GivenRun; readonly median: RunMedian | undefined };
    answer: { readonly forgotten: true } | { readonly value: Uint8Array };
  };
  /** Analyses many ended runs and encodes what is settled of them. */
  settle: { request: SettleRequest; answer: SettledBlocks };
}

export type HeavyWorkName = keyof HeavyWorks;

export interface WorkerRequest<N extends HeavyWorkName = HeavyWorkName> {
  readonly id: number;
  readonly work: N;
  readonly request: HeavyWorks[N]["request"];
}

export type WorkerAnswer =
  | { readonly id: number; readonly answer: unknown }
  | { readonly id: number; readonly failure: string };

/** Arrays from so many bytes on are not copied from thread to thread. Small ones may share their memory with others. */
const MOVED_BYTES_MIN = 1_000_000;

/** The memory of large arrays, each once: what `postMessage` is to move. */
export function largeBuffers(arrays: readonly Uint8Array[]): ArrayBuffer[] {
  const large = arrays.filter(({ byteLength }) => byteLength >= MOVED_BYTES_MIN);
  return [...new Set(large.map(({ buffer }) => buffer as ArrayBuffer))];
}

/** The main thread's end. The worker ends with the process. */
export class HeavyWorker {
  readonly #store: StoreAddress;
  readonly #renewedAfterMs: number | undefined;
  #renewal: NodeJS.Timeout | undefined;
  #worker: Worker | undefined;
  #nextId = 1;
  readonly #pending = new Map<number, PromiseWithResolvers<unknown>>();

  /**
   * `store`: where the worker reads what it is not given. `renewedAfterMs`: when it has had nothing to do for so long, a
   * new one takes its place: one that keeps nothing would only keep the memory of its last work.
   */
  constructor(store: StoreAddress, renewedAfterMs?: number) {
    this.#store = store;
    this.#renewedAfterMs = renewedAfterMs;
  }

  /** Starts the worker for work that will come: else it is started with the first request. */
  prepare(): void {
    this.#start();
  }

  /**
   * Rejects when the work throws, and when the worker dies; the next request starts another one. Large `given` arrays of
   * the request go over to the worker: they must not be used any more.
   */
  async do<N extends HeavyWorkName>(
    work: N,
    request: HeavyWorks[N]["request"],
    given: readonly Uint8Array[] = [],
  ): Promise<HeavyWorks[N]["answer"]> {
    clearTimeout(this.#renewal);
    const id = this.#nextId++;
    const pending = Promise.withResolvers<unknown>();
    this.#pending.set(id, pending);
    this.#start().postMessage({ id, work, request } satisfies WorkerRequest<N>, largeBuffers(given));
    return (await pending.promise) as HeavyWorks[N]["answer"];
  }

  async close(): Promise<void> {
    clearTimeout(this.#renewal);
    await this.#worker?.terminate();
  }

  #start(): Worker {
    if (this.#worker !== undefined) return this.#worker;
    const file = import.meta.url.endsWith(".ts") ? "./worker.ts" : "./worker.js";
    const worker = new Worker(new URL(file, import.meta.url), { workerData: this.#store });
    worker.unref();
    worker.on("message", (message: WorkerAnswer) => {
      const pending = this.#pending.get(message.id);
      this.#pending.delete(message.id);
      if ("failure" in message) pending?.reject(new Error(message.failure));
      else pending?.resolve(message.answer);
      if (this.#pending.size === 0) this.#renewLater();
    });
    worker.on("error", (error) => this.#lost(worker, error));
    worker.on("exit", () => this.#lost(worker, new Error("The worker thread ended")));
    this.#worker = worker;
    return worker;
  }

  #renewLater(): void {
    if (this.#renewedAfterMs === undefined) return;
    const renew = () => {
      void this.#worker?.terminate();
      this.#worker = undefined;
      this.#start();
    };
    this.#renewal = setTimeout(renew, this.#renewedAfterMs).unref();
  }

  #lost(worker: Worker, error: Error): void {
    if (worker !== this.#worker) return;
    this.#worker = undefined;
    for (const pending of this.#pending.values()) pending.reject(error);
    this.#pending.clear();
  }
}
