// A span that is announced while it lasts. Talea's SDKs send a log record with the event name `span.started`; it holds
// what the span has by then, under the same attribute names, so that the dialects read it as they will read the span.
//
//   LogRecord                                     Span
//    1 time_unix_nano                         ──▶  7 start_time_unix_nano
//    5 body.string_value                      ──▶  5 name
//    6 attributes, but for the two below      ──▶  9 attributes
//      talea.parent_span.id                   ──▶  4 parent_span_id
//      talea.span.kind                        ──▶  6 kind
//    9 trace_id, 10 span_id                   ──▶  1, 2
//
// The row is a pending one: the ended span of the same id takes its place.

import { TALEA } from "../../model/names.ts";
import { WireReader } from "./wire.ts";

const LENGTH_DELIMITED = 2;
const FIXED64 = 1;
const OTEL_KIND_MAX = 5;
const NOT_OF_THE_SPAN: ReadonlySet<string> = new Set([TALEA.parentSpanId, TALEA.spanKind]);

/** The record `bytes[start, end)`, whose structure was checked, as an OTLP Span. */
export function startedSpan(bytes: Buffer, start: number, end: number): Buffer {
  const parts: Uint8Array[] = [];
  const wire = new WireReader();
  wire.reset(bytes, start, end);
  while (wire.tag()) {
    if (wire.field === 1) {
      const at = wire.fixed(8);
      parts.push(Buffer.from([(7 << 3) | FIXED64]), bytes.subarray(at, at + 8));
      continue;
    }
    wire.skip();
    const value = bytes.subarray(wire.start, wire.stop);
    if (wire.field === 9 || wire.field === 10) parts.push(...delimited(wire.field - 8, value));
    else if (wire.field === 5) parts.push(...delimited(5, textOf(value)));
    else if (wire.field === 6) parts.push(...attribute(value));
  }
  return Buffer.concat(parts);
}

function attribute(keyValue: Buffer): Uint8Array[] {
  const [key, any] = [delimitedField(keyValue, 1), delimitedField(keyValue, 2)];
  const name = key?.toString() ?? "";
  if (!NOT_OF_THE_SPAN.has(name) || any === undefined) return delimited(9, keyValue);
  if (name === TALEA.parentSpanId) {
    const id = Buffer.from(textOf(any).toString(), "hex");
    return id.length === 8 ? delimited(4, id) : [];
  }
  const kind = Number(integerOf(any) ?? textOf(any).toString());
  return kind > 0 && kind <= OTEL_KIND_MAX ? [Buffer.from([6 << 3, kind])] : [];
}

/** The text of an AnyValue; empty for any other. */
function textOf(any: Buffer): Buffer {
  return delimitedField(any, 1) ?? Buffer.alloc(0);
}

/** The small integer of an AnyValue. */
function integerOf(any: Buffer): number | undefined {
  const wire = new WireReader();
  wire.reset(any);
  let value: number | undefined;
  while (wire.tag()) {
    if (wire.field === 3 && wire.wire === 0) value = wire.varint32();
    else wire.skip();
  }
  return value;
}

function delimitedField(message: Buffer, field: number): Buffer | undefined {
  const wire = new WireReader();
  wire.reset(message);
  let found: Buffer | undefined;
  while (wire.tag()) {
    wire.skip();
    if (wire.field === field && wire.wire === LENGTH_DELIMITED) found = message.subarray(wire.start, wire.stop);
  }
  return found;
}

function delimited(field: number, value: Buffer): Uint8Array[] {
  const head: number[] = [(field << 3) | LENGTH_DELIMITED];
  let length = value.length;
  for (; length >= 0x80; length >>>= 7) head.push((length & 0x7f) | 0x80);
  head.push(length);
  return [Buffer.from(head), value];
}
