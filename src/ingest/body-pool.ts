// Buffers for request bodies, used again and again. A fresh one for every body costs more than it seems: memory
// outside the heap makes the collector walk the whole heap ten times a second at the ingest target.

import type { Readable } from "node:stream";
import { LIMITS } from "../model/limits.ts";
import { BodyError } from "./body.ts";

/** A body that was read; `release` gives its memory back, after which nobody may look at it. */
export interface PooledBody {
  readonly bytes: Buffer;
  release(): void;
}

const POOLED_BYTES_MIN = 256 * 1024;
const POOLED_BYTES_MAX = 8 * 1024 * 1024;
const KEPT_MAX = 16;

export class BodyPool {
  readonly #free: Buffer[] = [];

  /** Reads a body to its end. Throws BodyError when it is longer than the limit. */
  async read(stream: Readable, contentLength: string | undefined): Promise<PooledBody> {
    const announced = contentLength === undefined ? POOLED_BYTES_MIN : Number(contentLength);
    if (announced > LIMITS.compressedBodyBytes) throw tooLarge();
    let buffer = this.#take(announced);
    let length = 0;
    try {
      for await (const chunk of stream as AsyncIterable<Buffer>) {
        if (length + chunk.length > LIMITS.compressedBodyBytes) throw tooLarge();
        if (length + chunk.length > buffer.length) buffer = this.#grow(buffer, length, length + chunk.length);
        buffer.set(chunk, length);
        length += chunk.length;
      }
    } catch (error) {
      this.#give(buffer);
      throw error;
    }
    return { bytes: buffer.subarray(0, length), release: () => this.#give(buffer) };
  }

  #take(sizeBytes: number): Buffer {
    const fitting = this.#free.findIndex((buffer) => buffer.length >= sizeBytes);
    if (fitting >= 0) return this.#free.splice(fitting, 1)[0] as Buffer;
    // Sizes in powers of two, so that one buffer serves bodies of about the same size.
    const size = Math.max(POOLED_BYTES_MIN, 2 ** Math.ceil(Math.log2(Math.max(1, sizeBytes))));
    return Buffer.allocUnsafeSlow(size);
  }

  #grow(buffer: Buffer, length: number, needed: number): Buffer {
    const grown = this.#take(needed);
    buffer.copy(grown, 0, 0, length);
    this.#give(buffer);
    return grown;
  }

  #give(buffer: Buffer): void {
    if (buffer.length <= POOLED_BYTES_MAX && this.#free.length < KEPT_MAX) this.#free.push(buffer);
  }
}

function tooLarge(): BodyError {
  const limit = LIMITS.compressedBodyBytes / 1024 / 1024;
  return new BodyError("too_large", `The body is larger than ${limit} MiB: send smaller batches`);
}
