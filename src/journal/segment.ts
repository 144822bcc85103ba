// A segment in memory: where its frames lie, and how a file becomes one at the start.

import { join } from "node:path";
import { type DamagedRange, type FramePlace, scanSegment } from "./frame.ts";
import { type JournalFiles, offsetOf } from "./journal-files.ts";

/** A segment that waits to be loaded. */
export interface SealedSegment {
  readonly name: string;
  /** The first half of its deduplication tokens: no other segment of any node has it. */
  readonly token: string;
  readonly frames: readonly FramePlace[];
  readonly lastOffset: number;
  readonly sizeBytes: number;
  /** Found at the start: the store may have it already, or some of it. */
  readonly isRecovered: boolean;
}

export interface Segment {
  readonly name: string;
  readonly path: string;
  readonly frames: FramePlace[];
  readonly openedAtMs: number;
  readonly isRecovered: boolean;
  /** Stretches that cannot be read and still have to be set aside. */
  damaged: readonly DamagedRange[];
  lastOffset: number;
  rows: number;
  /** Up to here everything is on disk. */
  durableBytes: number;
}

/** A segment as its file tells it. */
export interface RecoveredSegment {
  readonly segment: Segment;
  /** No record of it, readable or not, can have a higher offset. */
  readonly offsetMax: number;
  readonly tornBytes: number;
}

/** Reads a segment's file and finds its frames. */
export async function recoverSegment(
  files: JournalFiles,
  directory: string,
  name: string,
  nowMs: number,
): Promise<RecoveredSegment> {
  const path = join(directory, name);
  const bytes = await files.readFile(path);
  const { mtimeMs } = await files.stat(path);
  const { frames, damaged, end } = scanSegment(bytes);
  const firstOffset = offsetOf(name);
  const lastOffset = frames.reduce((last, frame) => Math.max(last, frame.lastOffset), firstOffset - 1);
  const segment: Segment = {
    name,
    path,
    frames: [...frames],
    openedAtMs: Math.min(nowMs, mtimeMs),
    isRecovered: true,
    damaged,
    lastOffset,
    rows: frames.reduce((sum, frame) => sum + frame.rows, 0),
    durableBytes: end,
  };
  // A record takes more than a byte, so a stretch that cannot be read holds fewer of them than bytes.
  const offsetMax = damaged.reduce((last, range) => {
    return range.lastOffset === undefined ? last + (range.end - range.start) : Math.max(last, range.lastOffset);
  }, lastOffset);
  return { segment, offsetMax, tornBytes: bytes.length - end };
}

/** Reads stretches of a file. Throws when it is gone, or shorter than it was. */
export async function readRanges(
  files: JournalFiles,
  path: string,
  ranges: readonly { readonly start: number; readonly end: number }[],
): Promise<Buffer[]> {
  const file = await files.open(path, "r");
  try {
    const read: Buffer[] = [];
    for (const { start, end } of ranges) {
      const bytes = Buffer.allocUnsafe(end - start);
      let length = 0;
      while (length < bytes.length) {
        const { bytesRead } = await file.read(bytes, length, bytes.length - length, start + length);
        if (bytesRead === 0) throw new Error(`${path} ends at ${start + length}, before ${end}`);
        length += bytesRead;
      }
      read.push(bytes);
    }
    return read;
  } finally {
    await file.close();
  }
}
