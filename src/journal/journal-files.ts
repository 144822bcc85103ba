// The names of the journal's files, and what the journal asks of the file system.

import * as fs from "node:fs/promises";

/** The file system as the journal uses it: tests put one with faults in its place. */
export type JournalFiles = Pick<
  typeof fs,
  "mkdir" | "open" | "readdir" | "readFile" | "rename" | "stat" | "statfs" | "unlink"
>;

export const realFiles: JournalFiles = fs;

const SEGMENT = /^(\d{16})\.seg$/;
const NEXT = /^(\d{16})\.next$/;
const UNFINISHED_SUFFIX = ".new";

/** What a directory of the journal holds, by name. */
export interface JournalListing {
  /** Segments, oldest first. */
  readonly segments: readonly string[];
  /** Files that carry the offsets on; at most one, unless a person copied files around. */
  readonly carriers: readonly string[];
  /** Files that were being written when the process ended. */
  readonly unfinished: readonly string[];
  /** Files that are none of ours. */
  readonly foreign: readonly string[];
}

export function segmentName(firstOffset: number): string {
  return `${digits(firstOffset)}.seg`;
}

export function carrierName(nextOffset: number): string {
  return `${digits(nextOffset)}.next`;
}

export function isSegment(name: string): boolean {
  return SEGMENT.test(name);
}

/** The offset that a file is named after. */
export function offsetOf(name: string): number {
  return Number(name.slice(0, 16));
}

function digits(offset: number): string {
  return String(offset).padStart(16, "0");
}

/** Lists a journal's directory; `known` are folders that belong there. */
export async function listJournal(
  files: JournalFiles,
  directory: string,
  known: ReadonlySet<string>,
): Promise<JournalListing> {
  const segments: string[] = [];
  const carriers: string[] = [];
  const unfinished: string[] = [];
  const foreign: string[] = [];
  for (const entry of await files.readdir(directory, { withFileTypes: true })) {
    const { name } = entry;
    const isOurs = entry.isFile() && Number.isSafeInteger(offsetOf(name));
    if (isOurs && SEGMENT.test(name)) segments.push(name);
    else if (isOurs && NEXT.test(name)) carriers.push(name);
    else if (isOurs && isUnfinished(name)) unfinished.push(name);
    else if (!known.has(name)) foreign.push(name);
  }
  return { segments: segments.sort(), carriers: carriers.sort(), unfinished, foreign: foreign.sort() };
}

function isUnfinished(name: string): boolean {
  const whole = name.slice(0, -UNFINISHED_SUFFIX.length);
  return name.endsWith(UNFINISHED_SUFFIX) && (NEXT.test(whole) || SEGMENT.test(whole));
}

/** Makes new, renamed and deleted names of a directory durable. */
export async function syncDirectory(files: JournalFiles, directory: string): Promise<void> {
  const handle = await files.open(directory, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Writes a file under a name that it has only once all of it is on disk. */
export async function writeWhole(
  files: JournalFiles,
  directory: string,
  path: string,
  content: Uint8Array | string,
): Promise<void> {
  const unfinished = path + UNFINISHED_SUFFIX;
  try {
    const file = await files.open(unfinished, "w", 0o600);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await files.rename(unfinished, path);
  } catch (error) {
    // On a full disk half a file would keep what is short. What cannot be removed either goes at the next start.
    await files.unlink(unfinished).catch(() => undefined);
    throw error;
  }
  await syncDirectory(files, directory);
}

/** Whether a file system says that there is no such file. */
export function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === "ENOENT";
}
