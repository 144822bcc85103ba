// Reads ClickHouse "Native" blocks: query results, and the tail of the journal. The format is drawn in
// column-builders.ts. Columns are typed arrays over copies of the bytes; texts are decoded when they are asked for.

import { toHex } from "../../base/hex.ts";
import {
  elementType,
  hasPrefix,
  isArray,
  isDictionary,
  isMap,
  keyAndValueType,
  NativeCursor,
  NativeFormatError,
  nameOfType,
  widthOf,
} from "./native-cursor.ts";

export { NativeFormatError } from "./native-cursor.ts";

/** Texts of a column: decoded one at a time, dictionary texts only once. */
export interface TextColumn {
  readonly length: number;
  text(row: number): string;
  bytes(row: number): Uint8Array;
  /** The number of the text of each of some rows; `numberOf` is asked once for each text, or hardly more often. */
  numbered(rows: Uint32Array, numberOf: (text: string) => number): Uint32Array;
}

const utf8 = new TextDecoder();
const TEXT_SLOTS_MAX = 4096;

class PlainTexts implements TextColumn {
  readonly length: number;
  readonly #source: Uint8Array;
  /** Start of each text and, one further, end of the last; the length varints lie between. */
  readonly #starts: Float64Array;
  readonly #ends: Float64Array;

  constructor(source: Uint8Array, starts: Float64Array, ends: Float64Array) {
    this.#source = source;
    this.#starts = starts;
    this.#ends = ends;
    this.length = starts.length;
  }
  bytes(row: number): Uint8Array {
    return this.#source.subarray(this.#starts[row], this.#ends[row]);
  }
  text(row: number): string {
    return this.#starts[row] === this.#ends[row] ? "" : utf8.decode(this.bytes(row));
  }
  numbered(rows: Uint32Array, numberOf: (text: string) => number): Uint32Array {
    const numbers = new Uint32Array(rows.length);
    const slots = Math.min(TEXT_SLOTS_MAX, 2 ** Math.ceil(Math.log2(rows.length + 1)));
    // Where a text of a hash stood last: mostly the same text.
    const places = new Int32Array(slots).fill(-1);
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i] as number;
      const slot = this.#hash(row) & (slots - 1);
      const known = places[slot] as number;
      if (known >= 0 && this.#isSame(rows[known] as number, row)) numbers[i] = numbers[known] as number;
      else {
        numbers[i] = numberOf(this.text(row));
        places[slot] = i;
      }
    }
    return numbers;
  }
  #hash(row: number): number {
    const source = this.#source;
    const end = this.#ends[row] as number;
    let hash = 0;
    for (let at = this.#starts[row] as number; at < end; at++)
      hash = Math.imul(hash ^ (source[at] as number), 0x9e3779b1);
    return hash ^ (hash >>> 15);
  }
  #isSame(a: number, b: number): boolean {
    const source = this.#source;
    let at = this.#starts[a] as number;
    let other = this.#starts[b] as number;
    const end = this.#ends[a] as number;
    if (end - at !== (this.#ends[b] as number) - other) return false;
    while (at < end) if (source[at++] !== source[other++]) return false;
    return true;
  }
}

/** LowCardinality: `texts[indexes[row]]`. */
export class DictionaryTexts implements TextColumn {
  readonly texts: readonly string[];
  readonly indexes: Uint8Array | Uint16Array | Uint32Array;

  constructor(texts: readonly string[], indexes: Uint8Array | Uint16Array | Uint32Array) {
    this.texts = texts;
    this.indexes = indexes;
  }
  get length(): number {
    return this.indexes.length;
  }
  text(row: number): string {
    return this.texts[this.indexes[row] as number] as string;
  }
  bytes(row: number): Uint8Array {
    return new TextEncoder().encode(this.text(row));
  }
  numbered(rows: Uint32Array, numberOf: (text: string) => number): Uint32Array {
    const { texts, indexes } = this;
    // Most words are those of other rows.
    if (texts.length > rows.length) return rows.map((row) => numberOf(this.text(row)));
    const words = new Int32Array(texts.length).fill(-1);
    const numbers = new Uint32Array(rows.length);
    for (let i = 0; i < rows.length; i++) {
      const word = indexes[rows[i] as number] as number;
      if (words[word] === -1) words[word] = numberOf(texts[word] as string);
      numbers[i] = words[word] as number;
    }
    return numbers;
  }
}

/** FixedString: `width` bytes a row. */
export class FixedBytes implements TextColumn {
  readonly data: Uint8Array;
  readonly width: number;

  constructor(data: Uint8Array, width: number) {
    this.data = data;
    this.width = width;
  }
  get length(): number {
    return this.data.length / this.width;
  }
  bytes(row: number): Uint8Array {
    return this.data.subarray(row * this.width, (row + 1) * this.width);
  }
  isEqual(a: number, b: number): boolean {
    const { data, width } = this;
    for (let i = 0; i < width; i++) if (data[a * width + i] !== data[b * width + i]) return false;
    return true;
  }
  /** As lower-case hexadecimal; an id of zeros is the empty text. */
  text(row: number): string {
    const start = row * this.width;
    const end = start + this.width;
    for (let i = start; i < end; i++) if (this.data[i] !== 0) return toHex(this.data, start, end);
    return "";
  }
  numbered(rows: Uint32Array, numberOf: (text: string) => number): Uint32Array {
    const numbers = new Uint32Array(rows.length);
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i] as number;
      const isSame = i > 0 && this.isEqual(rows[i - 1] as number, row);
      numbers[i] = isSame ? (numbers[i - 1] as number) : numberOf(this.text(row));
    }
    return numbers;
  }
}

/** Rows of several values: row r has the elements [start(r), end(r)) of `items`. */
export class NestedColumn {
  readonly #ends: Float64Array;
  readonly keys: DecodedColumn;
  readonly items: DecodedColumn;

  constructor(ends: Float64Array, items: DecodedColumn, keys: DecodedColumn = items) {
    this.#ends = ends;
    this.items = items;
    this.keys = keys;
  }
  get length(): number {
    return this.#ends.length;
  }
  start(row: number): number {
    return row === 0 ? 0 : (this.#ends[row - 1] as number);
  }
  end(row: number): number {
    return this.#ends[row] as number;
  }
}

export type NumberColumn =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | Float32Array
  | Float64Array
  | BigUint64Array
  | BigInt64Array;

export type DecodedColumn = NumberColumn | TextColumn | NestedColumn;

/** A decoded block. The accessors throw when the column is missing or of another kind: the query's text is ours. */
export class Block {
  readonly rows: number;
  readonly columns: ReadonlyMap<string, DecodedColumn>;
  readonly #doubles = new Map<string, Float64Array>();

  constructor(rows: number, columns: ReadonlyMap<string, DecodedColumn>) {
    this.rows = rows;
    this.columns = columns;
  }

  texts(name: string): TextColumn {
    const column = this.#column(name);
    if (!("text" in column)) throw new NativeFormatError(`Column ${name} holds no texts`);
    return column;
  }
  ids(name: string): FixedBytes {
    const column = this.#column(name);
    if (!(column instanceof FixedBytes)) throw new NativeFormatError(`Column ${name} holds no FixedString`);
    return column;
  }
  nested(name: string): NestedColumn {
    const column = this.#column(name);
    if (!(column instanceof NestedColumn)) throw new NativeFormatError(`Column ${name} holds no arrays`);
    return column;
  }
  /** Numbers as doubles; 64-bit ones must be below 2^53. */
  numbers(name: string): Exclude<NumberColumn, BigUint64Array | BigInt64Array> {
    const column = this.#column(name);
    if (column instanceof BigUint64Array || column instanceof BigInt64Array) {
      const doubles = this.#doubles.get(name) ?? doublesOf(column);
      this.#doubles.set(name, doubles);
      return doubles;
    }
    if (!ArrayBuffer.isView(column)) throw new NativeFormatError(`Column ${name} holds no numbers`);
    return column;
  }
  /** 64-bit numbers and instants in full. */
  bigints(name: string): BigUint64Array | BigInt64Array {
    const column = this.#column(name);
    if (column instanceof BigUint64Array || column instanceof BigInt64Array) return column;
    throw new NativeFormatError(`Column ${name} holds no 64-bit numbers`);
  }
  #column(name: string): DecodedColumn {
    const column = this.columns.get(name);
    if (column === undefined) throw new NativeFormatError(`There is no column ${name}`);
    return column;
  }
}

/** From their two halves: several times faster than from one bigint after another. */
function doublesOf(column: BigUint64Array | BigInt64Array): Float64Array {
  const { buffer, byteOffset, length } = column;
  const low = new Uint32Array(buffer, byteOffset, 2 * length);
  const high = column instanceof BigInt64Array ? new Int32Array(buffer, byteOffset, 2 * length) : low;
  const doubles = new Float64Array(length);
  for (let i = 0; i < length; i++) doubles[i] = (high[2 * i + 1] as number) * 2 ** 32 + (low[2 * i] as number);
  return doubles;
}

/** A value as an object of a row has it: 64-bit numbers that are not exact as a double are bigints. */
export type CellValue = string | number | bigint | readonly CellValue[] | Readonly<Record<string, string>>;
export type Row = Readonly<Record<string, CellValue>>;

/** A block's rows as objects. Maps come as objects, FixedStrings in hexadecimal. */
export function rowsOf(block: Block): Row[] {
  const columns = [...block.columns];
  return Array.from({ length: block.rows }, (_, row) =>
    Object.fromEntries(columns.map(([name, column]) => [name, cell(column, row)])),
  );
}

function cell(column: DecodedColumn, row: number): CellValue {
  if (column instanceof NestedColumn) {
    if (isPlainNumbers(column.items)) return Array.from(column.items.subarray(column.start(row), column.end(row)));
    const items = Array.from({ length: column.end(row) - column.start(row) }, (_, i) =>
      cell(column.items, column.start(row) + i),
    );
    if (column.keys === column.items) return items;
    return Object.fromEntries(items.map((item, i) => [cell(column.keys, column.start(row) + i), item]));
  }
  if ("text" in column) return column.text(row);
  const value = column[row] as number | bigint;
  if (typeof value === "number") return value;
  return Number.isSafeInteger(Number(value)) ? Number(value) : value;
}

/** Numbers that are what they are in JavaScript, too. */
function isPlainNumbers(column: DecodedColumn): column is Exclude<NumberColumn, BigUint64Array | BigInt64Array> {
  return ArrayBuffer.isView(column) && !(column instanceof BigUint64Array || column instanceof BigInt64Array);
}

/**
 * The first columns of the one block in `bytes`, up to the last of `wanted`: for readers that need little of a block.
 * Columns that are not wanted are not decoded.
 */
export function readFirstColumns(bytes: Uint8Array, wanted: ReadonlySet<string>): Block {
  return new BlockReader(bytes).block(wanted);
}

/** All blocks in `bytes`, one after another. */
export function readBlocks(bytes: Uint8Array): Block[] {
  const reader = new BlockReader(bytes);
  const blocks: Block[] = [];
  while (!reader.atEnd) blocks.push(reader.block());
  return blocks;
}

type TypedArrayConstructor = new (buffer: ArrayBuffer) => NumberColumn;

/** By the type's name, without its parameters. */
const NUMBER_ARRAYS: Readonly<Record<string, TypedArrayConstructor>> = {
  ...{ UInt8: Uint8Array, Bool: Uint8Array, Enum8: Int8Array, Int8: Int8Array },
  ...{ UInt16: Uint16Array, Int16: Int16Array, Date: Uint16Array },
  ...{ UInt32: Uint32Array, Int32: Int32Array, Float32: Float32Array, DateTime: Uint32Array },
  ...{ Float64: Float64Array, UInt64: BigUint64Array, Int64: BigInt64Array, DateTime64: BigInt64Array },
};

class BlockReader {
  readonly #source: NativeCursor;

  constructor(bytes: Uint8Array) {
    this.#source = new NativeCursor(bytes);
  }

  get atEnd(): boolean {
    return this.#source.atEnd;
  }

  block(wanted?: ReadonlySet<string>): Block {
    const columnCount = this.#source.varUint();
    const rows = this.#source.varUint();
    const columns = new Map<string, DecodedColumn>();
    for (let i = 0; i < columnCount && columns.size !== wanted?.size; i++) {
      const name = this.#source.text();
      const type = this.#source.text();
      if (rows > 0 && hasPrefix(type)) this.#source.take(8);
      const column = this.#column(type, rows);
      if (wanted === undefined || wanted.has(name)) columns.set(name, column);
    }
    return new Block(rows, columns);
  }

  #column(type: string, rows: number): DecodedColumn {
    if (isMap(type)) return this.#map(type, rows);
    if (isArray(type)) {
      const ends = this.#ends(rows);
      return new NestedColumn(ends, this.#column(elementType(type), ends[rows - 1] ?? 0));
    }
    if (isDictionary(type)) return this.#dictionary(rows);
    if (type === "String") return this.#texts(rows);
    const width = widthOf(type);
    const TypedArray = NUMBER_ARRAYS[nameOfType(type)];
    if (TypedArray === undefined) return new FixedBytes(this.#source.take(rows * width), width);
    return new TypedArray(this.#source.copy(rows * width));
  }

  #map(type: string, rows: number): NestedColumn {
    const [keyType, valueType] = keyAndValueType(type);
    const ends = this.#ends(rows);
    const entries = ends[rows - 1] ?? 0;
    const keys = this.#column(keyType, entries);
    return new NestedColumn(ends, this.#column(valueType, entries), keys);
  }

  #dictionary(rows: number): DictionaryTexts {
    if (rows === 0) return new DictionaryTexts([], new Uint8Array(0));
    const source = this.#source;
    const [width] = source.take(8);
    const size = source.u64();
    const keys = this.#texts(size);
    const texts = Array.from({ length: size }, (_, i) => keys.text(i));
    const count = source.u64();
    if (count !== rows) throw new NativeFormatError(`A dictionary column has ${count} rows where ${rows} are due`);
    if (width === 0) return new DictionaryTexts(texts, source.take(rows).slice());
    if (width === 1) return new DictionaryTexts(texts, new Uint16Array(source.copy(rows * 2)));
    return new DictionaryTexts(texts, new Uint32Array(source.copy(rows * 4)));
  }

  #texts(rows: number): PlainTexts {
    const source = this.#source;
    const starts = new Float64Array(rows);
    const ends = new Float64Array(rows);
    for (let i = 0; i < rows; i++) {
      const length = source.varUint();
      starts[i] = source.at;
      source.at += length;
      ends[i] = source.at;
    }
    if (source.at > source.bytes.length) throw new NativeFormatError("The block ends inside a text column");
    return new PlainTexts(source.bytes, starts, ends);
  }

  #ends(rows: number): Float64Array {
    return doublesOf(new BigUint64Array(this.#source.copy(rows * 8)));
  }
}
