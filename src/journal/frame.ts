// A frame: the rows of one table and one commit group, as one Native block.
//
//   0  u32  magic "TLF1"
//   4  u32  length of the block
//   8  u32  CRC-32C of the block
//  12  u8   table            (index into the list of journaled tables; the journal does not know what it means)
//  13  u8   0
//  14  u16  schema version   (which columns the block has)
//  16  u32  rows
//  20  u64  first offset
//  28  u64  last offset
//  36  u32  CRC-32C of bytes 0…35
//  40  …    the block
//
// A segment is frames one after another. The header has a checksum of its own, so that one damaged block costs one
// frame and reading goes on behind it; behind a damaged header reading goes on at the next magic with a good header.

import { ByteWriter } from "../base/byte-writer.ts";
import { crc32c } from "../base/crc32c.ts";

const MAGIC = 0x31464c54;
export const FRAME_HEADER_BYTES = 40;
const HEADER_CRC_AT = 36;

export interface FrameHeader {
  readonly table: number;
  readonly schemaVersion: number;
  readonly rows: number;
  readonly firstOffset: number;
  readonly lastOffset: number;
  readonly blockBytes: number;
  readonly blockCrc: number;
}

/** A frame on its way into the journal. */
export interface Frame {
  readonly table: number;
  readonly schemaVersion: number;
  readonly rows: number;
  readonly firstOffset: number;
  readonly lastOffset: number;
  readonly block: Uint8Array;
}

/** Where a frame lies in its segment. */
export interface FramePlace extends FrameHeader {
  /** Position of the header. */
  readonly at: number;
}

/** A stretch of a segment that cannot be read. */
export interface DamagedRange {
  readonly start: number;
  readonly end: number;
  readonly reason: string;
  /** The last offset in it, when its header says so. */
  readonly lastOffset?: number;
}

export interface SegmentScan {
  readonly frames: readonly FramePlace[];
  readonly damaged: readonly DamagedRange[];
  /** Where a torn last frame begins, or the segment's length: what lies behind was never acknowledged. */
  readonly end: number;
}

/** `blockCrc` is the CRC-32C of the frame's block. */
export function encodeHeader(frame: Frame, blockCrc: number): Uint8Array {
  const out = new ByteWriter(FRAME_HEADER_BYTES);
  out.u32(MAGIC);
  out.u32(frame.block.length);
  out.u32(blockCrc);
  out.u8(frame.table);
  out.u8(0);
  out.u8(frame.schemaVersion & 0xff);
  out.u8(frame.schemaVersion >>> 8);
  out.u32(frame.rows);
  out.u64FromNumber(frame.firstOffset);
  out.u64FromNumber(frame.lastOffset);
  out.u32(crc32c(out.bytes, 0, HEADER_CRC_AT));
  return out.written();
}

/** The header at `at`, or undefined when there is no good one. */
export function decodeHeader(bytes: Uint8Array, at: number): FrameHeader | undefined {
  if (at + FRAME_HEADER_BYTES > bytes.length) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, FRAME_HEADER_BYTES);
  if (view.getUint32(0, true) !== MAGIC) return undefined;
  if (view.getUint32(HEADER_CRC_AT, true) !== crc32c(bytes, at, at + HEADER_CRC_AT)) return undefined;
  return {
    blockBytes: view.getUint32(4, true),
    blockCrc: view.getUint32(8, true),
    table: view.getUint8(12),
    schemaVersion: view.getUint16(14, true),
    rows: view.getUint32(16, true),
    firstOffset: Number(view.getBigUint64(20, true)),
    lastOffset: Number(view.getBigUint64(28, true)),
  };
}

/** Whether a block is the one that its header speaks of. */
export function isIntact(block: Uint8Array, { blockBytes, blockCrc }: FrameHeader): boolean {
  return block.length === blockBytes && crc32c(block) === blockCrc;
}

/**
 * Reads a segment's headers and checks every block. Never throws: what cannot be read is told as damaged. Only an end
 * that is cut short, or that is all zeros, counts as torn: a write that ended early was never acknowledged, but a last
 * frame of full length that does not match its checksum may have been.
 */
export function scanSegment(bytes: Uint8Array): SegmentScan {
  const frames: FramePlace[] = [];
  const damaged: DamagedRange[] = [];
  let at = 0;
  while (at < bytes.length) {
    const header = decodeHeader(bytes, at);
    if (header === undefined) {
      const next = nextHeader(bytes, at + 1);
      if (next === undefined && isTornHeader(bytes, at)) return { frames, damaged, end: at };
      damaged.push({ start: at, end: next ?? bytes.length, reason: "no readable frame header" });
      at = next ?? bytes.length;
      continue;
    }
    const end = at + FRAME_HEADER_BYTES + header.blockBytes;
    if (end <= bytes.length && isIntact(bytes.subarray(at + FRAME_HEADER_BYTES, end), header)) {
      frames.push({ ...header, at });
      at = end;
      continue;
    }
    const next = isFrameOrEnd(bytes, end) ? end : nextHeader(bytes, at + FRAME_HEADER_BYTES);
    if (next === undefined && end > bytes.length) return { frames, damaged, end: at };
    const { lastOffset } = header;
    const reason = "the block does not match its checksum";
    damaged.push({ start: at, end: next ?? bytes.length, reason, lastOffset });
    at = next ?? bytes.length;
  }
  return { frames, damaged, end: at };
}

function isFrameOrEnd(bytes: Uint8Array, at: number): boolean {
  return at === bytes.length || decodeHeader(bytes, at) !== undefined;
}

/** Whether the rest of the segment is the beginning of a header, or space that was given but not written. */
function isTornHeader(bytes: Uint8Array, at: number): boolean {
  return bytes.length - at < FRAME_HEADER_BYTES || bytes.subarray(at).every((byte) => byte === 0);
}

function nextHeader(bytes: Uint8Array, from: number): number | undefined {
  const first = MAGIC & 0xff;
  for (let at = bytes.indexOf(first, from); at >= 0; at = bytes.indexOf(first, at + 1)) {
    if (decodeHeader(bytes, at) !== undefined) return at;
  }
  return undefined;
}
