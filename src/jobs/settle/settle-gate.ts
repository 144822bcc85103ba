// Settling writes seven tables and the sums that are kept of them, one after the other. Who reads sums together with
// rows must not look in between: rows would be there whose sums are not. So readers wait while a batch is written, and
// a batch waits for readers that have begun; neither for ever, since a figure that is off for a moment is better than
// none.

const READER_WAITS_MS = 3_000;
const WRITER_WAITS_MS = 1_000;

export class SettleGate {
  #readers = 0;
  /** Settles when the batch that is being written, or waits to be, is written. */
  #writing: Promise<void> | undefined;
  #onReadersGone: (() => void) | undefined;

  /** Reads while nothing is written. */
  async read<T>(read: () => Promise<T>): Promise<T> {
    if (this.#writing !== undefined) await atMost(this.#writing, READER_WAITS_MS);
    this.#readers++;
    try {
      return await read();
    } finally {
      this.#readers--;
      if (this.#readers === 0) this.#onReadersGone?.();
    }
  }

  /** Writes while nobody reads. One write at a time: it is for the settler alone. */
  async write<T>(write: () => Promise<T>): Promise<T> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#writing = promise;
    try {
      if (this.#readers > 0) await atMost(this.#readersGone(), WRITER_WAITS_MS);
      return await write();
    } finally {
      this.#writing = undefined;
      resolve();
    }
  }

  #readersGone(): Promise<void> {
    return new Promise((resolve) => {
      this.#onReadersGone = () => {
        this.#onReadersGone = undefined;
        resolve();
      };
    });
  }
}

async function atMost(promise: Promise<void>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([promise, patience]);
  clearTimeout(timer);
}
