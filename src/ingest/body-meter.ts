import { JournalUnavailableError } from "../journal/journal.ts";

/** Counts the memory of bodies on their way in, from the first byte received until they are stored or refused. */
export class BodyMeter {
  readonly #bytesMax: number;
  #bytes = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Begins to count one body. */
  lease(): BodyLease {
    return new BodyLease((bytes) => this.#add(bytes));
  }

  #add(bytes: number): void {
    if (bytes > 0 && this.#bytes + bytes > this.#bytesMax) {
      throw new JournalUnavailableError("Too many bytes are being taken in. Send the same data again later.");
    }
    this.#bytes += bytes;
  }
}

/** The share of one body in the meter. */
export class BodyLease {
  readonly #add: (bytes: number) => void;
  #held = 0;

  constructor(add: (bytes: number) => void) {
    this.#add = add;
  }

  /** Counts so many bytes more. Throws JournalUnavailableError when all bodies together would be too many. */
  take(bytes: number): void {
    this.#add(bytes);
    this.#held += bytes;
  }

  /** So many of them were given back. */
  give(bytes: number): void {
    this.#add(-bytes);
    this.#held -= bytes;
  }

  /** Gives back what is left. Can be called again. */
  end(): void {
    this.give(this.#held);
  }
}
