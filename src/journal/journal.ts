// The write-ahead log. A record is acknowledged when the frame that holds it lies on disk (fdatasync) and not before.
//
//   journal/<first offset>.seg    frames; the newest is open, the others are sealed and wait to be loaded
//   journal/<next offset>.next    one file, renamed when the last segment goes: numbers are never given twice. It holds
//                                 the node's id, which tells its segments from those of other nodes of one store
//   journal/quarantine/           frames that could not be read or that the store refuses for good
//
// A segment is deleted when the store has it.
//
// After a failed write nobody knows what lies behind the last good frame. The segment is cut back to it and given up,
// and writing goes on in a new file. Until it is cut back nothing is taken in: a whole frame behind the cut would be
// found at the next start, although its sender was told to send it again.

import { randomBytes } from "node:crypto";
import type { FileHandle } from "node:fs/promises";
import { dirname, join } from "node:path";
import { crc32c } from "../base/crc32c.ts";
import type { Clock } from "../base/time.ts";
import { encodeHeader, FRAME_HEADER_BYTES, type Frame, type FramePlace, isIntact } from "./frame.ts";
import {
  carrierName,
  isMissing,
  type JournalFiles,
  listJournal,
  offsetOf,
  realFiles,
  segmentName,
  syncDirectory,
  writeWhole,
} from "./journal-files.ts";
import { QUARANTINE, Quarantine } from "./quarantine.ts";
import { bytesOf, planRetry, type RetriedSegment } from "./quarantine-retry.ts";
import { readRanges, recoverSegment, type SealedSegment, type Segment } from "./segment.ts";

export type { Frame, FramePlace } from "./frame.ts";
export type { SealedSegment } from "./segment.ts";

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
  readonly files?: JournalFiles;
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
  /** What may wait on disk. */
  readonly bytesAllowed: number;
}

/** What became of the frames that were set aside when they were to be tried again. */
export interface RetriedFrames {
  /** They wait for the store. */
  readonly retried: number;
  /** They stay aside for now: records beside them are being loaded. */
  readonly later: number;
  /** They stay aside. */
  readonly unreadable: number;
}

/** So many segments that wait to be loaded give the loader enough to do. */
const SEALED_ENOUGH = 2;
const FREE_DISK_CHECK_MS = 5_000;
/** A reader that wants more than this of what waits is refused: it would be held in memory at once. */
const UNLOADED_BYTES_MAX = 128 * 1024 * 1024;
const NODE_ID_BYTES = 6;
const NODE_ID = /^[0-9a-f]{12}$/;

/** An end that a failed write left and that could not be cut off yet. */
interface TornEnd {
  readonly path: string;
  readonly keepBytes: number;
}

export class Journal {
  readonly #options: JournalOptions;
  readonly #files: JournalFiles;
  readonly #quarantine: Quarantine;
  readonly #sealed: Segment[];
  readonly #node: string;
  #carrier: string;
  #open: Segment | undefined;
  #file: FileHandle | undefined;
  #torn: TornEnd | undefined;
  #next: number;
  #durableOffset: number;
  #sealTimer: NodeJS.Timeout | undefined;
  #bytesAllowed: number;
  #freeCheckedAtMs = Number.NEGATIVE_INFINITY;
  #appending = false;
  #sealWanted = false;
  #retrying: Promise<unknown> = Promise.resolve();
  #rate = { since: 0, rows: 0, perS: 0 };

  private constructor(options: JournalOptions, quarantine: Quarantine, found: Found) {
    this.#options = options;
    this.#files = options.files ?? realFiles;
    this.#quarantine = quarantine;
    this.#sealed = found.segments;
    this.#node = found.node;
    this.#carrier = found.carrier;
    this.#next = found.next;
    this.#durableOffset = found.next - 1;
    this.#bytesAllowed = options.bytesMax;
  }

  /**
   * Opens a journal and recovers it: a torn last frame is dropped, damaged frames go to quarantine, every other frame
   * waits to be loaded. `storeOffset` tells the highest offset in the store.
   */
  static async open(options: JournalOptions, storeOffset: () => Promise<number>): Promise<Journal> {
    const { directory, files = realFiles } = options;
    await files.mkdir(directory, { recursive: true, mode: 0o700 });
    const quarantine = await Quarantine.open(files, directory);
    for (const parent of [directory, dirname(directory)]) await syncDirectory(files, parent);
    const journal = new Journal(options, quarantine, await recover(options, files, await storeOffset()));
    for (const segment of journal.#sealed) {
      await journal.#setDamagedAside(segment).catch((error: unknown) => {
        options.log("error", "A damaged stretch of the journal cannot be set aside yet", { error: String(error) });
      });
    }
    for (const segment of [...journal.#sealed]) {
      if (segment.frames.length === 0 && segment.damaged.length === 0) await journal.remove(segment.name);
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
    for (const { frames } of this.#waiting()) if (frames[0] !== undefined) return frames[0].firstOffset - 1;
    return this.#durableOffset;
  }

  /** What the store does not have, oldest first. */
  #waiting(): readonly Segment[] {
    return this.#open === undefined ? this.#sealed : [...this.#sealed, this.#open];
  }

  /** Throws JournalUnavailableError when what waits has reached its limit. */
  admit(): void {
    if (this.#bytes() <= this.#bytesAllowed) return;
    // Space may have become free since: nothing else would notice while nothing is taken in.
    void this.#checkFreeDisk();
    throw new JournalUnavailableError(
      "The store is behind and the journal is full. Send the same data again later; nothing is lost meanwhile.",
    );
  }

  /**
   * Appends frames and waits until they are on disk. One call at a time. Throws JournalUnavailableError when they
   * cannot be written; nothing of them counts then, and their offsets are not used again.
   */
  async append(frames: readonly Frame[]): Promise<void> {
    this.#appending = true;
    try {
      if (this.#torn !== undefined) await this.#cutOff(this.#torn);
      const segment = this.#open ?? (await this.#openSegment(frames));
      const crcs = frames.map(({ block }) => crc32c(block));
      const parts = frames.flatMap((frame, i) => [encodeHeader(frame, crcs[i] as number), frame.block]);
      const sizeBytes = parts.reduce((sum, part) => sum + part.length, 0);
      await this.#write(segment, parts, sizeBytes);
      this.#record(segment, frames, crcs);
    } finally {
      this.#appending = false;
      this.#sealWhenDue();
    }
  }

  async #openSegment(frames: readonly Frame[]): Promise<Segment> {
    const firstOffset = Math.min(...frames.map((frame) => frame.firstOffset));
    const name = segmentName(firstOffset);
    const path = join(this.#options.directory, name);
    let file: FileHandle | undefined;
    try {
      file = await this.#files.open(path, "wx", 0o600);
      await syncDirectory(this.#files, this.#options.directory);
    } catch (error) {
      await file?.close().catch(() => undefined);
      if (file !== undefined) await this.#delete(path);
      throw this.#unavailable("The journal cannot open a file", error);
    }
    this.#file = file;
    this.#open = {
      ...{ name, path, frames: [], damaged: [], isRecovered: false, openedAtMs: this.#options.clock.nowMs() },
      ...{ lastOffset: firstOffset - 1, rows: 0, durableBytes: 0 },
    };
    return this.#open;
  }

  async #write(segment: Segment, parts: Uint8Array[], sizeBytes: number): Promise<void> {
    const file = this.#file as FileHandle;
    try {
      const { bytesWritten } = await file.writev(parts, segment.durableBytes);
      if (bytesWritten !== sizeBytes) throw new Error(`wrote ${bytesWritten} of ${sizeBytes} bytes`);
      await file.datasync();
    } catch (error) {
      await this.#giveUp(segment);
      throw this.#unavailable("The journal cannot be written", error);
    }
  }

  async #giveUp({ path, durableBytes }: Segment): Promise<void> {
    const torn: TornEnd = { path, keepBytes: durableBytes };
    this.#torn = torn;
    await this.#seal();
    await this.#cutOff(torn).catch((error: unknown) => {
      this.#options.log("error", "A failed write could not be taken back; nothing is taken in before it is", {
        error: String(error),
      });
    });
  }

  /** Throws JournalUnavailableError when it cannot be done; it is tried again before the next write. */
  async #cutOff(torn: TornEnd): Promise<void> {
    try {
      if (torn.keepBytes === 0) await this.#files.unlink(torn.path);
      else await this.#truncate(torn);
    } catch (error) {
      // Loaded and deleted meanwhile.
      if (!isMissing(error)) throw this.#unavailable("A failed write cannot be taken back", error);
    }
    if (this.#torn === torn) this.#torn = undefined;
  }

  async #truncate({ path, keepBytes }: TornEnd): Promise<void> {
    const file = await this.#files.open(path, "r+");
    try {
      await file.truncate(keepBytes);
      await file.datasync();
    } finally {
      await file.close();
    }
  }

  #record(segment: Segment, frames: readonly Frame[], crcs: readonly number[]): void {
    for (const [i, { block, ...header }] of frames.entries()) {
      segment.frames.push({
        ...{ table: header.table, schemaVersion: header.schemaVersion, rows: header.rows },
        ...{ firstOffset: header.firstOffset, lastOffset: header.lastOffset },
        ...{ blockBytes: block.length, blockCrc: crcs[i] as number, at: segment.durableBytes },
      });
      segment.durableBytes += FRAME_HEADER_BYTES + block.length;
      segment.rows += header.rows;
      segment.lastOffset = Math.max(segment.lastOffset, header.lastOffset);
      this.#rate.rows += header.rows;
    }
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
    if (this.#sealTimer === undefined) this.#sealLater();
  }

  /** While others wait for a store that is behind, the open segment grows instead: few large ones are loaded faster. */
  #sealLater(): void {
    this.#sealTimer = setTimeout(() => {
      this.#sealTimer = undefined;
      if (this.#sealed.length >= SEALED_ENOUGH) this.#sealLater();
      else this.seal();
    }, this.#sealAgeMs()).unref();
  }

  #sealAgeMs(): number {
    const now = this.#options.clock.nowMs();
    const elapsedMs = now - this.#rate.since;
    if (elapsedMs > 1000 || elapsedMs < 0) {
      this.#rate = { since: now, rows: 0, perS: (this.#rate.rows * 1000) / Math.max(elapsedMs, 1000) };
    }
    const isBusy = this.#rate.perS > this.#options.busyRowsPerS;
    return isBusy ? this.#options.segmentAgeBusyMs : this.#options.segmentAgeCalmMs;
  }

  /** Seals the open segment as soon as no write is under way: a reader waits, or the process ends. */
  seal(): void {
    if (this.#open === undefined) return;
    if (this.#appending) this.#sealWanted = true;
    else void this.#seal();
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
    await file?.close().catch((error: unknown) => {
      this.#options.log("warn", "A journal segment was not closed cleanly", { error: String(error) });
    });
    await this.#checkFreeDisk();
  }

  /** The segments that wait to be loaded, oldest first. */
  sealed(): readonly SealedSegment[] {
    return this.#sealed.map((segment) => this.#sealedSegment(segment));
  }

  #sealedSegment({ name, frames, lastOffset, durableBytes, isRecovered }: Segment): SealedSegment {
    return { name, token: `${this.#node}/${name}`, frames, lastOffset, sizeBytes: durableBytes, isRecovered };
  }

  /** The blocks of a sealed segment's frames. Throws when its file is not what it was. */
  async readBlocks(segment: SealedSegment, frames: readonly FramePlace[]): Promise<Uint8Array[]> {
    return readRanges(this.#files, join(this.#options.directory, segment.name), frames.map(blockRange));
  }

  /**
   * The blocks of a table that wait to be loaded and may hold records from `fromOffset` to `toOffset`, oldest first:
   * what a reader of the store does not see yet. Throws JournalUnavailableError when that is more than can be held.
   */
  async unloaded(table: number, fromOffset: number, toOffset: number): Promise<Uint8Array[]> {
    const wanted = this.#waiting().map(({ path, frames }) => {
      const inRange = frames.filter(
        (frame) => frame.table === table && frame.lastOffset >= fromOffset && frame.firstOffset <= toOffset,
      );
      return { path, ranges: inRange.map(blockRange) };
    });
    const sizeBytes = wanted.flatMap(({ ranges }) => ranges).reduce((sum, { start, end }) => sum + end - start, 0);
    if (sizeBytes > UNLOADED_BYTES_MAX) {
      throw new JournalUnavailableError("The store is too far behind to answer this. Ask again later.");
    }
    const blocks: Uint8Array[] = [];
    for (const { path, ranges } of wanted) {
      if (ranges.length === 0) continue;
      try {
        blocks.push(...(await readRanges(this.#files, path, ranges)));
      } catch (error) {
        // Loaded and deleted since the list was made: the store has it.
        if (!isMissing(error)) throw error;
      }
    }
    return blocks;
  }

  /** The store has the segment: deletes it. Throws when what is damaged in it cannot be set aside, or a name be made. */
  async remove(name: string): Promise<void> {
    const segment = this.#sealed.find((candidate) => candidate.name === name);
    if (segment === undefined) return;
    await this.#setDamagedAside(segment);
    if (this.#open === undefined && this.#sealed.length === 1) await this.#carryOffsets();
    this.#sealed.splice(this.#sealed.indexOf(segment), 1);
    await this.#delete(segment.path);
  }

  /** The name of one file says which number comes next, so that numbers are never given twice. */
  async #carryOffsets(): Promise<void> {
    const { directory } = this.#options;
    const name = carrierName(this.#next);
    if (name === this.#carrier) return;
    await this.#files.rename(join(directory, this.#carrier), join(directory, name));
    this.#carrier = name;
    await syncDirectory(this.#files, directory);
  }

  /** What stays on disk is found at the next start, and loaded again to no effect. */
  async #delete(path: string): Promise<void> {
    await this.#files.unlink(path).catch((error: unknown) => {
      if (!isMissing(error)) this.#options.log("warn", "A file of the journal stays", { path, error: String(error) });
    });
  }

  /** Sets a frame that can never be loaded aside, with the reason; loading goes on behind it. */
  async quarantine(segment: SealedSegment, frame: FramePlace, reason: string): Promise<void> {
    const end = blockRange(frame).end;
    const path = join(this.#options.directory, segment.name);
    const [bytes] = (await readRanges(this.#files, path, [{ start: frame.at, end }])) as [Buffer];
    const why = isIntact(bytes.subarray(FRAME_HEADER_BYTES), frame) ? reason : "the block does not match its checksum";
    await this.#setAside(segment.name, frame.at, bytes, why);
  }

  /**
   * Puts what was set aside back in line for the store; see quarantine-retry.ts. `announce` is called with each segment
   * before it can be loaded. Throws JournalUnavailableError when the disk does not take it; what was set aside stays
   * then.
   */
  retryQuarantined(announce: (segment: SealedSegment) => Promise<void>): Promise<RetriedFrames> {
    const retry = this.#retrying.then(() => this.#retryQuarantined(announce));
    this.#retrying = retry.catch(() => undefined);
    return retry;
  }

  async #retryQuarantined(announce: (segment: SealedSegment) => Promise<void>): Promise<RetriedFrames> {
    const { segments, unreadable } = await planRetry(this.#quarantine);
    let retried = 0;
    let later = 0;
    for (const planned of segments) {
      if (await this.#isNameTaken(planned.name)) {
        later += planned.frames;
        continue;
      }
      const segment = await this.#makeAgain(planned);
      try {
        // First out of the quarantine: if the store refuses it again, it comes back under the name that it has there.
        for (const name of planned.sources) await this.#quarantine.forget(name);
        await announce(this.#sealedSegment(segment));
      } finally {
        this.#sealed.push(segment);
        this.#sealed.sort((a, b) => (a.name < b.name ? -1 : 1));
        this.#options.onSealed();
      }
      retried += planned.frames;
    }
    return { retried, later, unreadable };
  }

  /** Also a segment that could not be read at the start keeps its name. */
  async #isNameTaken(name: string): Promise<boolean> {
    if (this.#waiting().some((waiting) => waiting.name === name)) return true;
    try {
      await this.#files.stat(join(this.#options.directory, name));
      return true;
    } catch (error) {
      if (!isMissing(error)) throw error;
      return false;
    }
  }

  async #makeAgain(planned: RetriedSegment): Promise<Segment> {
    const { directory, clock } = this.#options;
    try {
      const bytes = await bytesOf(planned, this.#quarantine);
      await writeWhole(this.#files, directory, join(directory, planned.name), bytes);
      return (await recoverSegment(this.#files, directory, planned.name, clock.nowMs())).segment;
    } catch (error) {
      throw this.#unavailable("What was set aside cannot be put back in line", error);
    }
  }

  /** Sets the whole file of a segment aside, because it cannot be read; loading goes on behind it. */
  async setSegmentAside(name: string, reason: string): Promise<void> {
    const segment = this.#sealed.find((candidate) => candidate.name === name);
    if (segment === undefined) return;
    await this.#quarantine.move(segment.path, name, reason);
    this.#options.log("error", "A segment of the journal was set aside: see `talea doctor`", { segment: name, reason });
    segment.damaged = [];
    await this.remove(name);
  }

  async #setDamagedAside(segment: Segment): Promise<void> {
    if (segment.damaged.length === 0) return;
    const read = await readRanges(this.#files, segment.path, segment.damaged);
    for (const [i, { start, reason }] of segment.damaged.entries()) {
      await this.#setAside(segment.name, start, read[i] as Buffer, reason);
    }
    segment.damaged = [];
  }

  async #setAside(segment: string, at: number, bytes: Uint8Array, reason: string): Promise<void> {
    if (!(await this.#quarantine.put(segment, at, bytes, reason))) return;
    this.#options.log("error", "A frame of the journal was set aside: see `talea doctor`", { segment, at, reason });
  }

  stats(): JournalStats {
    const waiting = this.#waiting();
    const oldest = waiting[0];
    return {
      segments: waiting.length,
      bytes: this.#bytes(),
      oldestMs: oldest === undefined ? 0 : Math.max(0, this.#options.clock.nowMs() - oldest.openedAtMs),
      quarantined: this.#quarantine.count,
      bytesAllowed: Math.floor(this.#bytesAllowed),
    };
  }

  /** Seals what is open; frames on disk stay for the next start. */
  async close(): Promise<void> {
    clearTimeout(this.#sealTimer);
    this.#sealTimer = undefined;
    await this.#seal();
  }

  #bytes(): number {
    return this.#waiting().reduce((sum, { durableBytes }) => sum + durableBytes, 0);
  }

  async #checkFreeDisk(): Promise<void> {
    const now = this.#options.clock.nowMs();
    if (Math.abs(now - this.#freeCheckedAtMs) < FREE_DISK_CHECK_MS) return;
    this.#freeCheckedAtMs = now;
    try {
      const { bavail, bsize } = await this.#files.statfs(this.#options.directory);
      const free = bavail * bsize + this.#bytes();
      this.#bytesAllowed = Math.min(this.#options.bytesMax, free * this.#options.shareOfFreeDisk);
    } catch (error) {
      this.#options.log("warn", "The free disk space is not known", { error: String(error) });
    }
  }

  #unavailable(message: string, cause: unknown): JournalUnavailableError {
    if (cause instanceof JournalUnavailableError) return cause;
    this.#options.log("error", message, { error: String(cause) });
    const reason = cause instanceof Error ? cause.message : String(cause);
    return new JournalUnavailableError(`${message} (${reason}). Send the same data again later.`);
  }
}

function blockRange({ at, blockBytes }: FramePlace): { start: number; end: number } {
  const start = at + FRAME_HEADER_BYTES;
  return { start, end: start + blockBytes };
}

/** What a start finds. */
interface Found {
  readonly segments: Segment[];
  readonly node: string;
  readonly carrier: string;
  readonly next: number;
}

async function recover(options: JournalOptions, files: JournalFiles, storeOffset: number): Promise<Found> {
  const { directory, log, clock } = options;
  const listing = await listJournal(files, directory, new Set([QUARANTINE]));
  for (const name of listing.unfinished) await files.unlink(join(directory, name));
  if (listing.foreign.length > 0) {
    log("warn", "The journal's folder holds what is not the journal's; it is left alone", { names: listing.foreign });
  }
  let last = listing.carriers.reduce((max, name) => Math.max(max, offsetOf(name) - 1), storeOffset);
  const segments: Segment[] = [];
  for (const name of listing.segments) {
    const recovered = await recoverSegment(files, directory, name, clock.nowMs()).catch(async (error: unknown) => {
      const details = { segment: name, error: String(error) };
      log("error", "A segment of the journal cannot be read; it is tried again at the next start", details);
      last = Math.max(last, offsetOf(name) + (await files.stat(join(directory, name))).size);
    });
    if (recovered === undefined) continue;
    const { segment, offsetMax, tornBytes } = recovered;
    if (tornBytes > 0) {
      log("warn", "A torn last frame was dropped: it was never acknowledged", { segment: name, bytes: tornBytes });
    }
    last = Math.max(last, offsetMax);
    segments.push(segment);
  }
  const { node, carrier } = await openCarrier(files, directory, listing.carriers, last + 1);
  return { segments, node, carrier, next: last + 1 };
}

/** Brings the file that carries the offsets up to date, or makes the first one. */
async function openCarrier(
  files: JournalFiles,
  directory: string,
  carriers: readonly string[],
  next: number,
): Promise<{ node: string; carrier: string }> {
  const carrier = carrierName(next);
  const newest = carriers.at(-1);
  const content = newest === undefined ? "" : await files.readFile(join(directory, newest), "utf8");
  const node = NODE_ID.test(content) ? content : randomBytes(NODE_ID_BYTES).toString("hex");
  if (newest === undefined || node !== content) await writeWhole(files, directory, join(directory, carrier), node);
  else if (newest !== carrier) await files.rename(join(directory, newest), join(directory, carrier));
  await syncDirectory(files, directory);
  const renamed = node === content ? newest : undefined;
  for (const other of carriers) {
    if (other !== carrier && other !== renamed) await files.unlink(join(directory, other));
  }
  return { node, carrier };
}
