// The OTLP messages, field by field: what the check of a body, the reading of JSON and the generic decoder go by.
// Source: opentelemetry-proto v1.x, collector/{trace,logs,metrics}/v1 and common, resource, trace, logs, metrics.

import { WIRE } from "./wire.ts";

/**
 * How a field is written on the wire. `varint` covers uint32, uint64 and int32, `int64` is a varint too (in two's
 * complement); `zigzag` is sint32; `id` is bytes that JSON spells in hexadecimal; `any` is an AnyValue's own oneof.
 */
export type FieldType =
  | "string"
  | "bytes"
  | "id"
  | "varint"
  | "int64"
  | "enum"
  | "bool"
  | "zigzag"
  | "fixed32"
  | "fixed64"
  | "sfixed64"
  | "double"
  | MessageName;

export interface Field {
  readonly number: number;
  /** The wire type that it is written with, unless it is packed. */
  readonly wire: number;
  readonly name: string;
  readonly type: FieldType;
  readonly repeated: boolean;
  /** Repeated numbers: written as one length-delimited run. */
  readonly packed: boolean;
  /** The other member of its oneof: of the two the later one holds. */
  readonly rival?: string;
}

const WIRE_OF: Partial<Record<FieldType, number>> = {
  varint: WIRE.varint,
  int64: WIRE.varint,
  enum: WIRE.varint,
  bool: WIRE.varint,
  zigzag: WIRE.varint,
  fixed32: WIRE.fixed32,
  fixed64: WIRE.fixed64,
  sfixed64: WIRE.fixed64,
  double: WIRE.fixed64,
};

function field(number: number, name: string, type: FieldType, repeated: boolean, packed: boolean): Field {
  return { number, name, type, wire: WIRE_OF[type] ?? WIRE.bytes, repeated, packed };
}
const one = (number: number, name: string, type: FieldType) => field(number, name, type, false, false);
const many = (number: number, name: string, type: FieldType) => field(number, name, type, true, false);
const either = (number: number, name: string, type: FieldType, rival: string) => ({
  ...one(number, name, type),
  rival,
});
const packed = (number: number, name: string, type: FieldType) => field(number, name, type, true, true);

const FIELDS = {
  ExportTraceServiceRequest: [many(1, "resourceSpans", "ResourceSpans")],
  ExportLogsServiceRequest: [many(1, "resourceLogs", "ResourceLogs")],
  ExportMetricsServiceRequest: [many(1, "resourceMetrics", "ResourceMetrics")],

  Resource: [many(1, "attributes", "KeyValue"), one(2, "droppedAttributesCount", "varint")],
  InstrumentationScope: [
    one(1, "name", "string"),
    one(2, "version", "string"),
    many(3, "attributes", "KeyValue"),
    one(4, "droppedAttributesCount", "varint"),
  ],
  KeyValue: [one(1, "key", "string"), one(2, "value", "AnyValue")],
  AnyValue: [
    one(1, "stringValue", "string"),
    one(2, "boolValue", "bool"),
    one(3, "intValue", "int64"),
    one(4, "doubleValue", "double"),
    one(5, "arrayValue", "ArrayValue"),
    one(6, "kvlistValue", "KeyValueList"),
    one(7, "bytesValue", "bytes"),
  ],
  ArrayValue: [many(1, "values", "AnyValue")],
  KeyValueList: [many(1, "values", "KeyValue")],

  ResourceSpans: [one(1, "resource", "Resource"), many(2, "scopeSpans", "ScopeSpans"), one(3, "schemaUrl", "string")],
  ScopeSpans: [one(1, "scope", "InstrumentationScope"), many(2, "spans", "Span"), one(3, "schemaUrl", "string")],
  Span: [
    one(1, "traceId", "id"),
    one(2, "spanId", "id"),
    one(3, "traceState", "string"),
    one(4, "parentSpanId", "id"),
    one(5, "name", "string"),
    one(6, "kind", "enum"),
    one(7, "startTimeUnixNano", "fixed64"),
    one(8, "endTimeUnixNano", "fixed64"),
    many(9, "attributes", "KeyValue"),
    one(10, "droppedAttributesCount", "varint"),
    many(11, "events", "SpanEvent"),
    one(12, "droppedEventsCount", "varint"),
    many(13, "links", "SpanLink"),
    one(14, "droppedLinksCount", "varint"),
    one(15, "status", "SpanStatus"),
    one(16, "flags", "fixed32"),
  ],
  SpanEvent: [
    one(1, "timeUnixNano", "fixed64"),
    one(2, "name", "string"),
    many(3, "attributes", "KeyValue"),
    one(4, "droppedAttributesCount", "varint"),
  ],
  SpanLink: [
    one(1, "traceId", "id"),
    one(2, "spanId", "id"),
    one(3, "traceState", "string"),
    many(4, "attributes", "KeyValue"),
    one(5, "droppedAttributesCount", "varint"),
    one(6, "flags", "fixed32"),
  ],
  SpanStatus: [one(2, "message", "string"), one(3, "code", "enum")],

  ResourceLogs: [one(1, "resource", "Resource"), many(2, "scopeLogs", "ScopeLogs"), one(3, "schemaUrl", "string")],
  ScopeLogs: [
    one(1, "scope", "InstrumentationScope"),
    many(2, "logRecords", "LogRecord"),
    one(3, "schemaUrl", "string"),
  ],
  LogRecord: [
    one(1, "timeUnixNano", "fixed64"),
    one(2, "severityNumber", "enum"),
    one(3, "severityText", "string"),
    one(5, "body", "AnyValue"),
    many(6, "attributes", "KeyValue"),
    one(7, "droppedAttributesCount", "varint"),
    one(8, "flags", "fixed32"),
    one(9, "traceId", "id"),
    one(10, "spanId", "id"),
    one(11, "observedTimeUnixNano", "fixed64"),
    one(12, "eventName", "string"),
  ],

  ResourceMetrics: [
    one(1, "resource", "Resource"),
    many(2, "scopeMetrics", "ScopeMetrics"),
    one(3, "schemaUrl", "string"),
  ],
  ScopeMetrics: [one(1, "scope", "InstrumentationScope"), many(2, "metrics", "Metric"), one(3, "schemaUrl", "string")],
  Metric: [
    one(1, "name", "string"),
    one(2, "description", "string"),
    one(3, "unit", "string"),
    one(5, "gauge", "Gauge"),
    one(7, "sum", "Sum"),
    one(9, "histogram", "Histogram"),
    one(10, "exponentialHistogram", "ExponentialHistogram"),
    one(11, "summary", "Summary"),
    many(12, "metadata", "KeyValue"),
  ],
  Gauge: [many(1, "dataPoints", "NumberDataPoint")],
  Sum: [
    many(1, "dataPoints", "NumberDataPoint"),
    one(2, "aggregationTemporality", "enum"),
    one(3, "isMonotonic", "bool"),
  ],
  Histogram: [many(1, "dataPoints", "HistogramDataPoint"), one(2, "aggregationTemporality", "enum")],
  ExponentialHistogram: [
    many(1, "dataPoints", "ExponentialHistogramDataPoint"),
    one(2, "aggregationTemporality", "enum"),
  ],
  Summary: [many(1, "dataPoints", "SummaryDataPoint")],
  NumberDataPoint: [
    one(2, "startTimeUnixNano", "fixed64"),
    one(3, "timeUnixNano", "fixed64"),
    either(4, "asDouble", "double", "asInt"),
    many(5, "exemplars", "Exemplar"),
    either(6, "asInt", "sfixed64", "asDouble"),
    many(7, "attributes", "KeyValue"),
    one(8, "flags", "varint"),
  ],
  HistogramDataPoint: [
    one(2, "startTimeUnixNano", "fixed64"),
    one(3, "timeUnixNano", "fixed64"),
    one(4, "count", "fixed64"),
    one(5, "sum", "double"),
    packed(6, "bucketCounts", "fixed64"),
    packed(7, "explicitBounds", "double"),
    many(8, "exemplars", "Exemplar"),
    many(9, "attributes", "KeyValue"),
    one(10, "flags", "varint"),
    one(11, "min", "double"),
    one(12, "max", "double"),
  ],
  ExponentialHistogramDataPoint: [
    many(1, "attributes", "KeyValue"),
    one(2, "startTimeUnixNano", "fixed64"),
    one(3, "timeUnixNano", "fixed64"),
    one(4, "count", "fixed64"),
    one(5, "sum", "double"),
    one(6, "scale", "zigzag"),
    one(7, "zeroCount", "fixed64"),
    one(8, "positive", "Buckets"),
    one(9, "negative", "Buckets"),
    one(10, "flags", "varint"),
    many(11, "exemplars", "Exemplar"),
    one(12, "min", "double"),
    one(13, "max", "double"),
    one(14, "zeroThreshold", "double"),
  ],
  Buckets: [one(1, "offset", "zigzag"), packed(2, "bucketCounts", "varint")],
  SummaryDataPoint: [
    one(2, "startTimeUnixNano", "fixed64"),
    one(3, "timeUnixNano", "fixed64"),
    one(4, "count", "fixed64"),
    one(5, "sum", "double"),
    many(6, "quantileValues", "ValueAtQuantile"),
    many(7, "attributes", "KeyValue"),
    one(8, "flags", "varint"),
  ],
  ValueAtQuantile: [one(1, "quantile", "double"), one(2, "value", "double")],
  Exemplar: [
    one(2, "timeUnixNano", "fixed64"),
    one(3, "asDouble", "double"),
    one(4, "spanId", "id"),
    one(5, "traceId", "id"),
    one(6, "asInt", "sfixed64"),
    many(7, "filteredAttributes", "KeyValue"),
  ],
} as const satisfies Record<string, readonly Field[] | readonly unknown[]>;

export type MessageName =
  | "ExportTraceServiceRequest"
  | "ExportLogsServiceRequest"
  | "ExportMetricsServiceRequest"
  | "Resource"
  | "InstrumentationScope"
  | "KeyValue"
  | "AnyValue"
  | "ArrayValue"
  | "KeyValueList"
  | "ResourceSpans"
  | "ScopeSpans"
  | "Span"
  | "SpanEvent"
  | "SpanLink"
  | "SpanStatus"
  | "ResourceLogs"
  | "ScopeLogs"
  | "LogRecord"
  | "ResourceMetrics"
  | "ScopeMetrics"
  | "Metric"
  | "Gauge"
  | "Sum"
  | "Histogram"
  | "ExponentialHistogram"
  | "Summary"
  | "NumberDataPoint"
  | "HistogramDataPoint"
  | "ExponentialHistogramDataPoint"
  | "Buckets"
  | "SummaryDataPoint"
  | "ValueAtQuantile"
  | "Exemplar";

/** A message with its fields by number and by JSON name. */
export interface Message {
  readonly name: MessageName;
  readonly byNumber: readonly (Field | undefined)[];
  readonly byName: ReadonlyMap<string, Field>;
  /** By field number: the message that the field holds, undefined for scalars and unknown fields. */
  readonly nested: readonly (Message | undefined)[];
}

interface MessageUnderConstruction extends Message {
  readonly nested: (Message | undefined)[];
}

function describe(name: MessageName): MessageUnderConstruction {
  const fields: readonly Field[] = FIELDS[name];
  const byNumber: (Field | undefined)[] = [];
  for (const field of fields) byNumber[field.number] = field;
  return {
    name,
    byNumber: Array.from(byNumber),
    byName: new Map(fields.map((field) => [field.name, field])),
    nested: [],
  };
}

function describeAll(): Readonly<Record<MessageName, Message>> {
  const names = Object.keys(FIELDS) as MessageName[];
  const messages = Object.fromEntries(names.map((name) => [name, describe(name)])) as Record<
    MessageName,
    MessageUnderConstruction
  >;
  for (const message of Object.values(messages)) {
    for (const field of message.byNumber) {
      message.nested.push(
        field === undefined ? undefined : (messages as Record<string, Message | undefined>)[field.type],
      );
    }
  }
  return messages;
}

export const MESSAGES = describeAll();

/** The message without a field: for decoders that have no use for it. */
export function without(message: Message, name: string): Message {
  const drop = <T>(fields: readonly (T | undefined)[]) =>
    fields.map((field, i) => (message.byNumber[i]?.name === name ? undefined : field));
  return { ...message, byNumber: drop(message.byNumber), nested: drop(message.nested) };
}

/** The message that a field holds, or undefined when it holds a scalar. */
export function messageOf(field: Field): Message | undefined {
  return (MESSAGES as Readonly<Record<string, Message | undefined>>)[field.type];
}
