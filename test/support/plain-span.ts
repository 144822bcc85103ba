// Spans and log records over parsed OTLP/JSON, for tests of the dialects: what ingest does over bytes, in the simplest
// form. Attribute values are decoded when a span is made.

import { readFileSync } from "node:fs";
import { dialectMarks, scopeMarks } from "../../src/dialects/registry.ts";
import {
  type AttributeKey,
  type AttributePrefix,
  keyName,
  registeredPrefixes,
} from "../../src/model/attribute-keys.ts";
import type {
  AttributeReader,
  AttributeValue,
  ForeignEvent,
  ForeignLink,
  ForeignLog,
  ForeignSpan,
  GroupEntry,
} from "../../src/model/foreign-span.ts";

/** OTLP/JSON's AnyValue. Exporters write 64-bit integers as texts or as numbers. */
export interface JsonAnyValue {
  readonly stringValue?: string;
  readonly boolValue?: boolean;
  readonly intValue?: string | number;
  readonly doubleValue?: number;
  readonly bytesValue?: string;
  readonly arrayValue?: { readonly values?: readonly JsonAnyValue[] };
  readonly kvlistValue?: { readonly values?: readonly JsonKeyValue[] };
}
export interface JsonKeyValue {
  readonly key: string;
  readonly value: JsonAnyValue;
}

function integer(value: string | number): AttributeValue {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : String(value);
}

export function attributeValue(value: JsonAnyValue): AttributeValue {
  if (value.stringValue !== undefined) return value.stringValue;
  if (value.intValue !== undefined) return integer(value.intValue);
  if (value.doubleValue !== undefined) return value.doubleValue;
  if (value.boolValue !== undefined) return value.boolValue;
  if (value.bytesValue !== undefined) return Uint8Array.from(Buffer.from(value.bytesValue, "base64"));
  if (value.arrayValue !== undefined) return (value.arrayValue.values ?? []).map(attributeValue);
  if (value.kvlistValue === undefined) return "";
  return Object.fromEntries((value.kvlistValue.values ?? []).map((entry) => [entry.key, attributeValue(entry.value)]));
}

/** Attributes by name; remembers what a dialect took. */
export class PlainAttributes implements AttributeReader {
  readonly values: ReadonlyMap<string, AttributeValue>;
  readonly taken = new Set<string>();

  constructor(values: ReadonlyMap<string, AttributeValue>) {
    this.values = values;
  }

  static of(attributes: { readonly [name: string]: AttributeValue }): PlainAttributes {
    return new PlainAttributes(new Map(Object.entries(attributes)));
  }

  has(key: AttributeKey): boolean {
    return this.values.has(keyName(key));
  }
  text(key: AttributeKey): string {
    const value = this.values.get(keyName(key));
    if (typeof value === "string") return value;
    return typeof value === "number" || typeof value === "boolean" ? String(value) : "";
  }
  number(key: AttributeKey): number | undefined {
    const value = this.values.get(keyName(key));
    if (typeof value === "number") return Number.isFinite(value) ? value : undefined;
    if (typeof value !== "string" || value.trim() === "") return undefined;
    const number = Number(value);
    return Number.isFinite(number) ? number : undefined;
  }
  flag(key: AttributeKey): boolean | undefined {
    const value = this.values.get(keyName(key));
    if (typeof value === "boolean") return value;
    return value === "true" ? true : value === "false" ? false : undefined;
  }
  value(key: AttributeKey): AttributeValue | undefined {
    return this.values.get(keyName(key));
  }
  group(prefix: AttributePrefix): readonly GroupEntry[] {
    const beginning = registeredPrefixes()[prefix] as string;
    const entries: GroupEntry[] = [];
    for (const [name, value] of this.values) {
      if (name.startsWith(beginning)) entries.push([name.slice(beginning.length), value]);
    }
    return entries;
  }
  hasGroup(prefix: AttributePrefix): boolean {
    const beginning = registeredPrefixes()[prefix] as string;
    for (const name of this.values.keys()) if (name.startsWith(beginning)) return true;
    return false;
  }
  take(key: AttributeKey): AttributeValue | undefined {
    if (this.values.has(keyName(key))) this.taken.add(keyName(key));
    return this.value(key);
  }
  takeGroup(prefix: AttributePrefix): readonly GroupEntry[] {
    const beginning = registeredPrefixes()[prefix] as string;
    for (const name of this.values.keys()) if (name.startsWith(beginning)) this.taken.add(name);
    return this.group(prefix);
  }
}

export interface PlainEvent extends ForeignEvent {
  readonly attributes: PlainAttributes;
  taken: boolean;
}

export interface PlainSpan extends ForeignSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentId: string;
  readonly attributes: PlainAttributes;
  readonly resource: PlainAttributes;
  readonly events: readonly PlainEvent[];
  /** The dialects that its names and its scope speak for. */
  readonly marks: number;
}

export interface PlainLog extends ForeignLog {
  readonly attributes: PlainAttributes;
  readonly resource: PlainAttributes;
}

/** What a test wants to say of a span; the rest is empty. */
export interface SpanSketch {
  readonly name?: string;
  readonly scope?: string;
  readonly service?: string;
  readonly otelKind?: number;
  readonly statusCode?: number;
  readonly statusMessage?: string;
  readonly hasParent?: boolean;
  readonly attributes?: { readonly [name: string]: AttributeValue };
  readonly resource?: { readonly [name: string]: AttributeValue };
  readonly events?: readonly {
    readonly name: string;
    readonly attributes?: { readonly [name: string]: AttributeValue };
  }[];
  readonly links?: readonly ForeignLink[];
}

export function marksOf(attributes: PlainAttributes, scope: string): number {
  let marks = scopeMarks(scope);
  for (const name of attributes.values.keys()) marks |= dialectMarks(name);
  return marks;
}

function eventOf(name: string, attributes: PlainAttributes, timeNs: bigint): PlainEvent {
  return {
    name,
    timeNs,
    attributes,
    taken: false,
    take() {
      this.taken = true;
    },
  };
}

export function sketchSpan(sketch: SpanSketch): PlainSpan {
  const attributes = PlainAttributes.of(sketch.attributes ?? {});
  const scope = sketch.scope ?? "";
  return {
    traceId: "",
    spanId: "",
    parentId: "",
    name: sketch.name ?? "",
    scope,
    scopeVersion: "",
    service: sketch.service ?? "",
    otelKind: sketch.otelKind ?? 1,
    statusCode: sketch.statusCode ?? 0,
    statusMessage: sketch.statusMessage ?? "",
    hasParent: sketch.hasParent ?? true,
    startNs: 0n,
    endNs: 1_000_000n,
    attributes,
    resource: PlainAttributes.of(sketch.resource ?? {}),
    events: (sketch.events ?? []).map((event) => eventOf(event.name, PlainAttributes.of(event.attributes ?? {}), 0n)),
    links: sketch.links ?? [],
    marks: marksOf(attributes, scope),
  };
}

interface JsonEvent {
  readonly name?: string;
  readonly timeUnixNano?: string | number;
  readonly attributes?: readonly JsonKeyValue[];
}
/** A span of OTLP/JSON. */
export interface JsonSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind?: number;
  readonly startTimeUnixNano: string | number;
  readonly endTimeUnixNano: string | number;
  readonly attributes?: readonly JsonKeyValue[];
  readonly events?: readonly JsonEvent[];
  readonly links?: readonly { readonly traceId: string; readonly spanId: string }[];
  readonly status?: { readonly code?: number; readonly message?: string };
}
interface JsonLogRecord {
  readonly timeUnixNano?: string | number;
  readonly severityNumber?: number;
  readonly eventName?: string;
  readonly body?: JsonAnyValue;
  readonly attributes?: readonly JsonKeyValue[];
  readonly traceId?: string;
  readonly spanId?: string;
}
interface JsonResource {
  readonly attributes?: readonly JsonKeyValue[];
}
interface JsonScope {
  readonly name?: string;
  readonly version?: string;
}
/** An export request, of spans or of logs. */
export interface OtlpJson {
  readonly resourceSpans?: readonly {
    readonly resource?: JsonResource;
    readonly scopeSpans: readonly { readonly scope?: JsonScope; readonly spans: readonly JsonSpan[] }[];
  }[];
  readonly resourceLogs?: readonly {
    readonly resource?: JsonResource;
    readonly scopeLogs: readonly { readonly scope?: JsonScope; readonly logRecords: readonly JsonLogRecord[] }[];
  }[];
}

function attributesOf(list: readonly JsonKeyValue[] | undefined): PlainAttributes {
  return new PlainAttributes(new Map((list ?? []).map(({ key, value }) => [key, attributeValue(value)])));
}

function serviceOf(resource: PlainAttributes): string {
  const service = resource.values.get("service.name");
  return typeof service === "string" ? service : "";
}

function spanOf(span: JsonSpan, scope: JsonScope | undefined, resource: PlainAttributes): PlainSpan {
  const attributes = attributesOf(span.attributes);
  const scopeName = scope?.name ?? "";
  return {
    traceId: span.traceId.toLowerCase(),
    spanId: span.spanId.toLowerCase(),
    parentId: (span.parentSpanId ?? "").toLowerCase(),
    name: span.name,
    scope: scopeName,
    scopeVersion: scope?.version ?? "",
    service: serviceOf(resource),
    otelKind: span.kind ?? 0,
    statusCode: span.status?.code ?? 0,
    statusMessage: span.status?.message ?? "",
    hasParent: (span.parentSpanId ?? "") !== "",
    startNs: BigInt(span.startTimeUnixNano),
    endNs: BigInt(span.endTimeUnixNano),
    attributes,
    resource,
    events: (span.events ?? []).map((event) =>
      eventOf(event.name ?? "", attributesOf(event.attributes), BigInt(event.timeUnixNano ?? 0)),
    ),
    links: span.links ?? [],
    marks: marksOf(attributes, scopeName),
  };
}

export function spansOf(request: OtlpJson): PlainSpan[] {
  const spans: PlainSpan[] = [];
  for (const { resource, scopeSpans } of request.resourceSpans ?? []) {
    const attributes = attributesOf(resource?.attributes);
    for (const { scope, spans: list } of scopeSpans) {
      for (const span of list) spans.push(spanOf(span, scope, attributes));
    }
  }
  return spans;
}

export function logsOf(request: OtlpJson): PlainLog[] {
  const logs: PlainLog[] = [];
  for (const { resource, scopeLogs } of request.resourceLogs ?? []) {
    const resourceAttributes = attributesOf(resource?.attributes);
    for (const { scope, logRecords } of scopeLogs) {
      for (const record of logRecords) {
        logs.push({
          eventName: record.eventName ?? "",
          scope: scope?.name ?? "",
          service: serviceOf(resourceAttributes),
          timeNs: BigInt(record.timeUnixNano ?? 0),
          traceId: record.traceId ?? "",
          spanId: record.spanId ?? "",
          severityNumber: record.severityNumber ?? 0,
          body: record.body === undefined ? undefined : attributeValue(record.body),
          attributes: attributesOf(record.attributes),
          resource: resourceAttributes,
        });
      }
    }
  }
  return logs;
}

const FIXTURES = new URL("../fixtures/", import.meta.url);

/** The export requests of a capture under test/fixtures, each file one request or a list of them. */
export function readCapture(path: string): readonly OtlpJson[] {
  const json = JSON.parse(readFileSync(new URL(path, FIXTURES), "utf8")) as OtlpJson | readonly OtlpJson[];
  return Array.isArray(json) ? (json as readonly OtlpJson[]) : [json as OtlpJson];
}
