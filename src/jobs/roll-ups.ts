// Rolls points up by the minute once they are in the store, and the minutes by the hour: see
// store/queries/points-roll-ups.ts. A round every minute leaves about two rows of a minute and series, and one every hour
// about two rows of an hour; rounds that follow closer would leave more.

import type { Clock } from "../base/time.ts";
import type { StoreClient } from "../store/client.ts";
import {
  lastBatch,
  nextBatch,
  nextHours,
  noteBatch,
  type PointBatch,
  type RollUpLevel,
  rollUp,
} from "../store/queries/points-roll-ups.ts";

export interface RollUpsOptions {
  readonly store: StoreClient;
  readonly clock: Clock;
  /** The store has everything up to this offset. */
  readonly loadedThrough: () => number;
  /** Whether ingest has so much to do that this waits. */
  readonly isBusy: () => boolean;
  readonly log: (level: "info" | "warn" | "error", message: string, details?: object) => void;
}

const FIRST_AFTER_MS = 2_000;
const EVERY_MS = 60_000;
const BUSY_AGAIN_MS = 5_000;
/** Takes the engine about 0.1 s. */
const BATCH_POINTS = 200_000;
/** Hours are rolled up after so many batches of minutes, or so many points: until then each minute is read. */
const HOURS_AFTER_BATCHES = 60;
const HOURS_AFTER_POINTS = 1_000_000;
/** Rows of minutes in a batch of hours, which takes the engine about 0.5 s. */
const BATCH_MINUTES = 600_000;

export class RollUps {
  readonly #options: RollUpsOptions;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();
  #stopped = false;
  /** Where the next batch of a level begins; undefined until it was read. */
  readonly #through: { [level in RollUpLevel]?: number | undefined } = {};
  /** What was rolled up by the minute since hours were. */
  #waiting = { batches: 0, points: 0 };

  constructor(options: RollUpsOptions) {
    this.#options = options;
  }

  start(): void {
    this.#schedule(FIRST_AFTER_MS);
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
      const { batches, points } = this.#waiting;
      const isForHours = batches >= HOURS_AFTER_BATCHES || points >= HOURS_AFTER_POINTS;
      const isMore = isForHours ? await this.rollUpHours() : await this.rollUpMinutes();
      if (isForHours && !isMore) this.#waiting = { batches: 0, points: 0 };
      this.#schedule(isMore || isForHours ? 0 : EVERY_MS);
    } catch (error) {
      // Whether the batch was written nobody knows: it is repeated as it was noted.
      this.#through.minutes = undefined;
      this.#through.hours = undefined;
      this.#options.log("warn", "Rolling up points waits and is tried again", { error: (error as Error).message });
      this.#schedule(EVERY_MS);
    }
  }

  /** Rolls up one batch of points by the minute. Returns whether there may be more. Throws StoreError. */
  async rollUpMinutes(): Promise<boolean> {
    const { store, loadedThrough } = this.#options;
    const through = await this.#begin("minutes");
    const batch = await nextBatch(store, through, loadedThrough(), BATCH_POINTS);
    if (batch === undefined) return false;
    await this.#rollUp("minutes", batch);
    this.#waiting.batches++;
    this.#waiting.points += batch.points;
    return batch.throughOffset < loadedThrough();
  }

  /** Rolls up one batch of minutes by the hour. Returns whether there may be more. Throws StoreError. */
  async rollUpHours(): Promise<boolean> {
    const minutesThrough = await this.#begin("minutes");
    const through = await this.#begin("hours");
    const batch = await nextHours(this.#options.store, through, minutesThrough, BATCH_MINUTES);
    if (batch === undefined) return false;
    await this.#rollUp("hours", batch);
    return batch.throughOffset < minutesThrough;
  }

  /** Where the next batch begins, after one that a crash left open was carried out. */
  async #begin(level: RollUpLevel): Promise<number> {
    const known = this.#through[level];
    if (known !== undefined) return known;
    const last = await lastBatch(this.#options.store, level);
    if (last !== undefined && !last.isDone) await this.#finish(level, last);
    const through = last?.throughOffset ?? 0;
    this.#through[level] = through;
    return through;
  }

  async #rollUp(level: RollUpLevel, batch: PointBatch): Promise<void> {
    await noteBatch(this.#options.store, level, batch, this.#nowS(), false);
    await this.#finish(level, batch);
  }

  async #finish(level: RollUpLevel, batch: PointBatch): Promise<void> {
    await rollUp(this.#options.store, level, batch);
    await noteBatch(this.#options.store, level, batch, this.#nowS(), true);
    this.#through[level] = batch.throughOffset;
  }

  #nowS(): number {
    return Math.floor(this.#options.clock.nowMs() / 1000);
  }
}
