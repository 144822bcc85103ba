/** Numbers in [0, 1), the same for the same seed (xorshift32). */
export class Dice {
  readonly seed: number;
  #state: number;

  /** Takes the seed from the environment's SEED, so that a printed one can be tried again. */
  static fromEnvironment(): Dice {
    const given = process.env["SEED"];
    return new Dice(given === undefined ? (Date.now() % 1_000_000_000) + 1 : Number(given));
  }

  constructor(seed: number) {
    this.seed = seed;
    this.#state = Math.imul(seed, 0x9e3779b1) | 1;
  }

  next(): number {
    let x = this.#state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.#state = x;
    return (x >>> 0) / 2 ** 32;
  }

  /** A whole number from `min` to `max`, both possible. */
  between(min: number, max: number): number {
    return min + Math.floor(this.next() * (max - min + 1));
  }

  chance(share: number): boolean {
    return this.next() < share;
  }

  oneOf<T>(choices: readonly T[]): T {
    return choices[this.between(0, choices.length - 1)] as T;
  }

  /** So many hexadecimal digits, an even number. */
  hex(digits: number): string {
    return Buffer.from(this.bytes(digits / 2)).toString("hex");
  }

  bytes(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => this.between(0, 255));
  }
}
