// Buffers for request bodies, used again and again. A fresh one for every body costs more than it seems: memory
// outside the heap makes the collector walk the whole heap ten times a second at the ingest target.

import type { Readable } from "node:stream";
import { LIMITS } from "../model/limits.ts";
import { BodyError } from "./body.ts";
import type { BodyLease, BodyMeter } from "./body-meter.ts";

/** A body that was read; `release` gives its memory back, after which nobody may look at it. */
export interface PooledBody {
  readonly bytes: Buffer;
  /** Counts what is made of the body as long as it is needed. */
  readonly lease: BodyLease;
  release(): void;
}

const BUFFER_BYTES_MIN = 16 * 1024;
/** An announced length is believed up to here: larger bodies get their memory as they come. */
const BELIEVED_BYTES_MAX = 1024 * 1024;
const POOLED_BYTES_MAX = 8 * 1024 * 1024;
const KEPT_MAX = 16;

export class BodyPool {
  readonly #meter: BodyMeter;
  readonly #free: Buffer[] = [];

  constructor(meter: BodyMeter) {
    this.#meter = meter;
  }

  /**
   * Reads a body to its end. Throws BodyError when it is longer than the limit, and JournalUnavailableError when there
   * is no memory for it now; what follows of it is then read and forgotten, so that the sender sees the answer.
   */
  async read(stream: Readable, contentLength: string | undefined): Promise<PooledBody> {
    const lease = this.#meter.lease();
    let body: BodyBuffer | undefined;
    try {
      const announced = Number(contentLength ?? BUFFER_BYTES_MIN);
      if (announced > LIMITS.compressedBodyBytes) throw tooLarge();
      body = new BodyBuffer(this, lease, Math.min(announced, BELIEVED_BYTES_MAX));
      await collect(stream, body);
    } catch (error) {
      stream.resume();
      body?.release();
      lease.end();
      throw error;
    }
    const buffer = body;
    let isReleased = false;
    const release = () => {
      if (isReleased) return;
      isReleased = true;
      buffer.release();
      lease.end();
    };
    return { bytes: body.written(), lease, release };
  }

  /** A buffer of at least this size: sizes are powers of two, so that one serves bodies of about the same size. */
  take(sizeBytes: number): Buffer {
    const size = Math.max(BUFFER_BYTES_MIN, 2 ** Math.ceil(Math.log2(Math.max(1, sizeBytes))));
    const fitting = this.#free.findIndex((buffer) => buffer.length === size);
    return fitting < 0 ? Buffer.allocUnsafeSlow(size) : (this.#free.splice(fitting, 1)[0] as Buffer);
  }

  give(buffer: Buffer): void {
    if (buffer.length > POOLED_BYTES_MAX) return;
    if (this.#free.length === KEPT_MAX) this.#free.shift();
    this.#free.push(buffer);
  }
}

/** The bytes of one body as they come. */
class BodyBuffer {
  readonly #pool: BodyPool;
  readonly #lease: BodyLease;
  #buffer: Buffer;
  #length = 0;

  constructor(pool: BodyPool, lease: BodyLease, sizeBytes: number) {
    this.#pool = pool;
    this.#lease = lease;
    this.#buffer = this.#take(sizeBytes);
  }

  #take(sizeBytes: number): Buffer {
    const buffer = this.#pool.take(sizeBytes);
    try {
      this.#lease.take(buffer.length);
    } catch (error) {
      this.#pool.give(buffer);
      throw error;
    }
    return buffer;
  }

  add(chunk: Buffer): void {
    const length = this.#length + chunk.length;
    if (length > LIMITS.compressedBodyBytes) throw tooLarge();
    if (length > this.#buffer.length) {
      const grown = this.#take(length);
      this.#buffer.copy(grown, 0, 0, this.#length);
      this.#lease.give(this.#buffer.length);
      this.#pool.give(this.#buffer);
      this.#buffer = grown;
    }
    this.#buffer.set(chunk, this.#length);
    this.#length = length;
  }

  written(): Buffer {
    return this.#buffer.subarray(0, this.#length);
  }

  release(): void {
    this.#pool.give(this.#buffer);
  }
}

/** Reads a stream to its end. When that fails the stream is left open, which an iteration would not. */
function collect(stream: Readable, body: BodyBuffer): Promise<void> {
  return new Promise((resolve, reject) => {
    const onData = (chunk: Buffer) => {
      try {
        body.add(chunk);
      } catch (error) {
        stream.off("data", onData);
        reject(error);
      }
    };
    stream.on("data", onData);
    stream.on("end", resolve);
    stream.on("error", reject);
    stream.on("close", () => reject(new BodyError("corrupt", "The connection ended before the body did")));
  });
}

function tooLarge(): BodyError {
  const limit = LIMITS.compressedBodyBytes / 1024 / 1024;
  return new BodyError("too_large", `The body is larger than ${limit} MiB: send smaller batches`);
}
