import { promisify } from "node:util";
import { brotliDecompress, gunzip, inflate, zstdDecompress } from "node:zlib";
import { LIMITS } from "../model/limits.ts";

/** The body cannot be taken as it was sent. */
export class BodyError extends Error {
  override readonly name = "BodyError";
  readonly reason: "too_large" | "unknown_encoding" | "corrupt";

  constructor(reason: BodyError["reason"], message: string) {
    super(message);
    this.reason = reason;
  }
}

type Decompress = (body: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>;

const DECOMPRESS: Readonly<Record<string, Decompress>> = {
  gzip: promisify(gunzip),
  deflate: promisify(inflate),
  br: promisify(brotliDecompress),
  zstd: promisify(zstdDecompress),
};

/** The body without its Content-Encoding, bounded while it is inflated. Throws BodyError. */
export async function decodeBody(body: Buffer, encoding: string | undefined): Promise<Buffer> {
  const name = (encoding ?? "identity").trim().toLowerCase();
  if (name === "identity" || name === "") return body;
  const decompress = DECOMPRESS[name];
  if (decompress === undefined) {
    throw new BodyError(
      "unknown_encoding",
      `Content-Encoding ${name} is not known: use gzip, zstd, deflate, br or none`,
    );
  }
  try {
    return await decompress(body, { maxOutputLength: LIMITS.bodyBytes });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE") throw tooLarge();
    throw new BodyError("corrupt", `The body is not valid ${name}: ${(error as Error).message}`);
  }
}

export function tooLarge(): BodyError {
  const limit = LIMITS.bodyBytes / 1024 / 1024;
  return new BodyError("too_large", `The body is larger than ${limit} MiB after decompression: send smaller batches`);
}
