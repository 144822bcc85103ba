/** The newest of many things: of more than it holds the oldest are let go. Nothing is copied when one is added. */
export class Ring<T> {
  readonly #slots: (T | undefined)[];
  /** Where the next one goes. */
  #next = 0;
  #length = 0;

  constructor(capacity: number) {
    this.#slots = new Array<T | undefined>(capacity);
  }

  get length(): number {
    return this.#length;
  }

  get capacity(): number {
    return this.#slots.length;
  }

  /** Adds one; true when another one was let go for it. */
  add(one: T): boolean {
    const isFull = this.#length === this.#slots.length;
    this.#slots[this.#next] = one;
    this.#next = (this.#next + 1) % this.#slots.length;
    if (!isFull) this.#length++;
    return isFull;
  }

  /** 0 is the newest. */
  at(index: number): T | undefined {
    if (index < 0 || index >= this.#length) return undefined;
    return this.#slots[(this.#next - 1 - index + 2 * this.#slots.length) % this.#slots.length];
  }

  clear(): void {
    this.#slots.fill(undefined);
    this.#next = 0;
    this.#length = 0;
  }
}
