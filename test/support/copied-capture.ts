// A trace of a capture once more, as another run: other ids, another time, and what a test changes of its spans.

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

export interface CapturedSpan {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  status?: { code: number; message?: string };
  attributes: { key: string; value: { stringValue?: string } }[];
}

interface OtlpRequest {
  readonly resourceSpans: { readonly scopeSpans: { spans: CapturedSpan[] }[] }[];
}

export interface Copy {
  /** Makes its ids others than those of other copies. */
  readonly salt: string;
  readonly laterMs: number;
  /** Changes the spans, or answers others in their place. Their ids are those of the capture. */
  readonly edit?: (spans: CapturedSpan[]) => CapturedSpan[];
}

const FIXTURES = new URL("../fixtures/", import.meta.url);

/** A body for `POST /v1/traces` with one trace of a capture, and the trace's id in it. */
export function copiedCapture(
  file: string,
  traceId: string,
  { salt, laterMs, edit = (spans) => spans }: Copy,
): { readonly body: OtlpRequest; readonly traceId: string } {
  const request = JSON.parse(readFileSync(new URL(file, FIXTURES), "utf8")) as OtlpRequest;
  const other = (id: string) => createHash("sha256").update(`${salt} ${id}`).digest("hex").slice(0, id.length);
  const later = (nano: string) => String(BigInt(nano) + BigInt(laterMs) * 1_000_000n);
  const resourceSpans = request.resourceSpans.map(({ scopeSpans, ...resource }) => ({
    ...resource,
    scopeSpans: scopeSpans.map(({ spans, ...scope }) => ({
      ...scope,
      spans: edit(spans.filter((span) => span.traceId === traceId)).map((span) => ({
        ...span,
        traceId: other(span.traceId),
        spanId: other(span.spanId),
        ...(span.parentSpanId ? { parentSpanId: other(span.parentSpanId) } : {}),
        startTimeUnixNano: later(span.startTimeUnixNano),
        endTimeUnixNano: later(span.endTimeUnixNano),
      })),
    })),
  }));
  return { body: { resourceSpans }, traceId: other(traceId) };
}

/** Lets a span and what lies around it end later. */
export function prolonged(spans: CapturedSpan[], spanId: string, byMs: number): CapturedSpan[] {
  const byId = new Map(spans.map((span) => [span.spanId, span]));
  for (let span = byId.get(spanId); span !== undefined; span = byId.get(span.parentSpanId ?? "")) {
    span.endTimeUnixNano = String(BigInt(span.endTimeUnixNano) + BigInt(byMs) * 1_000_000n);
  }
  return spans;
}
