// The write-ahead log. A record is acknowledged when the frame that holds it lies on disk (fdatasync) and not before.
//
//   journal/<first offset>.seg    frames; the newest is open, the others are sealed and wait to be loaded
//   journal/quarantine/           frames that could not be read or that the store refuses for good
//
// A segment is deleted when the store has it. The newest file stays: its name carries the offsets on.

import { type FileHandle, mkdir, open, readdir, readFile, statfs, unlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "../base/time.ts";
import { encodeHeader, FRAME_HEADER_BYTES, type Frame, type FramePlace, scanSegment } from "./frame.ts";

export type { Frame, FramePlace } from "./frame.ts";

export interface JournalOptions {
  readonly directory: string;
  readonly clock: Clock;
  readonly segmentBytes: number;
  readonly segmentRows: number;
  readonly segmentAgeBusyMs: number;
  readonly segmentAgeCalmMs: number;
  readonly busyRowsPerS: number;
  /** Waiting segments may take this much … */
  readonly bytesMax: number;
  /** … and at most this share of what is free on the disk. */
  readonly shareOfFreeDisk: number;
  readonly log: (level: "info" | "warn" | "error", message: string, details?: object) => void;
  /** Called when a segment was sealed and can be loaded. */
  readonly onSealed: () => void;
}

/** The record cannot be stored at this moment; the client is to send it again. Nothing of it was acknowledged. */
export class JournalUnavailableError extends Error {
  override readonly name = "JournalUnavailableError";
}

export interface JournalStats {
  readonly segments: number;
  readonly bytes: number;
  /** Age of the oldest record that the store does not have. */
  readonly oldestMs: number;
  readonly quarantined: number;
}

/** A segment that waits to be loaded. */
export interface SealedSegment {
  /** Its name: also the first half of its deduplication tokens. */
  readonly name: string;
  readonly frames: readonly FramePlace[];
  readonly lastOffset: number;
  readonly sizeBytes: number;
}

interface Segment {
  readonly name: string;
  readonly path: string;
  readonly frames: FramePlace[];
  readonly openedAtMs: number;
  lastOffset: number;
  rows: number;
  /** Up to here everything is on disk. */
  durableBytes: number;
}

const NAME = /^(\d{16})\.seg$/;
const FREE_DISK_CHECK_MS = 5_000;
const QUARANTINE = "quarantine";
const FRAME_SUFFIX = ".frame";

export class Journal {
  readonly #options: JournalOptions;
  readonly #sealed: Segment[];
  #open: Segment | undefined;
  #file: FileHandle | undefined;
  #next: number;
  #durableOffset: number;
  #quarantined: number;
  #sealTimer: NodeJS.Timeout | undefined;
  #bytesAllowed: number;
  #freeCheckedAtMs = 0;
  #appending = false;
  #sealWanted = false;
  #rate = { since: 0, rows: 0, perS: 0 };

  private constructor(options: JournalOptions, sealed: Segment[], next: number, quarantined: number) {
    this.#options = options;
    this.#sealed = sealed;
    this.#next = next;
    this.#durableOffset = next - 1;
    this.#quarantined = quarantined;
    this.#bytesAllowed = options.bytesMax;
  }

  /**
   * Opens a journal and recovers it: a torn last frame is dropped, damaged frames go to quarantine, every other frame
   * waits to be loaded. `storeOffset` tells the highest offset in the store; it is asked when no file tells it.
   */
  static async open(options: JournalOptions, storeOffset: () => Promise<number>): Promise<Journal> {
    const { directory } = options;
    await mkdir(join(directory, QUARANTINE), { recursive: true, mode: 0o700 });
    const names = (await readdir(directory)).filter((name) => NAME.test(name)).sort();
    const setAside = await readdir(join(directory, QUARANTINE));
    let quarantined = setAside.filter((name) => name.endsWith(FRAME_SUFFIX)).length;
    let last = names.length === 0 ? await storeOffset() : 0;
    const segments: Segment[] = [];
    for (const name of names) {
      const recovered = await recoverSegment(options, name);
      quarantined += recovered.quarantined;
      last = Math.max(last, recovered.segment.lastOffset);
      segments.push(recovered.segment);
    }
    // An empty newest file only carries the offsets; older empty ones carry nothing.
    const journal = new Journal(options, [], last + 1, quarantined);
    for (const segment of segments) {
      if (segment.frames.length > 0) journal.#sealed.push(segment);
      else if (segment !== segments.at(-1)) await unlink(segment.path);
    }
    await journal.#checkFreeDisk();
    return journal;
  }

  /** The number of the next record. */
  next(): number {
    return this.#next++;
  }

  /** Everything up to this offset is on disk. */
  get durableOffset(): number {
    return this.#durableOffset;
  }

  /** The store has everything up to this offset. */
  get loadedThrough(): number {
    const first = this.#sealed[0]?.frames[0]?.firstOffset ?? this.#open?.frames[0]?.firstOffset;
    return first === undefined ? this.#durableOffset : first - 1;
  }

  /** Throws JournalUnavailableError when what waits has reached its limit. */
  admit(): void {
    if (this.#bytes() > this.#bytesAllowed) {
      throw new JournalUnavailableError(
        "The store is behind and the journal is full. Send the same data again later; nothing is lost meanwhile.",
      );
    }
  }

  /**
   * Appends frames and waits until they are on disk. One call at a time. Throws JournalUnavailableError when they
   * cannot be written; nothing of them counts then, and their offsets are not used again.
   */
  async append(frames: readonly Frame[]): Promise<void> {
    this.#appending = true;
    try {
      const segment = this.#open ?? (await this.#openSegment(frames));
      const parts = frames.flatMap((frame) => [encodeHeader(frame), frame.block]);
      const sizeBytes = parts.reduce((sum, part) => sum + part.length, 0);
      await this.#write(segment, parts, sizeBytes);
      this.#record(segment, frames, sizeBytes);
    } finally {
      this.#appending = false;
      this.#sealWhenDue();
    }
  }

  async #openSegment(frames: readonly Frame[]): Promise<Segment> {
    const firstOffset = Math.min(...frames.map((frame) => frame.firstOffset));
    const name = `${String(firstOffset).padStart(16, "0")}.seg`;
    const path = join(this.#options.directory, name);
    try {
      this.#file = await open(path, "w", 0o600);
      await syncDirectory(this.#options.directory);
    } catch (error) {
      throw this.#unavailable("The journal cannot open a file", error);
    }
    const openedAtMs = this.#options.clock.nowMs();
    this.#open = { name, path, frames: [], openedAtMs, lastOffset: firstOffset - 1, rows: 0, durableBytes: 0 };
    return this.#open;
  }

  async #write(segment: Segment, parts: Uint8Array[], sizeBytes: number): Promise<void> {
    const file = this.#file as FileHandle;
    try {
      const { bytesWritten } = await file.writev(parts, segment.durableBytes);
      if (bytesWritten !== sizeBytes) throw new Error(`wrote ${bytesWritten} of ${sizeBytes} bytes`);
      await file.datasync();
    } catch (error) {
      await this.#giveUpSegment(segment);
      throw this.#unavailable("The journal cannot be written", error);
    }
  }

  /** After a failed write nobody knows what lies behind the last good frame: cut it off and go on in a new file. */
  async #giveUpSegment(segment: Segment): Promise<void> {
    const file = this.#file as FileHandle;
    try {
      await file.truncate(segment.durableBytes);
      await file.datasync();
    } catch (error) {
      this.#options.log("warn", "A journal segment could not be cut back; its torn end is dropped when it is read", {
        segment: segment.name,
        error: String(error),
      });
    }
    await this.#seal();
  }

  #record(segment: Segment, frames: readonly Frame[], sizeBytes: number): void {
    let at = segment.durableBytes;
    for (const frame of frames) {
      const { table, schemaVersion, rows, firstOffset, lastOffset, block } = frame;
      segment.frames.push({
        table,
        schemaVersion,
        rows,
        firstOffset,
        lastOffset,
        blockBytes: block.length,
        blockCrc: 0,
        at,
      });
      at += FRAME_HEADER_BYTES + block.length;
      segment.rows += rows;
      segment.lastOffset = Math.max(segment.lastOffset, lastOffset);
      this.#rate.rows += rows;
    }
    segment.durableBytes += sizeBytes;
    this.#durableOffset = Math.max(this.#durableOffset, segment.lastOffset);
  }

  #sealWhenDue(): void {
    const segment = this.#open;
    if (segment === undefined) return;
    const { segmentBytes, segmentRows } = this.#options;
    if (this.#sealWanted || segment.durableBytes >= segmentBytes || segment.rows >= segmentRows) {
      this.seal();
      return;
    }
    if (this.#sealTimer === undefined) {
      this.#sealTimer = setTimeout(() => {
        this.#sealTimer = undefined;
        this.seal();
      }, this.#sealAgeMs());
    }
  }

  #sealAgeMs(): number {
    const now = this.#options.clock.nowMs();
    const elapsedMs = now - this.#rate.since;
    if (elapsedMs > 1000) this.#rate = { since: now, rows: 0, perS: (this.#rate.rows * 1000) / elapsedMs };
    const isBusy = this.#rate.perS > this.#options.busyRowsPerS;
    return isBusy ? this.#options.segmentAgeBusyMs : this.#options.segmentAgeCalmMs;
  }

  /** Seals the open segment as soon as no write is under way: a reader waits, or the process ends. */
  seal(): void {
    if (this.#open === undefined) return;
    if (this.#appending) {
      this.#sealWanted = true;
      return;
    }
    this.#seal().catch((error: unknown) => {
      this.#options.log("warn", "A journal segment was not closed cleanly", { error: String(error) });
    });
  }

  async #seal(): Promise<void> {
    const segment = this.#open;
    if (segment === undefined) return;
    const file = this.#file;
    this.#open = undefined;
    this.#file = undefined;
    this.#sealWanted = false;
    clearTimeout(this.#sealTimer);
    this.#sealTimer = undefined;
    if (segment.frames.length > 0) {
      this.#sealed.push(segment);
      this.#options.onSealed();
    }
    await file?.close();
    await this.#checkFreeDisk();
  }

  /** The segments that wait to be loaded, oldest first. */
  sealed(): readonly SealedSegment[] {
    return this.#sealed.map(({ name, frames, lastOffset, durableBytes }) => ({
      name,
      frames,
      lastOffset,
      sizeBytes: durableBytes,
    }));
  }

  /** The blocks of a sealed segment's frames. */
  async readBlocks(segment: SealedSegment, frames: readonly FramePlace[]): Promise<Uint8Array[]> {
    const bytes = await readFile(join(this.#options.directory, segment.name));
    return frames.map(({ at, blockBytes }) =>
      bytes.subarray(at + FRAME_HEADER_BYTES, at + FRAME_HEADER_BYTES + blockBytes),
    );
  }

  /**
   * The blocks of a table that wait to be loaded and may hold records from `fromOffset` to `toOffset`, oldest first:
   * what a reader of the store does not see yet.
   */
  async unloaded(table: number, fromOffset: number, toOffset: number): Promise<Uint8Array[]> {
    const blocks: Uint8Array[] = [];
    const segments = this.#open === undefined ? this.#sealed : [...this.#sealed, this.#open];
    for (const segment of [...segments]) {
      const wanted = segment.frames.filter(
        (frame) => frame.table === table && frame.lastOffset >= fromOffset && frame.firstOffset <= toOffset,
      );
      if (wanted.length === 0) continue;
      const file = await openIfThere(segment.path);
      if (file === undefined) continue;
      try {
        for (const { at, blockBytes } of wanted) {
          const block = Buffer.allocUnsafe(blockBytes);
          await file.read(block, 0, blockBytes, at + FRAME_HEADER_BYTES);
          blocks.push(block);
        }
      } finally {
        await file.close();
      }
    }
    return blocks;
  }

  /** The store has the segment: deletes it. */
  async remove(name: string): Promise<void> {
    const index = this.#sealed.findIndex((segment) => segment.name === name);
    const segment = this.#sealed[index];
    if (segment === undefined) return;
    if (this.#open === undefined && this.#sealed.length === 1) await this.#carryOffsets();
    this.#sealed.splice(this.#sealed.indexOf(segment), 1);
    await unlink(segment.path);
  }

  /** Leaves an empty file whose name is the next offset, so that numbers are never given twice. */
  async #carryOffsets(): Promise<void> {
    const name = `${String(this.#next).padStart(16, "0")}.seg`;
    const file = await open(join(this.#options.directory, name), "a", 0o600);
    await file.close();
    await syncDirectory(this.#options.directory);
    for (const other of await readdir(this.#options.directory)) {
      if (NAME.test(other) && other < name && !this.#isWaiting(other))
        await unlink(join(this.#options.directory, other));
    }
  }

  #isWaiting(name: string): boolean {
    return this.#open?.name === name || this.#sealed.some((segment) => segment.name === name);
  }

  /** Sets a frame that can never be loaded aside, with the reason; loading goes on behind it. */
  async quarantine(segment: SealedSegment, frame: FramePlace, reason: string): Promise<void> {
    const bytes = await readFile(join(this.#options.directory, segment.name));
    const end = frame.at + FRAME_HEADER_BYTES + frame.blockBytes;
    await quarantineBytes(this.#options, segment.name, frame.at, bytes.subarray(frame.at, end), reason);
    this.#quarantined++;
  }

  stats(): JournalStats {
    const oldest = this.#sealed[0] ?? this.#open;
    return {
      segments: this.#sealed.length + (this.#open === undefined ? 0 : 1),
      bytes: this.#bytes(),
      oldestMs: oldest === undefined ? 0 : Math.max(0, this.#options.clock.nowMs() - oldest.openedAtMs),
      quarantined: this.#quarantined,
    };
  }

  /** Seals what is open; frames on disk stay for the next start. */
  async close(): Promise<void> {
    clearTimeout(this.#sealTimer);
    this.#sealTimer = undefined;
    await this.#seal();
  }

  #bytes(): number {
    let sum = this.#open?.durableBytes ?? 0;
    for (const segment of this.#sealed) sum += segment.durableBytes;
    return sum;
  }

  async #checkFreeDisk(): Promise<void> {
    const now = this.#options.clock.nowMs();
    if (now - this.#freeCheckedAtMs < FREE_DISK_CHECK_MS) return;
    this.#freeCheckedAtMs = now;
    const { bavail, bsize } = await statfs(this.#options.directory);
    const free = bavail * bsize + this.#bytes();
    this.#bytesAllowed = Math.min(this.#options.bytesMax, free * this.#options.shareOfFreeDisk);
  }

  #unavailable(message: string, cause: unknown): JournalUnavailableError {
    this.#options.log("error", message, { error: String(cause) });
    const reason = cause instanceof Error ? cause.message : String(cause);
    return new JournalUnavailableError(`${message} (${reason}). Send the same data again later.`);
  }
}

async function recoverSegment(
  options: JournalOptions,
  name: string,
): Promise<{ segment: Segment; quarantined: number }> {
  const path = join(options.directory, name);
  const bytes = await readFile(path);
  const scan = scanSegment(bytes);
  if (scan.end < bytes.length) {
    options.log("warn", "A torn last frame was dropped: it was never acknowledged", {
      segment: name,
      bytes: bytes.length - scan.end,
    });
  }
  for (const { start, end, reason } of scan.damaged) {
    await quarantineBytes(options, name, start, bytes.subarray(start, end), reason);
  }
  const firstOffset = Number((NAME.exec(name) as RegExpExecArray)[1]);
  const segment: Segment = {
    name,
    path,
    frames: [...scan.frames],
    openedAtMs: options.clock.nowMs(),
    lastOffset: scan.frames.reduce((last, frame) => Math.max(last, frame.lastOffset), firstOffset - 1),
    rows: scan.frames.reduce((sum, frame) => sum + frame.rows, 0),
    durableBytes: scan.end,
  };
  return { segment, quarantined: scan.damaged.length };
}

async function quarantineBytes(
  options: JournalOptions,
  segment: string,
  at: number,
  bytes: Uint8Array,
  reason: string,
): Promise<void> {
  const name = `${segment.replace(".seg", "")}-${at}`;
  const directory = join(options.directory, QUARANTINE);
  await writeFile(join(directory, `${name}${FRAME_SUFFIX}`), bytes, { mode: 0o600 });
  await writeFile(join(directory, `${name}.txt`), `${reason}\n`, { mode: 0o600 });
  options.log("error", "A frame of the journal was set aside: see `talea doctor`", { frame: name, reason });
}

async function openIfThere(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, "r");
  } catch (error) {
    // Loaded and deleted since the list was made: the store has it.
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
