import type { Clock } from "../base/time.ts";

const WINDOW_S = 10;

/** How many of something came per second, over the last ten whole seconds. */
export class Rate {
  readonly #clock: Clock;
  readonly #perSecond = new Float64Array(WINDOW_S + 1);
  #second = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(count: number): void {
    this.#turn();
    const slot = this.#second % this.#perSecond.length;
    this.#perSecond[slot] = (this.#perSecond[slot] as number) + count;
  }

  get perS(): number {
    this.#turn();
    const running = this.#second % this.#perSecond.length;
    let sum = 0;
    for (let i = 0; i < this.#perSecond.length; i++) if (i !== running) sum += this.#perSecond[i] as number;
    return sum / WINDOW_S;
  }

  #turn(): void {
    const second = Math.floor(this.#clock.nowMs() / 1000);
    if (second - this.#second >= this.#perSecond.length) this.#perSecond.fill(0);
    else for (let s = this.#second + 1; s <= second; s++) this.#perSecond[s % this.#perSecond.length] = 0;
    this.#second = second;
  }
}
