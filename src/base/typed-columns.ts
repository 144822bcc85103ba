// `application/vnd.talea.columns`: tables of numbers that a reader turns into typed arrays without parsing one.
//
//   u32            length of the JSON
//   JSON           the answer with the type of each column in place of its values, padded with spaces so that
//   columns …      the columns, in the order of the JSON's keys, each begin on a multiple of 8 bytes; little-endian
//
// Types: `f64`, `i32`, `u32`, `u16`, `u8`, and `id8`: span ids, 8 bytes each (zeros for an id that is none). A column has
// `count` values; of those that have more or fewer, `lengths` says how many.

import { fromHex } from "./hex.ts";

export const COLUMNS_CONTENT_TYPE = "application/vnd.talea.columns";

const ARRAYS = { f64: Float64Array, i32: Int32Array, u32: Uint32Array, u16: Uint16Array, u8: Uint8Array } as const;
export type ColumnType = keyof typeof ARRAYS | "id8";
/** A column as it is read: of type `id8` 8 bytes a value. */
export type TypedArray = InstanceType<(typeof ARRAYS)[keyof typeof ARRAYS]>;

/** An answer with columns: `columns` by name, everything else as it is. */
export interface ColumnsAnswer<Name extends string> {
  readonly count: number;
  readonly columns: Readonly<Record<Name, ColumnValues>>;
}

/** Numbers; of type `id8` texts, or the bytes themselves. */
type ColumnValues = ArrayLike<number> | readonly string[];

const ALIGNMENT = 8;
const ID_BYTES = 8;

export function encodeColumns<Name extends string>(
  answer: ColumnsAnswer<Name>,
  types: Readonly<Record<Name, ColumnType>>,
): Uint8Array {
  const names = Object.keys(types) as Name[];
  const columns = names.map((name) => encodeColumn(types[name], answer.columns[name]));
  const lengthOf = (name: Name) => valueCount(types[name], answer.columns[name]);
  const others = names.filter((name) => lengthOf(name) !== answer.count);
  const lengths = Object.fromEntries(others.map((name) => [name, lengthOf(name)]));
  const json = JSON.stringify({ ...answer, columns: types, ...(others.length === 0 ? {} : { lengths }) });
  let head = new TextEncoder().encode(json);
  const padding = (ALIGNMENT - ((4 + head.length) % ALIGNMENT)) % ALIGNMENT;
  head = new TextEncoder().encode(json + " ".repeat(padding));
  const size = columns.reduce((sum, column) => sum + aligned(column.length), 4 + head.length);
  const out = new Uint8Array(size);
  new DataView(out.buffer).setUint32(0, head.length, true);
  out.set(head, 4);
  let at = 4 + head.length;
  for (const column of columns) {
    out.set(column, at);
    at += aligned(column.length);
  }
  return out;
}

function aligned(sizeBytes: number): number {
  return Math.ceil(sizeBytes / ALIGNMENT) * ALIGNMENT;
}

function valueCount(type: ColumnType, values: ColumnValues): number {
  return type === "id8" && values instanceof Uint8Array ? values.length / ID_BYTES : values.length;
}

function encodeColumn(type: ColumnType, values: ColumnValues): Uint8Array {
  if (type === "id8") {
    if (values instanceof Uint8Array) return values;
    const ids = new Uint8Array(ID_BYTES * values.length);
    for (const [i, id] of (values as readonly string[]).entries()) {
      const bytes = fromHex(id);
      if (bytes?.length === ID_BYTES) ids.set(bytes, ID_BYTES * i);
    }
    return ids;
  }
  const isRight = values instanceof ARRAYS[type];
  const { buffer, byteOffset, byteLength } = isRight ? values : new ARRAYS[type](values as ArrayLike<number>);
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** What was encoded; its columns are views into the buffer. Throws when the buffer is something else or is cut off. */
export function decodeColumns<Head extends { readonly count: number }>(
  buffer: ArrayBuffer,
): Head & { readonly columns: Readonly<Record<string, TypedArray>> } {
  const headBytes = new DataView(buffer).getUint32(0, true);
  const { lengths, ...head } = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, headBytes))) as Head & {
    readonly columns: Readonly<Record<string, ColumnType>>;
    readonly lengths?: Readonly<Record<string, number>>;
  };
  const columns: Record<string, TypedArray> = {};
  let at = 4 + headBytes;
  for (const [name, type] of Object.entries(head.columns)) {
    const length = lengths?.[name] ?? head.count;
    const array = type === "id8" ? new Uint8Array(buffer, at, ID_BYTES * length) : new ARRAYS[type](buffer, at, length);
    columns[name] = array;
    at += aligned(array.byteLength);
  }
  return { ...head, columns } as unknown as Head & { readonly columns: Readonly<Record<string, TypedArray>> };
}
