import { toHex } from "../base/hex.ts";
import { LIMITS } from "./limits.ts";

/** 32 lower-case hexadecimal digits. */
export type TraceId = string;
/** 16 lower-case hexadecimal digits. */
export type SpanId = string;

export const TRACE_ID_BYTES = 16;
export const SPAN_ID_BYTES = 8;

const TRACE_ID = /^[0-9a-f]{32}$/;
const SPAN_ID = /^[0-9a-f]{16}$/;
const UNPRINTABLE = /[\p{Cc}\p{Cs}\p{Co}\p{Cn}]/u;

export function isTraceId(text: string): boolean {
  return TRACE_ID.test(text) && !/^0+$/.test(text);
}

export function isSpanId(text: string): boolean {
  return SPAN_ID.test(text) && !/^0+$/.test(text);
}

/** Whether a text may be a run's id: printable UTF-8 of 1 to 256 bytes. */
export function isRunId(text: string): boolean {
  if (text.length === 0 || text.length > LIMITS.runIdBytes || UNPRINTABLE.test(text)) return false;
  return new TextEncoder().encode(text).length <= LIMITS.runIdBytes;
}

export function traceIdOf(bytes: Uint8Array, at = 0): TraceId {
  return toHex(bytes, at, at + TRACE_ID_BYTES);
}

export function spanIdOf(bytes: Uint8Array, at = 0): SpanId {
  return toHex(bytes, at, at + SPAN_ID_BYTES);
}

/**
 * Where a record stands in the order in which this node took records in: the cursor of every live stream. Clients see
 * an opaque text and only compare it for equality or hand it back.
 */
export interface Offset {
  /** The record's number: strictly increasing on a node, below 2^53. */
  readonly number: number;
  /** Which of the events derived from a span record it is; 0 for the record itself. */
  readonly index: number;
}

const OFFSET = /^([0-9a-z]{1,11})(?:\.([0-9a-z]{1,4}))?$/;

export function formatOffset(number: number, index = 0): string {
  return index === 0 ? number.toString(36) : `${number.toString(36)}.${index.toString(36)}`;
}

/** The offset that a client handed back, or undefined when it is none of ours. */
export function parseOffset(text: string): Offset | undefined {
  const match = OFFSET.exec(text);
  if (!match) return undefined;
  const number = Number.parseInt(match[1] as string, 36);
  if (!Number.isSafeInteger(number)) return undefined;
  return { number, index: match[2] === undefined ? 0 : Number.parseInt(match[2], 36) };
}

/** The key of a life-cycle event of a span, whoever sends it: an explicit and a derived one meet in it. */
export function spanEventId(traceId: TraceId, spanId: SpanId, type: string): string {
  return `${traceId}:${spanId}:${type}`;
}

/** The span whose life-cycle event has this key; undefined for any other id of an event. */
export function spanOfEventId(id: string): { readonly traceId: TraceId; readonly spanId: SpanId } | undefined {
  const [traceId = "", spanId = "", type] = id.split(":");
  return type !== undefined && isTraceId(traceId) && isSpanId(spanId) ? { traceId, spanId } : undefined;
}
