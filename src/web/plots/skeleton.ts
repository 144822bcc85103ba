// A run's spans as typed arrays, read from `application/vnd.talea.columns` without parsing a number (the format is
// described in src/jobs/runs/skeleton-columns.ts). Rows are ordered by start, parents before their children.

import { fromHex, toHex } from "../../base/hex.ts";
import type { Skeleton } from "../../model/shapes.ts";

export const COLUMNS_CONTENT_TYPE = "application/vnd.talea.columns";

export interface SpanColumns {
  readonly runId: string;
  /** Start of the earliest span, RFC 3339. */
  readonly t0: string;
  readonly count: number;
  /** False while agents and kinds are as sent. */
  readonly resolved: boolean;
  readonly strings: readonly string[];
  readonly kinds: readonly string[];
  readonly statuses: readonly string[];
  /** 8 bytes a span. */
  readonly id: Uint8Array;
  /** Row of the parent, −1: none. */
  readonly parent: Int32Array;
  /** Milliseconds after t0. */
  readonly start: Float64Array;
  /** Milliseconds, −1: open. */
  readonly duration: Float64Array;
  readonly own: Float64Array;
  readonly kind: Uint8Array;
  readonly name: Uint32Array;
  /** Index into `strings`, −1: none. */
  readonly agent: Int32Array;
  readonly status: Uint8Array;
  readonly tokensIn: Uint32Array;
  readonly tokensOut: Uint32Array;
  readonly cost: Float64Array;
  readonly traits: Uint16Array;
}

const ALIGNMENT = 8;
const ARRAYS = { f64: Float64Array, i32: Int32Array, u32: Uint32Array, u16: Uint16Array, u8: Uint8Array } as const;

/** Views into the buffer, nothing is copied. Throws when the buffer is no skeleton or is cut off. */
export function decodeSkeleton(buffer: ArrayBuffer): SpanColumns {
  const headBytes = new DataView(buffer).getUint32(0, true);
  const head = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, headBytes))) as Omit<
    Skeleton,
    "columns"
  > & {
    readonly columns: Readonly<Record<string, keyof typeof ARRAYS | "id8">>;
  };
  const { columns: types, ...rest } = head;
  const columns: Record<string, ArrayLike<number>> = {};
  let at = 4 + headBytes;
  for (const [name, type] of Object.entries(types)) {
    const size = type === "id8" ? 8 * head.count : head.count;
    const array = new ARRAYS[type === "id8" ? "u8" : type](buffer, at, size);
    columns[name] = array;
    at += Math.ceil(array.byteLength / ALIGNMENT) * ALIGNMENT;
  }
  return { ...rest, ...columns } as unknown as SpanColumns;
}

/** The id of a row's span, 16 hexadecimal digits. */
export function spanIdAt({ id }: SpanColumns, row: number): string {
  return toHex(id, 8 * row, 8 * row + 8);
}

/** The row of a span, or −1. */
export function rowOfSpan({ id, count }: SpanColumns, spanId: string): number {
  const wanted = spanId.length === 16 ? fromHex(spanId) : undefined;
  if (wanted === undefined) return -1;
  for (let row = 0; row < count; row++) {
    let i = 0;
    while (i < 8 && id[8 * row + i] === wanted[i]) i++;
    if (i === 8) return row;
  }
  return -1;
}

/** The end of the last span that has ended, or the start of the last open one, in ms after t0. */
export function lastInstant({ start, duration, count }: SpanColumns): number {
  let last = 0;
  for (let row = 0; row < count; row++) {
    last = Math.max(last, (start[row] as number) + Math.max(0, duration[row] as number));
  }
  return last;
}

export function textAt({ strings }: SpanColumns, index: number): string {
  return strings[index] ?? "";
}
