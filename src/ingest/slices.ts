import { setImmediate } from "node:timers/promises";

const SLICE_MS = 8;

/** Cuts long work on the main thread into slices, so that sockets are served in between. */
export class Slices {
  #startedAt = performance.now();

  /** Whether the slice is used up: `await pause()` then. Cheap enough for every few items. */
  get isOver(): boolean {
    return performance.now() - this.#startedAt > SLICE_MS;
  }

  async pause(): Promise<void> {
    await setImmediate();
    this.#startedAt = performance.now();
  }
}
