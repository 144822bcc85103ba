// Builders of ClickHouse "Native" columns: values go in row by row, one contiguous piece of the block comes out.
//
// A column is written as its prefix (only LowCardinality has one, also when it lies inside an Array or Map; none in a
// block without rows), then its data:
//   numbers, FixedString   the values, little-endian
//   String                 length as varint, bytes
//   Array(T), Map(K, V)    cumulated lengths as UInt64, then the flattened T, or K and V
//   LowCardinality(String) prefix: UInt64 1. Data, unless there are no rows: UInt64 0x600 | index width (0: 1 byte,
//                          1: 2 bytes, 2: 4 bytes), UInt64 dictionary size, the dictionary as Strings,
//                          UInt64 rows, the indexes
// Source: ClickHouse docs "Native format", SerializationLowCardinality.cpp, and bytes read back from the engine.
//
// Each builder has `put(row, …)` for a table's column and `append(…)` for the elements of an array. Rows that were
// skipped hold the type's default: `put(7, x)` after `put(3, y)` leaves 4, 5 and 6 empty.

import { assert } from "../../base/assert.ts";
import { ByteWriter } from "../../base/byte-writer.ts";

export abstract class ColumnBuilder {
  /** Rows that have a value, skipped ones included. */
  protected count = 0;

  /** Appends the default `count` times. */
  protected abstract pad(count: number): void;
  /** Forgets all rows, keeps the memory. */
  clear(): void {
    this.count = 0;
  }
  writePrefix(_out: ByteWriter): void {}
  /** Writes the data of all rows. */
  abstract writeData(out: ByteWriter): void;
  /** About how many bytes the data take. */
  abstract get sizeBytes(): number;

  /** Makes the column `rows` long: skipped rows at the end get the default. */
  finish(rows: number): void {
    assert(this.count <= rows, "a column is no longer than its table");
    if (this.count < rows) this.pad(rows - this.count);
    this.count = rows;
  }

  /** To be called before the value of `row` is appended. */
  protected start(row: number): void {
    if (this.count !== row) {
      assert(this.count < row, "a row is written once, in order");
      this.pad(row - this.count);
    }
    this.count = row + 1;
  }
}

abstract class FixedWidthBuilder extends ColumnBuilder {
  protected readonly data = new ByteWriter();
  readonly #width: number;

  constructor(width: number) {
    super();
    this.#width = width;
  }
  protected pad(count: number): void {
    this.data.zeros(count * this.#width);
  }
  override clear(): void {
    super.clear();
    this.data.clear();
  }
  writeData(out: ByteWriter): void {
    out.copy(this.data.bytes, 0, this.data.length);
  }
  get sizeBytes(): number {
    return this.data.length;
  }
}

export class UInt8Builder extends FixedWidthBuilder {
  constructor() {
    super(1);
  }
  put(row: number, value: number): void {
    this.start(row);
    this.data.u8(value);
  }
  append(value: number): void {
    this.data.u8(value);
  }
}

/** UInt16 and Int16. */
export class UInt16Builder extends FixedWidthBuilder {
  constructor() {
    super(2);
  }
  put(row: number, value: number): void {
    this.start(row);
    this.append(value);
  }
  append(value: number): void {
    this.data.u8(value & 0xff);
    this.data.u8((value >>> 8) & 0xff);
  }
}

/** UInt32, Int32 and DateTime (seconds). */
export class UInt32Builder extends FixedWidthBuilder {
  constructor() {
    super(4);
  }
  put(row: number, value: number): void {
    this.start(row);
    this.data.u32(value);
  }
  append(value: number): void {
    this.data.u32(value);
  }
}

/** UInt64 and DateTime64. */
export class UInt64Builder extends FixedWidthBuilder {
  constructor() {
    super(8);
  }
  put(row: number, value: number): void {
    this.start(row);
    this.data.u64FromNumber(value);
  }
  putHalves(row: number, low: number, high: number): void {
    this.start(row);
    this.data.u64(low, high);
  }
  putBigInt(row: number, value: bigint): void {
    this.start(row);
    this.appendBigInt(value);
  }
  append(value: number): void {
    this.data.u64FromNumber(value);
  }
  appendHalves(low: number, high: number): void {
    this.data.u64(low, high);
  }
  appendBigInt(value: bigint): void {
    this.data.reserve(8);
    this.data.view.setBigInt64(this.data.length, BigInt.asIntN(64, value), true);
    this.data.length += 8;
  }
}

export class Float32Builder extends FixedWidthBuilder {
  constructor() {
    super(4);
  }
  put(row: number, value: number): void {
    this.start(row);
    this.data.f32(value);
  }
}

export class Float64Builder extends FixedWidthBuilder {
  constructor() {
    super(8);
  }
  put(row: number, value: number): void {
    this.start(row);
    this.data.f64(value);
  }
  append(value: number): void {
    this.data.f64(value);
  }
}

export class FixedStringBuilder extends FixedWidthBuilder {
  readonly width: number;

  constructor(width: number) {
    super(width);
    this.width = width;
  }
  /** The `width` bytes at `source[at]`. */
  put(row: number, source: Uint8Array, at = 0): void {
    this.start(row);
    this.append(source, at);
  }
  append(source: Uint8Array, at = 0): void {
    this.data.copy(source, at, at + this.width);
  }
}

export class StringBuilder extends ColumnBuilder {
  readonly #data = new ByteWriter();

  put(row: number, value: string): void {
    this.start(row);
    this.append(value);
  }
  /** `source[start, end)`, which is UTF-8. */
  putBytes(row: number, source: Uint8Array, start = 0, end = source.length): void {
    this.start(row);
    this.appendBytes(source, start, end);
  }
  append(value: string): void {
    this.#data.lengthPrefixedText(value);
  }
  appendBytes(source: Uint8Array, start = 0, end = source.length): void {
    this.#data.varUint(end - start);
    this.#data.copy(source, start, end);
  }
  protected pad(count: number): void {
    this.#data.zeros(count);
  }
  override clear(): void {
    super.clear();
    this.#data.clear();
  }
  writeData(out: ByteWriter): void {
    out.copy(this.#data.bytes, 0, this.#data.length);
  }
  get sizeBytes(): number {
    return this.#data.length;
  }
}

const ADDITIONAL_KEYS_AND_NEW_DICTIONARY = 0x600;
const INDEXES_MIN = 64;

export class LowCardinalityBuilder extends ColumnBuilder {
  readonly #keys = new ByteWriter();
  readonly #indexOf = new Map<string, number>([["", 0]]);
  #indexes = new Uint32Array(INDEXES_MIN);
  #length = 0;
  #last = "";
  #lastIndex = 0;

  constructor() {
    super();
    this.#keys.u8(0);
  }

  put(row: number, value: string): void {
    this.start(row);
    this.append(value);
  }
  append(value: string): void {
    // Neighbouring rows mostly hold the very same string object, which compares at no cost.
    if (value !== this.#last) {
      this.#lastIndex = this.#intern(value);
      this.#last = value;
    }
    if (this.#length === this.#indexes.length) this.#grow(this.#length + 1);
    this.#indexes[this.#length++] = this.#lastIndex;
  }
  #intern(value: string): number {
    const known = this.#indexOf.get(value);
    if (known !== undefined) return known;
    const index = this.#indexOf.size;
    this.#indexOf.set(value, index);
    this.#keys.lengthPrefixedText(value);
    return index;
  }
  #grow(length: number): void {
    const grown = new Uint32Array(Math.max(length, this.#indexes.length * 2));
    grown.set(this.#indexes.subarray(0, this.#length));
    this.#indexes = grown;
  }
  protected pad(count: number): void {
    const length = this.#length + count;
    if (length > this.#indexes.length) this.#grow(length);
    this.#indexes.fill(0, this.#length, length);
    this.#length = length;
  }
  override clear(): void {
    super.clear();
    this.#length = 0;
    if (this.#indexOf.size > 1) {
      this.#indexOf.clear();
      this.#indexOf.set("", 0);
      this.#keys.length = 1;
    }
    this.#last = "";
    this.#lastIndex = 0;
  }
  override writePrefix(out: ByteWriter): void {
    out.u64(1, 0);
  }
  writeData(out: ByteWriter): void {
    if (this.#length === 0) return;
    const size = this.#indexOf.size;
    const width = size <= 0x100 ? 0 : size <= 0x1_0000 ? 1 : 2;
    out.u64(ADDITIONAL_KEYS_AND_NEW_DICTIONARY | width, 0);
    out.u64FromNumber(size);
    out.copy(this.#keys.bytes, 0, this.#keys.length);
    out.u64FromNumber(this.#length);
    const indexes = this.#indexes.subarray(0, this.#length);
    if (width === 2) out.copy(new Uint8Array(indexes.buffer, 0, this.#length * 4));
    else out.copy(width === 0 ? Uint8Array.from(indexes) : new Uint8Array(Uint16Array.from(indexes).buffer));
  }
  get sizeBytes(): number {
    return this.#keys.length + this.#length * 4;
  }
}

/** The lengths of a column of arrays or maps. */
abstract class NestedBuilder extends ColumnBuilder {
  readonly #ends = new ByteWriter();
  protected elements = 0;

  /** Ends the row after its elements were appended. */
  protected end(row: number, elements: number): void {
    this.start(row);
    this.elements += elements;
    this.#ends.u64FromNumber(this.elements);
  }
  protected pad(count: number): void {
    for (let i = 0; i < count; i++) this.#ends.u64FromNumber(this.elements);
  }
  override clear(): void {
    super.clear();
    this.elements = 0;
    this.#ends.clear();
  }
  writeData(out: ByteWriter): void {
    out.copy(this.#ends.bytes, 0, this.#ends.length);
  }
  get sizeBytes(): number {
    return this.#ends.length;
  }
}

/** Arrays: append the elements of a row to `items`, then say how many they were. */
export class ArrayBuilder<B extends ColumnBuilder> extends NestedBuilder {
  readonly items: B;

  constructor(items: B) {
    super();
    this.items = items;
  }
  put(row: number, elements: number): void {
    this.end(row, elements);
  }
  override clear(): void {
    super.clear();
    this.items.clear();
  }
  override writePrefix(out: ByteWriter): void {
    this.items.writePrefix(out);
  }
  override writeData(out: ByteWriter): void {
    super.writeData(out);
    this.items.writeData(out);
  }
  override get sizeBytes(): number {
    return super.sizeBytes + this.items.sizeBytes;
  }
}

/** Maps from text to text: append as many keys as values, then say how many they were. */
export class MapBuilder extends NestedBuilder {
  readonly keys = new LowCardinalityBuilder();
  readonly values = new StringBuilder();

  put(row: number, entries: number): void {
    this.end(row, entries);
  }
  override clear(): void {
    super.clear();
    this.keys.clear();
    this.values.clear();
  }
  override writePrefix(out: ByteWriter): void {
    this.keys.writePrefix(out);
  }
  override writeData(out: ByteWriter): void {
    super.writeData(out);
    this.keys.writeData(out);
    this.values.writeData(out);
  }
  override get sizeBytes(): number {
    return super.sizeBytes + this.keys.sizeBytes + this.values.sizeBytes;
  }
}
