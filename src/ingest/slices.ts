import { setImmediate } from "node:timers/promises";

const SLICE_MS = 8;
/** What looking at the clock is worth: items are counted with their bytes and something for each. */
const WORK_PER_LOOK = 64 * 1024;
const WORK_PER_ITEM = 1024;

/**
 * Cuts long work on the main thread into slices, so that sockets are served in between. However many requests have long
 * work, one slice of one of them runs in a turn of the event loop: they wait in line.
 */
export class Slices {
  static #lastInLine: Promise<unknown> = Promise.resolve();
  #startedAt = performance.now();
  #work = 0;

  /** Notes that an item was worked on; true when the slice is used up: `await pause()` then. */
  after(sizeBytes: number): boolean {
    this.#work += sizeBytes + WORK_PER_ITEM;
    if (this.#work < WORK_PER_LOOK) return false;
    this.#work = 0;
    return performance.now() - this.#startedAt > SLICE_MS;
  }

  async pause(): Promise<void> {
    const turn = Slices.#lastInLine.then(() => setImmediate());
    Slices.#lastInLine = turn;
    await turn;
    this.#startedAt = performance.now();
  }
}
