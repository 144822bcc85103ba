// Spans that only events tell of (work in flight, and senders of events alone) as rows like any other: one block with
// the columns of `spans`, so that everything behind it knows no difference.

import { hashText } from "../base/hash.ts";
import { fromHex } from "../base/hex.ts";
import { SPANS } from "../model/columns.ts";
import { isSpanId, isTraceId } from "../model/ids.ts";
import type { RunEventRow } from "../model/run-columns.ts";
import { SPAN_KINDS, SPAN_STATUSES, SPAN_TRAITS, type SpanKind } from "../model/vocabulary.ts";
import { type Block, readBlocks } from "./native/block-reader.ts";
import { encodeBlock, TableBuilder } from "./native/table-builder.ts";

/** A span as its events describe it. Times are nanoseconds after the base that the events' times have. */
export interface EventSpan {
  readonly traceId: string;
  /** Hexadecimal, or any other text that is unique in the run when no event named a span. */
  readonly spanId: string;
  readonly parentId: string;
  readonly kind: SpanKind;
  readonly name: string;
  readonly agent: string;
  readonly agentInstance: string;
  readonly start: number;
  /** `Infinity` while open. */
  readonly end: number;
  readonly failed: boolean;
  readonly offset: number;
  readonly data: { readonly [key: string]: unknown };
}

/** Finds the spans that events tell of; `isKnown` says whether the record of a span is there. */
export type FindEventSpans = (
  events: readonly RunEventRow[],
  isKnown: (traceId: string, spanId: string) => boolean,
) => readonly EventSpan[];

/** The rows of such spans; `baseNs` is the time from which the events count. */
export function eventSpanBlocks(spans: readonly EventSpan[], baseNs: bigint): Block[] {
  if (spans.length === 0) return [];
  const builder = new TableBuilder(SPANS);
  for (const span of spans) addRow(builder, span, baseNs);
  return readBlocks(encodeBlock(builder as TableBuilder));
}

function addRow(builder: TableBuilder<typeof SPANS.columns>, span: EventSpan, baseNs: bigint): void {
  const { columns } = builder;
  const row = builder.addRow();
  const isOpen = span.end === Number.POSITIVE_INFINITY;
  columns.offset.put(row, span.offset);
  columns.started_at.putBigInt(row, baseNs + BigInt(Math.round(span.start)));
  columns.duration_ns.put(row, isOpen ? 0 : Math.max(0, Math.round(span.end - span.start)));
  if (isTraceId(span.traceId)) columns.trace_id.put(row, fromHex(span.traceId) as Uint8Array);
  columns.span_id.put(row, idBytes(span.spanId));
  if (span.parentId !== "") columns.parent_id.put(row, idBytes(span.parentId));
  columns.name.put(row, span.name);
  columns.kind.put(row, SPAN_KINDS.indexOf(span.kind));
  columns.status.put(row, SPAN_STATUSES.indexOf(span.failed ? "error" : isOpen ? "open" : "unset"));
  columns.traits.put(row, isOpen ? SPAN_TRAITS.pending : 0);
  columns.dialect.put(row, "talea");
  columns.agent.put(row, span.agent);
  columns.agent_instance.put(row, span.agentInstance);
  columns.model.put(row, text(span.data["model"]));
  columns.tool.put(row, text(span.data["tool"]));
  columns.status_message.put(row, span.failed ? text(span.data["error"]) : "");
  columns.tokens_input.put(row, count(span.data["inputTokens"]));
  columns.tokens_output.put(row, count(span.data["outputTokens"]));
  columns.weight.put(row, 1);
}

/** A made-up id of eight bytes for a span that has none. */
function idBytes(id: string): Uint8Array {
  if (isSpanId(id)) return fromHex(id) as Uint8Array;
  const bytes = new Uint8Array(8);
  const view = new DataView(bytes.buffer);
  view.setInt32(0, hashText(id) || 1);
  view.setInt32(4, hashText(`${id}~`));
  return bytes;
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function count(value: unknown): number {
  return typeof value === "number" && value > 0 ? Math.min(Math.floor(value), 0xffff_ffff) : 0;
}
