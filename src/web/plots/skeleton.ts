// A run's spans as typed arrays. Rows are ordered by start, parents before their children.

import { fromHex, toHex } from "../../base/hex.ts";
import { decodeColumns } from "../../base/typed-columns.ts";
import type { Skeleton } from "../../model/shapes.ts";

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

/** Views into the buffer, nothing is copied. Throws when the buffer is no skeleton or is cut off. */
export function decodeSkeleton(buffer: ArrayBuffer): SpanColumns {
  const { columns, ...rest } = decodeColumns<Omit<Skeleton, "columns">>(buffer);
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

/** A few are looked for one by one; for more, the ids of all spans are read once. */
const FEW_SPANS = 100;

/** The rows of spans, without those that are not there. */
export function rowsOfSpans(columns: SpanColumns, spanIds: ReadonlySet<string>): ReadonlyMap<string, number> {
  const rows = new Map<string, number>();
  if (spanIds.size <= FEW_SPANS) {
    for (const spanId of spanIds) {
      const row = rowOfSpan(columns, spanId);
      if (row >= 0) rows.set(spanId, row);
    }
    return rows;
  }
  for (let row = 0; row < columns.count; row++) {
    const spanId = spanIdAt(columns, row);
    if (spanIds.has(spanId)) rows.set(spanId, row);
  }
  return rows;
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
