const SLOTS_MIN = 1024;

/**
 * A bounded set of 64-bit fingerprints that forgets the oldest: two generations, of which the older is dropped when
 * the younger is full. It holds between half and all of the last `capacity` fingerprints, at about 16 bytes each.
 */
export class FingerprintSet {
  readonly #generationSize: number;
  #young = new Generation();
  #old = new Generation();

  constructor(capacity: number) {
    this.#generationSize = Math.ceil(capacity / 2);
  }

  /** Adds a fingerprint; false when it was there already. */
  add(low: number, high: number): boolean {
    if (this.#young.has(low, high) || this.#old.has(low, high)) return false;
    if (this.#young.size >= this.#generationSize) {
      this.#old = this.#young;
      this.#young = new Generation();
    }
    this.#young.add(low, high);
    return true;
  }

  has(low: number, high: number): boolean {
    return this.#young.has(low, high) || this.#old.has(low, high);
  }

  get size(): number {
    return this.#young.size + this.#old.size;
  }

  clear(): void {
    this.#young = new Generation();
    this.#old = new Generation();
  }
}

/** Open addressing over pairs of 32-bit halves; (0, 0) marks a free slot and is stored as (0, 1). */
class Generation {
  size = 0;
  #slots = new Int32Array(2 * SLOTS_MIN);

  has(low: number, high: number): boolean {
    const at = slotOf(this.#slots, low | 0, used(low, high));
    return !isFree(this.#slots, at);
  }

  /** Adds a pair that is not in the set. */
  add(low: number, high: number): void {
    if (this.size * 4 >= this.#slots.length) this.#grow();
    const at = slotOf(this.#slots, low | 0, used(low, high));
    this.#slots[at] = low | 0;
    this.#slots[at + 1] = used(low, high);
    this.size++;
  }

  #grow(): void {
    const grown = new Int32Array(this.#slots.length * 2);
    for (let i = 0; i < this.#slots.length; i += 2) {
      if (isFree(this.#slots, i)) continue;
      const at = slotOf(grown, this.#slots[i] as number, this.#slots[i + 1] as number);
      grown[at] = this.#slots[i] as number;
      grown[at + 1] = this.#slots[i + 1] as number;
    }
    this.#slots = grown;
  }
}

function used(low: number, high: number): number {
  return (low | 0) === 0 && (high | 0) === 0 ? 1 : high | 0;
}

function isFree(slots: Int32Array, at: number): boolean {
  return slots[at] === 0 && slots[at + 1] === 0;
}

/** The slot that holds the pair, or the free one where it belongs. */
function slotOf(slots: Int32Array, low: number, high: number): number {
  const mask = slots.length - 2;
  let at = (Math.imul(low ^ (high >>> 7), 0x9e3779b1) >>> 3) & mask & ~1;
  while (!isFree(slots, at) && (slots[at] !== low || slots[at + 1] !== high)) at = (at + 2) & mask;
  return at;
}
