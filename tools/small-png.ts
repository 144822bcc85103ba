// Makes pictures of the page small: a palette of 256 colours in place of three bytes a pixel. The colours that there is
// most of stay exactly as they are; rare ones, as edges of letters have them, become the nearest that stays.

import { crc32, deflateSync, inflateSync } from "node:zlib";

interface Pixels {
  readonly width: number;
  readonly height: number;
  /** 0xRRGGBB, row by row. */
  readonly colors: Uint32Array;
}

const SIGNATURE = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]);
const PALETTE_MAX = 256;
/** So many of the most frequent colours stay, however near to each other. */
const EXACT = 24;
const CHUNK_EXTRA = 12;
const RGB = 2;
const RGBA = 6;
const INDEXED = 3;

/** The picture as a PNG with a palette. Takes what browsers write: 8 bits a channel, not interlaced; alpha is dropped. */
export function smallPng(png: Buffer): Buffer {
  const { width, height, colors } = readPixels(png);
  const counts = new Map<number, number>();
  for (const color of colors) counts.set(color, (counts.get(color) ?? 0) + 1);
  const palette = paletteOf(counts);
  const indexOf = new Map([...counts.keys()].map((color) => [color, nearest(palette, color)] as const));
  const rows = Buffer.alloc(height * (width + 1));
  for (const [i, color] of colors.entries()) {
    rows[i + Math.floor(i / width) + 1] = indexOf.get(color) as number;
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, INDEXED], 8);
  const table = Buffer.from(palette.flatMap((color) => channels(color)));
  const packed = deflateSync(rows, { level: 9, memLevel: 9 });
  return Buffer.concat([
    SIGNATURE,
    chunk("IHDR", header),
    chunk("PLTE", table),
    chunk("IDAT", packed),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

/** The fewest colours to which all are near: as near as 256 allow. */
function paletteOf(counts: ReadonlyMap<number, number>): readonly number[] {
  const byCount = [...counts].sort(([, a], [, b]) => b - a).map(([color]) => color);
  for (let reach = 0; ; reach = reach * 1.5 + 4) {
    const palette: number[] = [];
    for (const color of byCount) {
      if (palette.length < EXACT || palette.every((other) => distance(other, color) > reach)) palette.push(color);
      if (palette.length > PALETTE_MAX) break;
    }
    if (palette.length <= PALETTE_MAX) return palette;
  }
}

function nearest(palette: readonly number[], color: number): number {
  let best = 0;
  for (let i = 1; i < palette.length; i++) {
    if (distance(palette[i] as number, color) < distance(palette[best] as number, color)) best = i;
  }
  return best;
}

function channels(color: number): [red: number, green: number, blue: number] {
  return [color >>> 16, (color >>> 8) & 255, color & 255];
}

/** Squared. */
function distance(one: number, other: number): number {
  const red = (one >>> 16) - (other >>> 16);
  const green = ((one >>> 8) & 255) - ((other >>> 8) & 255);
  const blue = (one & 255) - (other & 255);
  return red * red + green * green + blue * blue;
}

function chunk(type: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const whole = Buffer.alloc(data.length + CHUNK_EXTRA);
  whole.writeUInt32BE(data.length, 0);
  named.copy(whole, 4);
  whole.writeUInt32BE(crc32(named), named.length + 4);
  return whole;
}

function readPixels(png: Buffer): Pixels {
  const parts: Buffer[] = [];
  let header = Buffer.alloc(0);
  for (let at = SIGNATURE.length; at < png.length; ) {
    const length = png.readUInt32BE(at);
    const type = png.toString("latin1", at + 4, at + 8);
    const data = png.subarray(at + 8, at + 8 + length);
    if (type === "IHDR") header = Buffer.from(data);
    if (type === "IDAT") parts.push(data);
    at += length + CHUNK_EXTRA;
  }
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  const [depth, kind, , , interlace] = header.subarray(8);
  if (depth !== 8 || (kind !== RGB && kind !== RGBA) || interlace !== 0)
    throw new Error("Not a PNG as browsers write it");
  const bytes = kind === RGB ? 3 : 4;
  const rows = unfiltered(inflateSync(Buffer.concat(parts)), width * bytes, height, bytes);
  const colors = new Uint32Array(width * height);
  for (let i = 0; i < colors.length; i++) colors[i] = rows.readUIntBE(i * bytes, 3);
  return { width, height, colors };
}

/** Undoes PNG's filters: each byte was written as its difference from neighbours. */
function unfiltered(raw: Buffer, rowBytes: number, height: number, pixelBytes: number): Buffer {
  const rows = Buffer.alloc(rowBytes * height);
  for (let y = 0; y < height; y++) {
    const filter = raw[y * (rowBytes + 1)] as number;
    const to = y * rowBytes;
    for (let x = 0; x < rowBytes; x++) {
      const left = x < pixelBytes ? 0 : (rows[to + x - pixelBytes] as number);
      const above = y === 0 ? 0 : (rows[to + x - rowBytes] as number);
      const aboveLeft = y === 0 || x < pixelBytes ? 0 : (rows[to + x - rowBytes - pixelBytes] as number);
      const guess = [0, left, above, (left + above) >> 1, paeth(left, above, aboveLeft)][filter] as number;
      rows[to + x] = (raw[y * (rowBytes + 1) + 1 + x] as number) + guess;
    }
  }
  return rows;
}

/** PNG's guess: the neighbour that is nearest to left + above − above left. */
function paeth(left: number, above: number, aboveLeft: number): number {
  const sum = left + above - aboveLeft;
  const [toLeft, toAbove, toBoth] = [Math.abs(sum - left), Math.abs(sum - above), Math.abs(sum - aboveLeft)];
  if (toLeft <= toAbove && toLeft <= toBoth) return left;
  return toAbove <= toBoth ? above : aboveLeft;
}
