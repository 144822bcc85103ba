// Rolls points up by the minute once they are in the store: see store/queries/points-roll-ups.ts. A round every minute
// leaves about two rows of a minute and series; rounds that follow closer would leave more.

import type { Clock } from "../base/time.ts";
import type { StoreClient } from "../store/client.ts";
import { lastBatch, nextBatch, noteBatch, type PointBatch, rollUp } from "../store/queries/points-roll-ups.ts";

export interface RollUpsOptions {
  readonly store: StoreClient;
  readonly clock: Clock;
  /** The store has everything up to this offset. */
  readonly loadedThrough: () => number;
  /** Whether ingest has so much to do that this waits. */
  readonly isBusy: () => boolean;
  readonly log: (level: "info" | "warn" | "error", message: string, details?: object) => void;
}

const EVERY_MS = 60_000;
const BUSY_AGAIN_MS = 5_000;
/** Takes the engine about 0.1 s. */
const BATCH_POINTS = 200_000;

export class RollUps {
  readonly #options: RollUpsOptions;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();
  #stopped = false;
  /** Where the next batch begins; undefined until it was read. */
  #through: number | undefined;

  constructor(options: RollUpsOptions) {
    this.#options = options;
  }

  start(): void {
    this.#schedule(EVERY_MS);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#running;
  }

  #schedule(ms: number): void {
    if (this.#stopped) return;
    this.#timer = setTimeout(() => {
      this.#running = this.#round();
    }, ms);
    this.#timer.unref();
  }

  async #round(): Promise<void> {
    if (this.#options.isBusy()) {
      this.#schedule(BUSY_AGAIN_MS);
      return;
    }
    try {
      const isMore = await this.rollUpNext();
      this.#schedule(isMore ? 0 : EVERY_MS);
    } catch (error) {
      // Whether the batch was written nobody knows: it is repeated as it was noted.
      this.#through = undefined;
      this.#options.log("warn", "Rolling up points waits and is tried again", { error: (error as Error).message });
      this.#schedule(EVERY_MS);
    }
  }

  /** Rolls up one batch. Returns whether there may be more. */
  async rollUpNext(): Promise<boolean> {
    const { store, loadedThrough } = this.#options;
    this.#through ??= await this.#finishLast();
    const batch = await nextBatch(store, this.#through, loadedThrough(), BATCH_POINTS);
    if (batch === undefined) return false;
    await noteBatch(store, batch, this.#nowS(), false);
    await this.#finish(batch);
    return batch.throughOffset < loadedThrough();
  }

  /** Carries out a batch that a crash left open. Returns up to where points are rolled up. */
  async #finishLast(): Promise<number> {
    const last = await lastBatch(this.#options.store);
    if (last === undefined) return 0;
    if (!last.isDone) await this.#finish(last);
    return last.throughOffset;
  }

  async #finish(batch: PointBatch): Promise<void> {
    await rollUp(this.#options.store, batch);
    await noteBatch(this.#options.store, batch, this.#nowS(), true);
    this.#through = batch.throughOffset;
  }

  #nowS(): number {
    return Math.floor(this.#options.clock.nowMs() / 1000);
  }
}
