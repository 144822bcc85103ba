import { ByteWriter } from "../../base/byte-writer.ts";
import type { Column, ColumnType, Table } from "../../model/columns.ts";
import {
  ArrayBuilder,
  type ColumnBuilder,
  FixedStringBuilder,
  Float32Builder,
  Float64Builder,
  LowCardinalityBuilder,
  MapBuilder,
  StringBuilder,
  UInt8Builder,
  UInt16Builder,
  UInt32Builder,
  UInt64Builder,
} from "./column-builders.ts";

/** The builder of a scalar column. */
type ScalarBuilder<T extends string> = T extends "LowCardinality(String)"
  ? LowCardinalityBuilder
  : T extends "String"
    ? StringBuilder
    : T extends `FixedString(${string})`
      ? FixedStringBuilder
      : T extends "UInt64" | `DateTime64(${string})`
        ? UInt64Builder
        : T extends "UInt32" | "Int32" | `DateTime(${string})`
          ? UInt32Builder
          : T extends "UInt16" | "Int16"
            ? UInt16Builder
            : T extends "Float64"
              ? Float64Builder
              : T extends "Float32"
                ? Float32Builder
                : UInt8Builder;

export type BuilderOf<T extends ColumnType> = T extends `Map(${string})`
  ? MapBuilder
  : T extends `Array(${infer E})`
    ? ArrayBuilder<ScalarBuilder<E>>
    : ScalarBuilder<T>;

export type Builders<C extends Readonly<Record<string, Column>>> = {
  readonly [K in keyof C]: BuilderOf<C[K]["type"]>;
};

const SCALAR_BUILDERS: readonly (readonly [prefix: string, make: (type: string) => ColumnBuilder])[] = [
  ["LowCardinality(String)", () => new LowCardinalityBuilder()],
  ["String", () => new StringBuilder()],
  ["FixedString", (type) => new FixedStringBuilder(Number(/\d+/.exec(type)?.[0]))],
  ["UInt64", () => new UInt64Builder()],
  ["DateTime64", () => new UInt64Builder()],
  ["UInt32", () => new UInt32Builder()],
  ["Int32", () => new UInt32Builder()],
  ["DateTime", () => new UInt32Builder()],
  ["UInt16", () => new UInt16Builder()],
  ["Int16", () => new UInt16Builder()],
  ["Float64", () => new Float64Builder()],
  ["Float32", () => new Float32Builder()],
  ["UInt8", () => new UInt8Builder()],
  ["Int8", () => new UInt8Builder()],
  ["Enum8", () => new UInt8Builder()],
];

function makeBuilder(type: string): ColumnBuilder {
  if (type.startsWith("Map(")) return new MapBuilder();
  if (type.startsWith("Array(")) return new ArrayBuilder(makeBuilder(type.slice(6, -1)));
  for (const [prefix, make] of SCALAR_BUILDERS) if (type.startsWith(prefix)) return make(type);
  throw new TypeError(`No builder for the column type ${type}`);
}

/** Rows of one table on their way into one Native block. */
export class TableBuilder<C extends Readonly<Record<string, Column>> = Readonly<Record<string, Column>>> {
  readonly table: Table<C>;
  readonly columns: Builders<C>;
  /** How many rows were begun; the next one has this number. */
  rows = 0;

  constructor(table: Table<C>) {
    this.table = table;
    const builders = Object.entries(table.columns).map(([name, column]) => [name, makeBuilder(column.type)]);
    this.columns = Object.fromEntries(builders) as Builders<C>;
  }

  /** Begins a row and returns its number. Columns that are not put into it hold their type's default. */
  addRow(): number {
    return this.rows++;
  }

  /** About how large the block will be. */
  get sizeBytes(): number {
    let sum = 0;
    for (const builder of Object.values<ColumnBuilder>(this.columns)) sum += builder.sizeBytes;
    return sum;
  }

  /** Writes all rows as one Native block: columns, rows, then each column's name, type, prefix and data. */
  writeBlock(out: ByteWriter): void {
    const entries = Object.entries<Column>(this.table.columns);
    out.varUint(entries.length);
    out.varUint(this.rows);
    for (const [name, column] of entries) {
      const builder = this.columns[name as keyof C] as ColumnBuilder;
      builder.finish(this.rows);
      out.lengthPrefixedText(name);
      out.lengthPrefixedText(column.type);
      if (this.rows > 0) builder.writePrefix(out);
      builder.writeData(out);
    }
  }

  /** Forgets all rows, keeps the memory. */
  clear(): void {
    this.rows = 0;
    for (const builder of Object.values<ColumnBuilder>(this.columns)) builder.clear();
  }
}

/** A block of its own, for writers outside the journal. */
export function encodeBlock(builder: TableBuilder): Uint8Array {
  const out = new ByteWriter(builder.sizeBytes + 4096);
  builder.writeBlock(out);
  return out.written();
}
