// What cannot be read, or what the store refuses for good, lies in `journal/quarantine/` beside the reason:
//
//   <segment>-<position>.frame   the bytes, header included
//   <segment>-<position>.txt     why
//   <segment>.seg, <segment>.txt a whole file that cannot be read
//
// Setting the same bytes aside again does nothing. Frames that are tried again make segments whose names were in use
// before, so the same name may come with other bytes: then they lie here as <segment>-<position>-2, -3 and so on.

import { join } from "node:path";
import { isMissing, type JournalFiles, syncDirectory, writeWhole } from "./journal-files.ts";

export const QUARANTINE = "quarantine";
const FRAME_SUFFIX = ".frame";
const SEGMENT_SUFFIX = ".seg";
const SUFFIX = /\.(frame|seg)$/;

export class Quarantine {
  readonly #files: JournalFiles;
  readonly #directory: string;
  readonly #names: Set<string>;

  private constructor(files: JournalFiles, directory: string, names: Set<string>) {
    this.#files = files;
    this.#directory = directory;
    this.#names = names;
  }

  /** Opens the quarantine of a journal's directory. */
  static async open(files: JournalFiles, journal: string): Promise<Quarantine> {
    const directory = join(journal, QUARANTINE);
    await files.mkdir(directory, { recursive: true, mode: 0o700 });
    const names = await files.readdir(directory);
    return new Quarantine(files, directory, new Set(names.filter(isSetAside)));
  }

  /** How many frames and segments lie here. */
  get count(): number {
    return this.#names.size;
  }

  /** Sets bytes of a segment aside; they are on disk when it resolves. False when they lie here already. */
  async put(segment: string, at: number, bytes: Uint8Array, reason: string): Promise<boolean> {
    const first = `${nameOf(segment)}-${at}`;
    let name = first;
    for (let number = 2; this.#names.has(name + FRAME_SUFFIX); number++) {
      if ((await this.read(name + FRAME_SUFFIX)).equals(bytes)) return false;
      name = `${first}-${number}`;
    }
    const path = join(this.#directory, name);
    await writeWhole(this.#files, this.#directory, `${path}.txt`, `${reason}\n`);
    await writeWhole(this.#files, this.#directory, path + FRAME_SUFFIX, bytes);
    this.#names.add(name + FRAME_SUFFIX);
    return true;
  }

  /** The names of the files of frames and segments. */
  names(): string[] {
    return [...this.#names].sort();
  }

  read(name: string): Promise<Buffer> {
    return this.#files.readFile(join(this.#directory, name));
  }

  /** Removes something whose bytes are elsewhere by now, and the reason beside it. */
  async forget(name: string): Promise<void> {
    await this.#unlink(name);
    this.#names.delete(name);
    await this.#unlink(name.replace(SUFFIX, ".txt"));
  }

  async #unlink(name: string): Promise<void> {
    await this.#files.unlink(join(this.#directory, name)).catch((error: unknown) => {
      if (!isMissing(error)) throw error;
    });
  }

  /** Moves a segment's file here. */
  async move(path: string, segment: string, reason: string): Promise<void> {
    const reasonPath = join(this.#directory, `${nameOf(segment)}.txt`);
    await writeWhole(this.#files, this.#directory, reasonPath, `${reason}\n`);
    try {
      await this.#files.rename(path, join(this.#directory, segment));
    } catch (error) {
      // Somebody took it away: there is nothing to be kept.
      if (!isMissing(error)) throw error;
    }
    await syncDirectory(this.#files, this.#directory);
    this.#names.add(segment);
  }
}

function isSetAside(name: string): boolean {
  return name.endsWith(FRAME_SUFFIX) || name.endsWith(SEGMENT_SUFFIX);
}

function nameOf(segment: string): string {
  return segment.slice(0, -SEGMENT_SUFFIX.length);
}
