import { createReadStream, type Stats } from "node:fs";
import { stat } from "node:fs/promises";
import { pipeline, Readable, type Transform } from "node:stream";
import { createGunzip, createZstdDecompress } from "node:zlib";
import { ClientError } from "../client/client-error.ts";

const READ_BYTES = 1024 * 1024;

/** A file or standard input, as bytes, inflated. */
export interface Input {
  /** What it is called in messages. */
  readonly name: string;
  /** Size as it lies on disk; undefined for standard input. */
  readonly sizeBytes: number | undefined;
  /** How much of the size was read. */
  bytesRead(): number;
  readonly chunks: AsyncIterable<Buffer>;
}

/**
 * A file, or standard input for `-`; opened when it is read, so that many may be named. Compression is told by the
 * first bytes. Throws ClientError when there is no such file, or later when it cannot be read.
 */
export async function openInput(path: string): Promise<Input> {
  const size = path === "-" ? undefined : (await fileInfo(path)).size;
  const name = path === "-" ? "standard input" : path;
  let bytesRead = 0;
  const counted = (async function* () {
    const source = path === "-" ? process.stdin : createReadStream(path, { highWaterMark: READ_BYTES });
    try {
      for await (const chunk of source) {
        bytesRead += (chunk as Buffer).length;
        yield chunk as Buffer;
      }
    } catch (error) {
      throw new ClientError(`${name} cannot be read: ${(error as Error).message}`);
    }
  })();
  return { name, sizeBytes: size, bytesRead: () => bytesRead, chunks: inflated(counted, name) };
}

async function fileInfo(path: string): Promise<Stats> {
  let info: Stats;
  try {
    info = await stat(path);
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code === "ENOENT" ? "does not exist" : (error as Error).message;
    throw new ClientError(`${path}: ${reason}`);
  }
  if (info.isDirectory()) throw new ClientError(`${path} is a folder: name files, for example ${path}/*.json`);
  return info;
}

const GZIP = Buffer.from([0x1f, 0x8b]);
const ZSTD = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);

async function* inflated(source: AsyncGenerator<Buffer>, name: string): AsyncGenerator<Buffer> {
  const first = await source.next();
  if (first.done === true) return;
  const whole = (async function* () {
    yield first.value;
    yield* source;
  })();
  const inflate = startsWith(first.value, GZIP)
    ? createGunzip()
    : startsWith(first.value, ZSTD)
      ? createZstdDecompress()
      : undefined;
  if (inflate === undefined) yield* whole;
  else yield* through(whole, inflate, name);
}

async function* through(source: AsyncIterable<Buffer>, inflate: Transform, name: string): AsyncGenerator<Buffer> {
  // An error of either end destroys the other, and so reaches the loop below.
  pipeline(Readable.from(source), inflate, () => undefined);
  try {
    for await (const chunk of inflate) yield chunk as Buffer;
  } catch (error) {
    throw new ClientError(`${name} cannot be decompressed: ${(error as Error).message}`);
  }
}

function startsWith(chunk: Buffer, magic: Buffer): boolean {
  return chunk.subarray(0, magic.length).equals(magic);
}
