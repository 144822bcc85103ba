import { mkdir, open, readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { clickHouseError } from "./clickhouse-error.ts";

const WRITE_BYTES = 1024 * 1024;

/** A file in the spool. Its name is relative to the engine's working directory, so that it never holds a glob or a quote. */
export interface SpooledFile {
  readonly name: string;
  readonly sizeBytes: number;
}

/**
 * A folder for data on their way into the engine or out of it. Each file lives as long as one request; what a crash
 * left behind is removed when the spool opens.
 */
export class Spool {
  readonly #directory: string;
  #count = 0;

  private constructor(directory: string) {
    this.#directory = directory;
  }

  /** `directory` is relative to the working directory. */
  static async open(directory: string): Promise<Spool> {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    for (const name of await readdir(directory)) await rm(join(directory, name), { force: true });
    return new Spool(directory);
  }

  /** A name that no other file has. Nothing is created. */
  newName(): string {
    return `${this.#directory}/${++this.#count}`;
  }

  /** Writes all of `source` to a new file. Past `sizeBytesMax` it throws and leaves none. */
  async write(source: AsyncIterable<Uint8Array>, sizeBytesMax: number): Promise<SpooledFile> {
    const name = this.newName();
    const file = await open(name, "wx", 0o600);
    let sizeBytes = 0;
    try {
      let pending: Uint8Array[] = [];
      let pendingBytes = 0;
      for await (const chunk of source) {
        sizeBytes += chunk.length;
        if (sizeBytes > sizeBytesMax) throw tooLarge(sizeBytesMax);
        pending.push(chunk);
        pendingBytes += chunk.length;
        if (pendingBytes < WRITE_BYTES) continue;
        await file.writeFile(Buffer.concat(pending));
        pending = [];
        pendingBytes = 0;
      }
      if (pendingBytes > 0) await file.writeFile(Buffer.concat(pending));
    } catch (thrown) {
      await file.close();
      await this.remove(name);
      throw thrown;
    }
    await file.close();
    return { name, sizeBytes };
  }

  async sizeBytes(name: string): Promise<number> {
    return (await stat(name)).size;
  }

  async remove(name: string): Promise<void> {
    await rm(name, { force: true });
  }
}

/** The answer to a body that is longer than allowed. */
export function tooLarge(sizeBytesMax: number): Error {
  return clickHouseError("QUERY_IS_TOO_LARGE", `The body is longer than ${sizeBytesMax} bytes`);
}
