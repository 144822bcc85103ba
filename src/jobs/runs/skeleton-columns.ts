import { type ColumnType, encodeColumns } from "../../base/typed-columns.ts";
import type { Skeleton } from "../../model/shapes.ts";

const TYPES: Readonly<Record<keyof Skeleton["columns"], ColumnType>> = {
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

/** The skeleton as typed arrays: what the page loads. */
export function encodeSkeleton(skeleton: Skeleton): Uint8Array {
  return encodeColumns(skeleton, TYPES);
}
