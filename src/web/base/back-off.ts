export interface BackOffTimes {
  readonly firstMs: number;
  readonly longestMs: number;
  /** The longest pause while whoever is waited for said that it would be back soon. */
  readonly longestSoonMs: number;
}

/** After so many tries, one who said "soon" is waited for like any other. */
const SOON_TRIES = 30;

/** How long to wait between tries: twice as long after each, and anything between half of that and all of it. */
export class BackOff {
  readonly #times: BackOffTimes;
  readonly #random: () => number;
  #tries = 0;
  #soonTries = 0;

  /** `random` yields numbers in [0, 1): pages that were cut off at once shall not come back at once. */
  constructor(times: BackOffTimes, random: () => number) {
    this.#times = times;
    this.#random = random;
  }

  /** The pause before the next try, in milliseconds. */
  nextMs(): number {
    const longestMs = this.#soonTries > 0 ? this.#times.longestSoonMs : this.#times.longestMs;
    this.#soonTries = Math.max(0, this.#soonTries - 1);
    const pauseMs = Math.min(this.#times.firstMs * 2 ** Math.min(this.#tries++, 20), longestMs);
    return pauseMs * (0.5 + this.#random() / 2);
  }

  expectSoon(): void {
    this.#soonTries = SOON_TRIES;
  }

  reset(): void {
    this.#tries = 0;
    this.#soonTries = 0;
  }
}
