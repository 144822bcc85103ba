// Export requests of OTLP for tests: small ones with fresh ids, in protobuf and in JSON.

import { randomBytes } from "node:crypto";
import { encode, type Plain, REQUESTS, type Signal } from "../support/otlp-proto.ts";

export const SIGNALS: readonly Signal[] = ["traces", "logs", "metrics"];
export type Format = "protobuf" | "json";
export const FORMATS: readonly Format[] = ["protobuf", "json"];

export const CONTENT_TYPES: Readonly<Record<Format, string>> = {
  protobuf: "application/x-protobuf",
  json: "application/json",
};

/** Milliseconds as the nanoseconds that OTLP has. */
export function unixNano(ms: number): string {
  return `${Math.floor(ms)}000000`;
}

/** The millisecond nearest to a stored instant. */
export function nearestMs(instant: unknown): number {
  return Number((BigInt(instant as number | bigint) + 500_000n) / 1_000_000n);
}

/** A span of now with ids of its own. */
export function span(fields: Plain = {}): Plain {
  return {
    traceId: randomBytes(16),
    spanId: randomBytes(8),
    name: "work",
    startTimeUnixNano: unixNano(Date.now() - 1000),
    endTimeUnixNano: unixNano(Date.now()),
    ...fields,
  };
}

export function logRecord(fields: Plain = {}): Plain {
  return { timeUnixNano: unixNano(Date.now()), body: { stringValue: randomBytes(8).toString("hex") }, ...fields };
}

export function gaugePoint(fields: Plain = {}): Plain {
  return { timeUnixNano: unixNano(Date.now()), asDouble: Math.random(), ...fields };
}

export function attribute(key: string, value: Plain): Plain {
  return { key, value };
}

const NO_ATTRIBUTES: readonly Plain[] = [];

export function traceRequest(spans: readonly Plain[], resourceAttributes = NO_ATTRIBUTES): Plain {
  const scope = { name: "test" };
  return { resourceSpans: [{ resource: { attributes: resourceAttributes }, scopeSpans: [{ scope, spans }] }] };
}

export function logRequest(logRecords: readonly Plain[], resourceAttributes = NO_ATTRIBUTES): Plain {
  const scope = { name: "test" };
  return { resourceLogs: [{ resource: { attributes: resourceAttributes }, scopeLogs: [{ scope, logRecords }] }] };
}

export function gaugeRequest(dataPoints: readonly Plain[], resourceAttributes = NO_ATTRIBUTES): Plain {
  const metrics = [{ name: "heat", gauge: { dataPoints } }];
  return { resourceMetrics: [{ resource: { attributes: resourceAttributes }, scopeMetrics: [{ metrics }] }] };
}

/** A request of a signal with so many good items, and so many whose time is missing. */
export function requestWith(signal: Signal, good: number, bad = 0): Plain {
  const items = (make: (fields?: Plain) => Plain, noTime: Plain) => [
    ...Array.from({ length: good }, () => make()),
    ...Array.from({ length: bad }, () => make(noTime)),
  ];
  if (signal === "traces") return traceRequest(items(span, { startTimeUnixNano: "0" }));
  if (signal === "metrics") return gaugeRequest(items(gaugePoint, { timeUnixNano: "0" }));
  // A record without any time has that of its receipt: one of 1970 is the bad one here.
  return logRequest(items(logRecord, { timeUnixNano: "1" }));
}

export function bodyOf(signal: Signal, request: Plain, format: Format = "protobuf"): Buffer {
  return format === "json" ? Buffer.from(jsonText(request)) : encode(REQUESTS[signal], request);
}

const IDS: ReadonlySet<string> = new Set(["traceId", "spanId", "parentSpanId"]);

/** The same message as OTLP/JSON spells it: ids in hexadecimal, other bytes in base64, NaN and infinities as texts. */
export function jsonText(message: Plain): string {
  return JSON.stringify(jsonForm(message));
}

function jsonForm(value: unknown, name = ""): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString(IDS.has(name) ? "hex" : "base64");
  if (typeof value === "number" && !Number.isFinite(value)) return String(value);
  if (Array.isArray(value)) return value.map((item) => jsonForm(item, name));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, jsonForm(field, key)]));
}

/** The tables that the items of a signal go into. */
export const TABLES = { traces: "spans", logs: "events", metrics: "points" } as const;

export function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}
