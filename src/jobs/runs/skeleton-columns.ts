import type { SpanSkeleton } from "../../analysis/skeleton.ts";
import { toHex } from "../../base/hex.ts";
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
export function encodeSkeleton(skeleton: SpanSkeleton | Skeleton): Uint8Array {
  return encodeColumns(skeleton, TYPES);
}

/** The skeleton as JSON has it. */
export function plainSkeleton({ columns, ...rest }: SpanSkeleton): Skeleton {
  const { id, ...numbers } = columns;
  const lists = Object.entries(numbers).map(([name, values]) => [name, Array.from(values)]);
  return { ...rest, columns: { id: idTexts(id), ...Object.fromEntries(lists) } as Skeleton["columns"] };
}

/** As an answer: large ones do not become objects on the main thread. */
export function skeletonBytes(skeleton: SpanSkeleton, format: "json" | "columns"): Uint8Array {
  if (format === "columns") return encodeSkeleton(skeleton);
  return new TextEncoder().encode(JSON.stringify(plainSkeleton(skeleton)));
}

function idTexts(ids: readonly string[] | Uint8Array): string[] {
  if (!(ids instanceof Uint8Array)) return [...ids];
  return Array.from({ length: ids.length / 8 }, (_, row) => toHex(ids, 8 * row, 8 * row + 8));
}
