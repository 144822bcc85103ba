import { monitorEventLoopDelay } from "node:perf_hooks";

const RESOLUTION_MS = 20;
const NS_PER_MS = 1e6;

/** How late the event loop was: the timer's own period is no delay. */
export interface Delays {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

/** Measures how late the event loop is. */
export class LoopDelay {
  readonly #histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });

  constructor() {
    this.#histogram.enable();
  }

  stop(): void {
    this.#histogram.disable();
  }

  /** What was measured since this was last called. */
  take(): Delays {
    const isEmpty = this.#histogram.count === 0;
    const at = (percent: number) =>
      isEmpty ? 0 : Math.max(0, this.#histogram.percentile(percent) / NS_PER_MS - RESOLUTION_MS);
    const delays = { p50Ms: at(50), p99Ms: at(99), maxMs: at(100) };
    this.#histogram.reset();
    return delays;
  }
}
