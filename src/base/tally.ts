/** What is counted beyond the table's size. */
const OTHER = "other";

/** Counts by name, of so many names at most: what comes beyond is counted together. */
export class Tally {
  readonly #counts = new Map<string, number>();
  readonly #namesMax: number;

  constructor(namesMax: number) {
    this.#namesMax = namesMax;
  }

  add(name: string, count = 1): void {
    const known = this.#counts.has(name) || this.#counts.size < this.#namesMax ? name : OTHER;
    this.#counts.set(known, (this.#counts.get(known) ?? 0) + count);
  }

  /** The most frequent first. */
  list(): { readonly reason: string; readonly count: number }[] {
    return [...this.#counts].map(([reason, count]) => ({ reason, count })).sort((a, b) => b.count - a.count);
  }
}
