// How many events a second came lately. Pure.

const OVER_S = 4;

/** Counts by the second; of the second that goes on nothing is said yet. */
export class EventRate {
  readonly #counts = new Map<number, number>();
  #since: number | undefined;

  add(count: number, nowMs: number): void {
    const second = Math.floor(nowMs / 1000);
    this.#since ??= second;
    this.#counts.set(second, (this.#counts.get(second) ?? 0) + count);
    for (const known of this.#counts.keys()) if (known < second - OVER_S) this.#counts.delete(known);
  }

  /** Events a second over the last whole seconds; undefined until there is one. */
  perSecond(nowMs: number): number | undefined {
    const second = Math.floor(nowMs / 1000);
    if (this.#since === undefined || second === this.#since) return undefined;
    const from = Math.max(this.#since, second - OVER_S);
    let sum = 0;
    for (let one = from; one < second; one++) sum += this.#counts.get(one) ?? 0;
    return sum / (second - from);
  }

  clear(): void {
    this.#counts.clear();
    this.#since = undefined;
  }
}
