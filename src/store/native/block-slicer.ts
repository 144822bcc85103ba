// Cuts rows out of a Native block, as a block of their own: what is too much for the store at once goes in by pieces.
// The format is drawn in column-builders.ts. Nothing is decoded; dictionaries are copied whole.

import { ByteWriter } from "../../base/byte-writer.ts";
import {
  elementType,
  hasPrefix,
  isArray,
  isDictionary,
  isMap,
  keyAndValueType,
  NativeCursor,
  widthOf,
} from "./native-cursor.ts";

/** The rows [from, to) of the one block in `bytes`; at least one row. Throws NativeFormatError. */
export function sliceBlock(bytes: Uint8Array, from: number, to: number): Uint8Array {
  return new Slicer(bytes).slice(from, to);
}

class Slicer {
  readonly #source: NativeCursor;
  readonly #out: ByteWriter;

  constructor(bytes: Uint8Array) {
    this.#source = new NativeCursor(bytes);
    this.#out = new ByteWriter(bytes.length);
  }

  slice(from: number, to: number): Uint8Array {
    const columns = this.#source.varUint();
    const rows = this.#source.varUint();
    this.#out.varUint(columns);
    this.#out.varUint(to - from);
    for (let i = 0; i < columns; i++) {
      const start = this.#source.at;
      this.#source.text();
      const type = this.#source.text();
      if (hasPrefix(type)) this.#source.take(8);
      this.#out.copy(this.#source.bytes, start, this.#source.at);
      this.#column(type, rows, from, to);
    }
    return this.#out.written();
  }

  #column(type: string, rows: number, from: number, to: number): void {
    if (isArray(type)) this.#nested([elementType(type)], rows, from, to);
    else if (isMap(type)) this.#nested(keyAndValueType(type), rows, from, to);
    else if (isDictionary(type)) this.#dictionary(rows, from, to);
    else if (type === "String") this.#texts(rows, from, to);
    else this.#fixed(widthOf(type), rows, from, to);
  }

  #fixed(width: number, rows: number, from: number, to: number): void {
    const values = this.#source.take(rows * width);
    this.#out.copy(values, from * width, to * width);
  }

  #texts(rows: number, from: number, to: number): void {
    let start = this.#source.at;
    for (let row = 0; row < to; row++) {
      if (row === from) start = this.#source.at;
      this.#source.take(this.#source.varUint());
    }
    if (to > from) this.#out.copy(this.#source.bytes, start, this.#source.at);
    for (let row = to; row < rows; row++) this.#source.take(this.#source.varUint());
  }

  #nested(types: readonly string[], rows: number, from: number, to: number): void {
    const ends = new BigUint64Array(this.#source.copy(rows * 8));
    const endOf = (row: number) => Number(ends[row - 1] ?? 0n);
    for (let row = from + 1; row <= to; row++) this.#out.u64FromNumber(endOf(row) - endOf(from));
    for (const type of types) this.#column(type, endOf(rows), endOf(from), endOf(to));
  }

  #dictionary(rows: number, from: number, to: number): void {
    if (rows === 0) return;
    const source = this.#source;
    const start = source.at;
    const width = 1 << (source.take(8)[0] as number);
    const words = source.u64();
    for (let i = 0; i < words; i++) source.take(source.varUint());
    const end = source.at;
    source.u64();
    const indexes = source.take(rows * width);
    if (to === from) return;
    this.#out.copy(source.bytes, start, end);
    this.#out.u64FromNumber(to - from);
    this.#out.copy(indexes, from * width, to * width);
  }
}
