export interface RefresherOptions {
  /** The least pause after a fetch that took so many milliseconds. */
  readonly pauseMs: (tookMs: number) => number;
  /** Nothing is fetched for a page that nobody sees. */
  readonly isHidden: () => boolean;
  readonly nowMs: () => number;
}

const PAUSE_AFTER_FAILURE_MS = 5000;

/** Fetches something anew when asked: one fetch at a time, with pauses, however often it is asked. */
export class Refresher {
  readonly #refresh: () => Promise<boolean>;
  readonly #options: RefresherOptions;
  #isWanted = false;
  #isRunning = false;
  #isStopped = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #notBeforeMs = Number.NEGATIVE_INFINITY;

  /** `refresh` answers whether it succeeded; after a failure it is tried again. */
  constructor(refresh: () => Promise<boolean>, options: RefresherOptions) {
    this.#refresh = refresh;
    this.#options = options;
  }

  /** Something changed. */
  ask(): void {
    this.#isWanted = true;
    this.resume();
  }

  /** Does what was asked for while the page was hidden. */
  resume(): void {
    if (!this.#isWanted || this.#isRunning || this.#isStopped || this.#options.isHidden()) return;
    const waitMs = this.#notBeforeMs - this.#options.nowMs();
    if (waitMs <= 0) void this.#run();
    else {
      this.#timer ??= setTimeout(() => {
        this.#timer = undefined;
        this.resume();
      }, waitMs);
    }
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    this.#isWanted = false;
    const begunMs = this.#options.nowMs();
    let isFine = false;
    try {
      isFine = await this.#refresh();
    } finally {
      this.#isRunning = false;
      const endedMs = this.#options.nowMs();
      this.#notBeforeMs = endedMs + (isFine ? this.#options.pauseMs(endedMs - begunMs) : PAUSE_AFTER_FAILURE_MS);
      if (!isFine) this.#isWanted = true;
    }
    this.resume();
  }
}
