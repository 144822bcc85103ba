import {
  constants,
  createBrotliDecompress,
  createGunzip,
  createInflate,
  createZstdDecompress,
  type Gunzip,
} from "node:zlib";
import { LIMITS } from "../model/limits.ts";
import type { BodyLease } from "./body-meter.ts";

/** The body cannot be taken as it was sent. */
export class BodyError extends Error {
  override readonly name = "BodyError";
  readonly reason: "too_large" | "unknown_encoding" | "corrupt";

  constructor(reason: BodyError["reason"], message: string) {
    super(message);
    this.reason = reason;
  }
}

interface Encoding {
  readonly open: (options: {
    readonly chunkSize: number;
  }) => Pick<Gunzip, "end" | "bytesWritten"> & AsyncIterable<Buffer>;
  /** Frames may follow one another; Node reads only the first. */
  readonly hasFrames: boolean;
}

/** RFC 9659: a sender must not need a larger window than 8 MiB to be read. */
const ZSTD_WINDOW_LOG_MAX = 23;
const FRAMES_MAX = 1024;
const CHUNK_BYTES_MIN = 16 * 1024;
const CHUNK_BYTES_MAX = 128 * 1024;

const ENCODINGS: Readonly<Record<string, Encoding>> = {
  gzip: { open: createGunzip, hasFrames: false },
  deflate: { open: createInflate, hasFrames: false },
  br: { open: createBrotliDecompress, hasFrames: false },
  zstd: {
    open: (options) =>
      createZstdDecompress({ ...options, params: { [constants.ZSTD_d_windowLogMax]: ZSTD_WINDOW_LOG_MAX } }),
    hasFrames: true,
  },
};

/** The body without its Content-Encoding, bounded while it is inflated, in the count of the lease. Throws BodyError. */
export async function decodeBody(body: Buffer, encoding: string | undefined, lease?: BodyLease): Promise<Buffer> {
  const name = (encoding ?? "identity").trim().toLowerCase();
  if (name === "identity" || name === "") return body;
  const known = Object.hasOwn(ENCODINGS, name) ? ENCODINGS[name] : undefined;
  if (known === undefined) {
    throw new BodyError(
      "unknown_encoding",
      `Content-Encoding ${name} is not known: use gzip, zstd, deflate, br or none`,
    );
  }
  const inflated = new Inflated(lease);
  let rest = body;
  for (let frame = 0; frame === 0 || rest.length > 0; frame++) {
    const readBytes = await inflate(rest, name, known, inflated);
    rest = rest.subarray(readBytes);
    // Some writers fill up their last block with zeros.
    if (rest.every((byte) => byte === 0)) break;
    if (!known.hasFrames || readBytes === 0 || frame === FRAMES_MAX) {
      throw new BodyError("corrupt", `The body is not valid ${name}: something follows its end`);
    }
  }
  return inflated.whole();
}

/** Inflates one frame and returns how many bytes of the body it takes. */
async function inflate(body: Buffer, name: string, { open }: Encoding, into: Inflated): Promise<number> {
  const stream = open({ chunkSize: Math.min(Math.max(CHUNK_BYTES_MIN, 4 * body.length), CHUNK_BYTES_MAX) });
  stream.end(body);
  try {
    for await (const chunk of stream) into.add(chunk);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new BodyError("corrupt", `The body is not valid ${name}: ${(error as Error).message}`);
  }
  return stream.bytesWritten;
}

/** The inflated bytes, as far as they may go. */
class Inflated {
  readonly #lease: BodyLease | undefined;
  readonly #chunks: Buffer[] = [];
  #length = 0;

  constructor(lease: BodyLease | undefined) {
    this.#lease = lease;
  }
  add(chunk: Buffer): void {
    this.#length += chunk.length;
    if (this.#length > LIMITS.bodyBytes) throw tooLarge();
    this.#lease?.take(chunk.length);
    this.#chunks.push(chunk);
  }
  whole(): Buffer {
    const [first] = this.#chunks;
    return this.#chunks.length === 1 && first !== undefined ? first : Buffer.concat(this.#chunks, this.#length);
  }
}

export function tooLarge(): BodyError {
  const limit = LIMITS.bodyBytes / 1024 / 1024;
  return new BodyError("too_large", `The body is larger than ${limit} MiB after decompression: send smaller batches`);
}
