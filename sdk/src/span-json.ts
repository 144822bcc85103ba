// Spans as OTLP/JSON: an ended one as a Span, an open one as the log record `span.started` that announces it.
//
//   Span                        LogRecord
//   startTimeUnixNano      ──▶  timeUnixNano
//   name                   ──▶  body
//   attributes             ──▶  attributes, without long strings
//   parentSpanId           ──▶  attribute talea.parent_span.id
//   kind                   ──▶  attribute talea.span.kind

import { LIMITS } from "./limits.ts";
import { NAMES, SPAN_STARTED } from "./names.ts";
import { attributesOf, nanosecondsOf } from "./otlp-json.ts";
import type { Outgoing } from "./outbox.ts";
import type { RecordedSpan, ResourceShape, ScopeShape } from "./span-shape.ts";

const SAMPLED = 1;

export function isSampled(span: RecordedSpan): boolean {
  return (span.spanContext().traceFlags & SAMPLED) !== 0;
}

/** The log record that announces an open span. */
export function startedRecord(span: RecordedSpan, resource: ResourceShape = span.resource): Outgoing {
  const { traceId, spanId } = span.spanContext();
  const parent = parentOf(span);
  const record = {
    timeUnixNano: nanosecondsOf(span.startTime),
    eventName: SPAN_STARTED,
    traceId,
    spanId,
    body: { stringValue: span.name },
    attributes: [
      ...attributesOf(span.attributes, isShort),
      ...attributesOf({ [NAMES.parentSpanId]: parent, [NAMES.spanKind]: span.kind + 1 }),
    ],
  };
  return outgoing(record, span, resource);
}

/** How a span ended. */
type End = Pick<RecordedSpan, "endTime" | "status">;

/** A span that its process did not end before it was done: it failed, then and there. */
export function unfinishedRecord(span: RecordedSpan, nowMs: number, resource: ResourceShape): Outgoing {
  const endTime = [Math.floor(nowMs / 1000), Math.floor(nowMs % 1000) * 1e6] as const;
  return spanRecord(span, resource, { endTime, status: { code: 2, message: "not ended when its process was done" } });
}

/** An ended span. */
export function spanRecord(span: RecordedSpan, resource: ResourceShape = span.resource, end: End = span): Outgoing {
  const { traceId, spanId, traceState, traceFlags } = span.spanContext();
  const record = {
    ...{ traceId, spanId, parentSpanId: parentOf(span), flags: traceFlags },
    traceState: traceState?.serialize() || undefined,
    name: span.name,
    kind: span.kind + 1,
    startTimeUnixNano: nanosecondsOf(span.startTime),
    endTimeUnixNano: nanosecondsOf(end.endTime),
    attributes: attributesOf(span.attributes),
    events: span.events.map(({ name, time, attributes = {} }) => ({
      ...{ name, timeUnixNano: nanosecondsOf(time), attributes: attributesOf(attributes) },
    })),
    links: span.links.map(({ context, attributes = {} }) => ({
      ...{ traceId: context.traceId, spanId: context.spanId, attributes: attributesOf(attributes) },
    })),
    status: { code: end.status.code, message: end.status.message },
  };
  return outgoing(record, span, resource);
}

function parentOf({ parentSpanContext, parentSpanId }: RecordedSpan): string | undefined {
  return parentSpanContext?.spanId ?? parentSpanId;
}

function isShort(value: unknown): boolean {
  if (typeof value === "string") return value.length <= LIMITS.announcedTextCharacters;
  if (typeof value !== "object" || value === null) return true;
  return JSON.stringify(value).length <= LIMITS.announcedTextCharacters;
}

function outgoing(record: object, span: RecordedSpan, resource: ResourceShape): Outgoing {
  const scope = span.instrumentationScope ?? span.instrumentationLibrary ?? { name: "" };
  return { json: JSON.stringify(record), resource: resourceJson(resource), scope: scopeJson(scope) };
}

const resources = new WeakMap<ResourceShape, string>();
const scopes = new WeakMap<ScopeShape, string>();

/** OTLP's Resource. */
export function resourceJson(resource: ResourceShape): string {
  const known = resources.get(resource);
  if (known !== undefined) return known;
  const json = JSON.stringify({ attributes: attributesOf(resource.attributes) });
  // Detectors may still be looking for some of them.
  if (resource.asyncAttributesPending !== true) resources.set(resource, json);
  return json;
}

export function scopeJson(scope: ScopeShape): string {
  const known = scopes.get(scope);
  if (known !== undefined) return known;
  const json = JSON.stringify({ name: scope.name, version: scope.version });
  scopes.set(scope, json);
  return json;
}
