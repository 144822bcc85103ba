// A run as OTLP/JSON, to be imported elsewhere. What was moved out of attributes when the spans came in, texts of
// prompts and answers, goes back as Talea's own attributes, which every Talea reads the same way.

import { parseInstant } from "../../base/time.ts";
import { TALEA } from "../../model/names.ts";
import type { RunEvent, Span } from "../../model/shapes.ts";
import { contentText } from "./contents.ts";
import type { ExportedRun } from "./fetch-run.ts";

type Attributes = Readonly<Record<string, unknown>>;

/** OpenTelemetry's numbers of a span's status. */
const STATUS_CODES: Readonly<Record<Span["status"], number>> = { unset: 0, ok: 1, error: 2, open: 0 };
const SEVERITIES: Readonly<Record<string, number>> = { trace: 1, debug: 5, info: 9, warn: 13, error: 17, fatal: 21 };

/** Two export requests: the ended spans as traces, the events that were sent as logs. Either may be absent. */
export function toOtlp({ spans, events }: Pick<ExportedRun, "spans" | "events">): object[] {
  const ended = spans.filter(({ endedAt }) => endedAt !== undefined);
  const sent = events.filter(({ derived }) => !derived);
  const resourceSpans = [...Map.groupBy(ended, resourceKey).values()].map((group) => ({
    resource: { attributes: keyValues(resourceOf(group[0])) },
    scopeSpans: [...Map.groupBy(group, ({ scope, scopeVersion }) => `${scope} ${scopeVersion}`).values()].map(
      (inScope) => ({ scope: scopeOf(inScope[0]), spans: inScope.map(otlpSpan) }),
    ),
  }));
  const resourceLogs = [...Map.groupBy(sent, ({ service }) => service ?? "").entries()].map(([service, group]) => ({
    resource: { attributes: keyValues(service === "" ? {} : { "service.name": service }) },
    scopeLogs: [{ scope: { name: "talea" }, logRecords: group.map(otlpLog) }],
  }));
  return [
    ...(resourceSpans.length === 0 ? [] : [{ resourceSpans }]),
    ...(resourceLogs.length === 0 ? [] : [{ resourceLogs }]),
  ];
}

function resourceKey(span: Span): string {
  return JSON.stringify(resourceOf(span));
}

function resourceOf(span: Span | undefined): Attributes {
  return { "service.name": span?.service ?? "", ...span?.resource };
}

function scopeOf(span: Span | undefined): object {
  return { name: span?.scope ?? "", ...(span?.scopeVersion === undefined ? {} : { version: span.scopeVersion }) };
}

function otlpSpan(span: Span): object {
  const contents = {
    ...(span.input === undefined ? {} : { [TALEA.input]: contentText(span, span.input) }),
    ...(span.output === undefined ? {} : { [TALEA.output]: contentText(span, span.output) }),
  };
  return {
    traceId: span.traceId,
    spanId: span.id,
    ...(span.parentId === undefined ? {} : { parentSpanId: span.parentId }),
    name: span.name,
    startTimeUnixNano: nanoseconds(span.startedAt),
    endTimeUnixNano: nanoseconds(span.endedAt ?? span.startedAt),
    attributes: keyValues({ ...span.attributes, ...contents }),
    status: {
      code: STATUS_CODES[span.status],
      ...(span.statusMessage === undefined ? {} : { message: span.statusMessage }),
    },
    events: (span.events ?? []).map(({ name, at, attributes }) => ({
      name,
      timeUnixNano: nanoseconds(at),
      attributes: keyValues(attributes),
    })),
    links: (span.links ?? []).map(({ traceId, spanId, attributes }) => ({
      traceId,
      spanId,
      attributes: keyValues(attributes),
    })),
  };
}

function otlpLog(event: RunEvent): object {
  const own: [string, string | undefined][] = [
    [TALEA.eventId, event.id],
    [TALEA.runId, event.traceId === undefined ? event.runId : undefined],
    [TALEA.agent, event.agentId],
    [TALEA.agentInstance, event.agentInstance],
    [TALEA.eventTo, event.to],
    [TALEA.parentSpanId, event.parentSpanId],
  ];
  const said = Object.fromEntries(own.filter(([, value]) => value !== undefined));
  return {
    timeUnixNano: nanoseconds(event.time),
    eventName: event.type,
    ...(event.level === undefined || event.level === "unset" ? {} : { severityNumber: SEVERITIES[event.level] }),
    ...(event.message === undefined ? {} : { body: { stringValue: event.message } }),
    ...(event.traceId === undefined ? {} : { traceId: event.traceId }),
    ...(event.spanId === undefined ? {} : { spanId: event.spanId }),
    attributes: keyValues({ ...event.data, ...said }),
  };
}

function nanoseconds(instant: string): string {
  return String(parseInstant(instant) ?? 0n);
}

function keyValues(attributes: Attributes): object[] {
  return Object.entries(attributes).map(([key, value]) => ({ key, value: anyValue(value) }));
}

/** Source: opentelemetry-proto, common/v1, AnyValue. */
function anyValue(value: unknown): object {
  switch (typeof value) {
    case "string":
      return { stringValue: value };
    case "boolean":
      return { boolValue: value };
    case "number":
      return Number.isSafeInteger(value) ? { intValue: String(value) } : { doubleValue: value };
    default:
      if (value === null || value === undefined) return {};
      if (Array.isArray(value)) return { arrayValue: { values: value.map(anyValue) } };
      return { kvlistValue: { values: keyValues(value as Attributes) } };
  }
}
