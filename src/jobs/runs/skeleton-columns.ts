// The skeleton as `application/vnd.talea.columns`: what the page loads, because a browser turns it into typed arrays
// without parsing a number.
//
//   u32            length of the JSON
//   JSON           the skeleton with the type of each column in place of its values, padded with spaces so that
//   columns …      the columns, in the order of the JSON's keys, each begin on a multiple of 8 bytes; little-endian
//
// Types: `f64`, `i32`, `u32`, `u16`, `u8`, and `id8`: span ids, 8 bytes each.

import { fromHex } from "../../base/hex.ts";
import type { Skeleton } from "../../model/shapes.ts";

export const COLUMNS_CONTENT_TYPE = "application/vnd.talea.columns";

type ColumnName = keyof Skeleton["columns"];

const TYPES: Readonly<Record<ColumnName, "f64" | "i32" | "u16" | "u8" | "id8" | "u32">> = {
  id: "id8",
  parent: "i32",
  start: "f64",
  duration: "f64",
  own: "f64",
  kind: "u8",
  name: "u32",
  agent: "i32",
  status: "u8",
  tokensIn: "u32",
  tokensOut: "u32",
  cost: "f64",
  traits: "u16",
};

const ALIGNMENT = 8;

export function encodeSkeleton(skeleton: Skeleton): Uint8Array {
  const columns = (Object.keys(TYPES) as ColumnName[]).map((name) => encodeColumn(name, skeleton));
  const json = JSON.stringify({ ...skeleton, columns: TYPES });
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

function encodeColumn(name: ColumnName, { columns }: Skeleton): Uint8Array {
  const values = columns[name];
  switch (TYPES[name]) {
    case "id8": {
      const ids = new Uint8Array(8 * values.length);
      for (const [i, id] of (values as string[]).entries()) ids.set(fromHex(id) ?? new Uint8Array(8), 8 * i);
      return ids;
    }
    case "f64":
      return bytesOf(Float64Array.from(values as number[]));
    case "i32":
      return bytesOf(Int32Array.from(values as number[]));
    case "u32":
      return bytesOf(Uint32Array.from(values as number[]));
    case "u16":
      return bytesOf(Uint16Array.from(values as number[]));
    default:
      return Uint8Array.from(values as number[]);
  }
}

function bytesOf({ buffer }: { readonly buffer: ArrayBufferLike }): Uint8Array {
  return new Uint8Array(buffer);
}
