// Spans that are open and not yet announced, in the order in which they began. All have the same time to live here, so
// that order is also the order of their deadlines: one timer, for the oldest, serves all of them, and a span that ends
// in time costs an entry and its removal.
//
//   young:  a(due 150)  b(due 152)  d(due 190)       c ended at 160 and is gone
//             └ timer

export interface YoungSpansOptions<T> {
  readonly afterMs: number;
  /** More than so many at a time are not watched. */
  readonly max: number;
  /** So many are handed over before others have their turn. */
  readonly atOnce: number;
  /** Gets each item that was not removed in time. */
  readonly onDue: (item: T) => void;
  readonly onTooMany: () => void;
  /** A clock in ms that never goes back. */
  readonly nowMs: () => number;
}

export class YoungSpans<T> {
  readonly #options: YoungSpansOptions<T>;
  readonly #dueMs = new Map<T, number>();
  #timer: NodeJS.Timeout | undefined;

  constructor(options: YoungSpansOptions<T>) {
    this.#options = options;
  }

  add(item: T): void {
    const { afterMs, max, nowMs, onTooMany } = this.#options;
    if (this.#dueMs.size >= max) {
      onTooMany();
      return;
    }
    this.#dueMs.set(item, nowMs() + afterMs);
    this.#timer ??= setTimeout(this.#serve, afterMs).unref();
  }

  remove(item: T): void {
    this.#dueMs.delete(item);
  }

  get size(): number {
    return this.#dueMs.size;
  }

  clear(): void {
    this.#dueMs.clear();
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  readonly #serve = (): void => {
    this.#timer = undefined;
    const { nowMs, atOnce, onDue } = this.#options;
    const now = nowMs();
    let served = 0;
    for (const [item, dueMs] of this.#dueMs) {
      if (dueMs > now || served === atOnce) {
        this.#timer = setTimeout(this.#serve, Math.max(1, Math.ceil(dueMs - now))).unref();
        return;
      }
      this.#dueMs.delete(item);
      onDue(item);
      served++;
    }
  };
}
