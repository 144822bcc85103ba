interface Waiter {
  readonly begin: () => void;
  readonly leave: () => void;
}

/** Lets so many pieces of work run at once; so many more wait, first come first served, and others are refused. */
export class Turns {
  readonly #runningMax: number;
  readonly #waitingMax: number;
  readonly #refusal: () => Error;
  readonly #waiting: Waiter[] = [];
  #running = 0;

  constructor(runningMax: number, waitingMax = Number.POSITIVE_INFINITY, refusal = () => new Error("Too much waits")) {
    this.#runningMax = runningMax;
    this.#waitingMax = waitingMax;
    this.#refusal = refusal;
  }

  /** Runs `work` when its turn comes. Throws the refusal when too much waits, and what `signal` was aborted with. */
  async run<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    await this.#turn(signal);
    try {
      signal.throwIfAborted();
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#running--;
      else next.begin();
    }
  }

  #turn(signal: AbortSignal): Promise<void> {
    if (this.#running < this.#runningMax) {
      this.#running++;
      return Promise.resolve();
    }
    if (this.#waiting.length >= this.#waitingMax) {
      return Promise.reject(this.#refusal());
    }
    return new Promise((resolve, reject) => {
      const leave = () => {
        this.#waiting.splice(this.#waiting.indexOf(waiter), 1);
        reject(signal.reason);
      };
      const waiter: Waiter = {
        begin: () => {
          signal.removeEventListener("abort", leave);
          resolve();
        },
        leave,
      };
      signal.addEventListener("abort", leave, { once: true });
      this.#waiting.push(waiter);
    });
  }
}
