import assert from "node:assert/strict";
import { test } from "node:test";
import { textFrame, textOf } from "../../test/support/durability-journal.ts";
import { Dice } from "../../test/support/durability-random.ts";
import { crc32c } from "../base/crc32c.ts";
import { decodeHeader, encodeHeader, FRAME_HEADER_BYTES, type Frame, isIntact, scanSegment } from "./frame.ts";

const FRAMES = [
  textFrame(1, "first", { rows: 3, table: 0 }),
  textFrame(4, "", { rows: 0 }),
  textFrame(4, "TLF1 stands in the text, and \u0000\u00ff", { rows: 2, table: 5, schemaVersion: 0x1234 }),
  textFrame(2 ** 52, "far", { rows: 1 }),
];

const encode = (frames: readonly Frame[]): Buffer =>
  Buffer.concat(frames.flatMap((frame) => [encodeHeader(frame, crc32c(frame.block)), frame.block]));
const SEGMENT = encode(FRAMES);
/** Where each frame begins and, last, where the segment ends. */
const BORDERS = [0];
for (const { block } of FRAMES) BORDERS.push((BORDERS.at(-1) as number) + FRAME_HEADER_BYTES + block.length);
const firstOffsets = (bytes: Uint8Array): number[] => scanSegment(bytes).frames.map(({ firstOffset }) => firstOffset);

test("a header tells what was written into it", () => {
  for (const frame of FRAMES) {
    const { block, ...fields } = frame;
    const header = decodeHeader(encodeHeader(frame, crc32c(block)), 0);
    assert.deepEqual(header, { ...fields, blockBytes: block.length, blockCrc: crc32c(block) });
    assert.ok(header !== undefined && isIntact(block, header));
  }
});

test("a whole segment is read frame by frame", () => {
  const { frames, damaged, end } = scanSegment(SEGMENT);
  assert.deepEqual(damaged, []);
  assert.equal(end, SEGMENT.length);
  assert.deepEqual(
    frames.map(({ at }) => at),
    BORDERS.slice(0, -1),
  );
  const blocks = frames.map(({ at, blockBytes }) =>
    textOf(SEGMENT.subarray(at + FRAME_HEADER_BYTES, at + FRAME_HEADER_BYTES + blockBytes)),
  );
  assert.deepEqual(blocks, ["first", "", "TLF1 stands in the text, and \u0000\u00ff", "far"]);
});

test("a segment that is cut at any byte keeps its whole frames, and nothing of it counts as damaged", () => {
  for (let length = 0; length <= SEGMENT.length; length++) {
    const { frames, damaged, end } = scanSegment(SEGMENT.subarray(0, length));
    const whole = BORDERS.filter((border) => border > 0 && border <= length).length;
    assert.equal(frames.length, whole, `cut at ${length}`);
    assert.deepEqual(damaged, [], `cut at ${length}`);
    assert.equal(end, BORDERS[whole], `cut at ${length}`);
  }
});

test("one flipped bit at any byte costs the frame that it lies in, and no other", () => {
  for (let at = 0; at < SEGMENT.length; at++) {
    const flipped = Buffer.from(SEGMENT);
    flipped[at] = (flipped[at] as number) ^ (1 << (at % 8));
    const hit = BORDERS.findLastIndex((border) => border <= at);
    const { frames, damaged, end } = scanSegment(flipped);
    const left = FRAMES.filter((_, i) => i !== hit).map(({ firstOffset }) => firstOffset);
    assert.deepEqual(
      frames.map(({ firstOffset }) => firstOffset),
      left,
      `byte ${at}`,
    );
    const [range] = damaged;
    assert.deepEqual([damaged.length, range?.start, range?.end], [1, BORDERS[hit], BORDERS[hit + 1]], `byte ${at}`);
    assert.equal(end, SEGMENT.length, `byte ${at}`);
  }
});

test("a damaged range tells the last offset in it when its header is whole", () => {
  const flipped = Buffer.from(SEGMENT);
  flipped[FRAME_HEADER_BYTES] = 0;
  assert.equal(scanSegment(flipped).damaged[0]?.lastOffset, 3);
});

test("space that was given but not written counts as torn", () => {
  const { frames, damaged, end } = scanSegment(Buffer.concat([SEGMENT, Buffer.alloc(4096)]));
  assert.deepEqual([frames.length, damaged.length, end], [FRAMES.length, 0, SEGMENT.length]);
});

test("what lies between frames is damaged, and the frames behind it are found", () => {
  const noise = Buffer.from("TLF1 and other things that are no header");
  const { damaged } = scanSegment(Buffer.concat([SEGMENT, noise, SEGMENT]));
  assert.deepEqual(
    damaged.map(({ start, end }) => [start, end]),
    [[SEGMENT.length, SEGMENT.length + noise.length]],
  );
  assert.equal(firstOffsets(Buffer.concat([SEGMENT, noise, SEGMENT])).length, 2 * FRAMES.length);
});

test("no bytes make the scan throw, and every byte is a frame, damaged or torn", () => {
  const dice = Dice.fromEnvironment();
  console.log(`seed ${dice.seed}`);
  for (let round = 0; round < 300; round++) {
    const bytes = Buffer.from(SEGMENT.subarray(0, dice.between(0, SEGMENT.length)));
    for (let i = dice.between(0, 20); i > 0 && bytes.length > 0; i--) {
      bytes[dice.between(0, bytes.length - 1)] = dice.between(0, 255);
    }
    const { frames, damaged, end } = scanSegment(bytes);
    const ranges = [
      ...frames.map(({ at, blockBytes }) => ({ start: at, end: at + FRAME_HEADER_BYTES + blockBytes })),
      ...damaged,
    ].sort((a, b) => a.start - b.start);
    let reached = 0;
    for (const range of ranges) {
      assert.equal(range.start, reached);
      reached = range.end;
    }
    assert.equal(reached, end);
  }
});
