// What a decoded export request is to look like as rows, written down again from the promises of the columns: plain and
// slow, and without any of the code that it is held against. Only for telemetry that no dialect speaks.

import { LIMITS } from "../../src/model/limits.ts";
import { EVENT_LEVELS, POINT_KINDS, TEMPORALITIES } from "../../src/model/vocabulary.ts";
import type { Row } from "../../src/store/native/block-reader.ts";
import type { Plain, Signal } from "../support/otlp-proto.ts";
import { FRAMES } from "./arbitrary-requests.ts";
import { hex } from "./requests.ts";

/** The rows of a request, as far as its message says what is in them, and how many items are rejected. */
export interface Expected {
  readonly rows: readonly Plain[];
  readonly rejected: number;
}

const EARLIEST_NS = 946_684_800_000_000_000n;
const MS = 1_000_000n;
const NO_ID = "";

export function expectedRows(signal: Signal, request: Plain, nowMs: number): Expected {
  const rows: Plain[] = [];
  let rejected = 0;
  const frame = FRAMES[signal];
  for (const ofResource of request[frame.request] as Plain[]) {
    const resource = attributesOf(ofResource["resource"]?.["attributes"]);
    for (const scoped of ofResource[frame.scopes] as Plain[]) {
      const context = { resource, service: serviceOf(resource), scope: scoped["scope"] ?? {}, nowMs };
      for (const item of scoped[frame.items] as Plain[]) {
        for (const row of ROWS[signal](item, context)) {
          if (row === REJECTED) rejected++;
          else if (row !== UNRECORDED) rows.push(row);
        }
      }
    }
  }
  return { rows, rejected };
}

interface Context {
  readonly resource: Plain;
  readonly service: string;
  readonly scope: Plain;
  readonly nowMs: number;
}

const REJECTED: Plain = {};
/** Accepted, but there is nothing to store. */
const UNRECORDED: Plain = {};

const ROWS: Readonly<Record<Signal, (item: Plain, context: Context) => Plain[]>> = {
  traces: (item, context) => [spanRow(item, context)],
  logs: (item, context) => [eventRow(item, context)],
  metrics: pointRows,
};

function spanRow(span: Plain, { resource, service, scope, nowMs }: Context): Plain {
  const { traceId, spanId, parentSpanId, status = {} } = span;
  const start = BigInt(span["startTimeUnixNano"] ?? 0);
  const end = BigInt(span["endTimeUnixNano"] ?? 0);
  const isParent = parentSpanId === undefined || parentSpanId.length === 0 || parentSpanId.length === 8;
  if (!isId(traceId, 16) || !isId(spanId, 8) || !isParent || !isTime(start, nowMs)) return REJECTED;
  if (!isTime(end, nowMs) && end >= EARLIEST_NS) return REJECTED;
  const links = (span["links"] as Plain[]).filter((link) => isId(link["traceId"], 16) && isId(link["spanId"], 8));
  const events = span["events"] as Plain[];
  const dropped =
    (span["droppedAttributesCount"] ?? 0) + (span["droppedEventsCount"] ?? 0) + (span["droppedLinksCount"] ?? 0);
  const leftOut = (span["links"] as Plain[]).length - links.length;
  const code = status["code"] ?? 0;
  const kind = span["kind"] ?? 0;
  return {
    ...{ trace_id: idText(traceId), span_id: idText(spanId), parent_id: idText(parentSpanId) },
    ...{ started_at: start, duration_ns: end > start ? end - start : 0n, service, resource },
    ...{ scope: scope["name"] ?? "", scope_version: scope["version"] ?? "", name: span["name"] ?? "" },
    ...{ otel_kind: kind < 0 || kind > 5 ? 0 : kind, otel_status: code > 2 ? 0 : code },
    ...{ trace_state: span["traceState"] ?? "", flags: span["flags"] ?? 0, weight: 1, dialect: "" },
    hints_dropped: dropped + leftOut === 0 ? undefined : String(dropped + leftOut),
    attrs: storedTexts(span["attributes"]),
    attr_types: typesOf(span["attributes"]),
    event_times: events.map((event) => instantOf(event["timeUnixNano"])),
    event_names: events.map((event) => event["name"] ?? ""),
    event_attrs: events.map((event) => attributesOf(event["attributes"])),
    link_traces: links.map((link) => hex(link["traceId"])),
    link_spans: links.map((link) => hex(link["spanId"])),
    link_attrs: links.map((link) => attributesOf(link["attributes"])),
  };
}

function eventRow(log: Plain, { resource, service, scope, nowMs }: Context): Plain {
  const { traceId = new Uint8Array(0), spanId = new Uint8Array(0), body = {}, severityNumber = 0 } = log;
  const own = BigInt(log["timeUnixNano"] ?? 0);
  const observed = BigInt(log["observedTimeUnixNano"] ?? 0);
  const at = own === 0n ? observed : own;
  if ((traceId.length !== 0 && traceId.length !== 16) || (spanId.length !== 0 && spanId.length !== 8)) return REJECTED;
  if (at !== 0n && !isTime(at, nowMs)) return REJECTED;
  const value = plainValue(body);
  const data = attributesOf(log["attributes"]);
  const level = severityNumber < 1 ? 0 : Math.floor((severityNumber - 1) / 4) + 1;
  return {
    ...{ run_id: "", agent: "", to_agent: "", parent_id: NO_ID },
    ...{ trace_id: idText(traceId), span_id: idText(spanId), type: log["eventName"] || "log" },
    // Without any time it is the time of receipt, which is not known here.
    time: at === 0n ? undefined : at,
    ...{ level: level < EVENT_LEVELS.length ? level : 0, service, scope: scope["name"] ?? "", resource },
    // A body that JSON spells as a text is one: bytes and integers that no double holds, too.
    message: typeof value === "string" ? value : "",
    data: value === undefined || typeof value === "string" ? data : withEntry(data, "body", value),
  };
}

const POINT_FIELDS = ["gauge", "sum", "histogram", "exponentialHistogram", "summary"] as const;

function pointRows(metric: Plain, context: Context): Plain[] {
  const field = POINT_FIELDS.find((one) => metric[one] !== undefined);
  const data: Plain = field === undefined ? {} : metric[field];
  const points = (data["dataPoints"] ?? []) as Plain[];
  if (field === undefined || (metric["name"] ?? "") === "") {
    return Array<Plain>(Math.max(1, points.length)).fill(REJECTED);
  }
  const kind = field === "sum" ? (data["isMonotonic"] === true ? "counter" : "updown") : field.replace("Histogram", "");
  const head = {
    ...{ name: metric["name"], unit: metric["unit"] ?? "", description: metric["description"] ?? "" },
    kind: (POINT_KINDS as readonly string[]).indexOf(kind),
    temporality:
      (data["aggregationTemporality"] ?? 0) < TEMPORALITIES.length ? (data["aggregationTemporality"] ?? 0) : 0,
  };
  return points.map((point) => pointRow(head, kind, point, context));
}

function pointRow(head: Plain, kind: string, point: Plain, { service, nowMs }: Context): Plain {
  if (((point["flags"] ?? 0) & 1) !== 0) return UNRECORDED;
  const at = BigInt(point["timeUnixNano"] ?? 0);
  const value = point["asDouble"] ?? (point["asInt"] === undefined ? undefined : Number(point["asInt"]));
  const isNumber = kind === "gauge" || kind === "counter" || kind === "updown";
  if (!isTime(at, nowMs) || (isNumber && !Number.isFinite(value))) return REJECTED;
  const bounds = (point["explicitBounds"] ?? []) as number[];
  const counts = (point["bucketCounts"] ?? []) as string[];
  if (kind === "histogram" && !fit(bounds, counts)) return REJECTED;
  const scale = point["scale"] ?? 0;
  if (scale < -10 || scale > 20) return REJECTED;
  const labels = storedTexts(point["attributes"]);
  return {
    ...head,
    ...{ service, time: at, start_time: instantOf(point["startTimeUnixNano"]), value: value ?? 0 },
    labels: service === "" ? labels : withEntry(labels, "service", service),
    ...{ count: BigInt(point["count"] ?? 0), sum: point["sum"] ?? 0, scale },
    ...{ min: point["min"] ?? Number.NaN, max: point["max"] ?? Number.NaN },
    ...distribution(point, bounds, counts),
  };
}

function distribution(point: Plain, bounds: readonly number[], counts: readonly string[]): Plain {
  const { quantileValues, positive = {}, negative = {}, zeroCount = 0 } = point;
  const quantiles = quantileValues as Plain[] | undefined;
  return {
    bounds: quantiles?.map((one) => one["quantile"] ?? 0) ?? bounds,
    quantile_values: quantiles?.map((one) => one["value"] ?? 0) ?? [],
    buckets: ((positive["bucketCounts"] ?? counts) as string[]).map(BigInt),
    negative_buckets: ((negative["bucketCounts"] ?? []) as string[]).map(BigInt),
    positive_offset: positive["offset"] ?? 0,
    negative_offset: negative["offset"] ?? 0,
    zero_count: BigInt(zeroCount),
  };
}

function fit(bounds: readonly number[], counts: readonly string[]): boolean {
  if (counts.length === 0) return bounds.length === 0;
  return counts.length === bounds.length + 1 && bounds.every((bound, i) => i === 0 || bound > Number(bounds[i - 1]));
}

function isId(id: Uint8Array | undefined, length: number): boolean {
  return id?.length === length && id.some((byte) => byte !== 0);
}

function isTime(at: bigint, nowMs: number): boolean {
  return at >= EARLIEST_NS && at <= BigInt(Math.floor(nowMs) + LIMITS.clockAheadMs) * MS;
}

/** Instants that no item is judged by are stored as they come: those beyond the year 2262 come round. */
function instantOf(unixNano: string | undefined): bigint {
  return BigInt.asIntN(64, BigInt(unixNano ?? 0));
}

/** Zeros read as no id. */
function idText(id: Uint8Array | undefined): string {
  return id?.some((byte) => byte !== 0) === true ? hex(id) : NO_ID;
}

function serviceOf(resource: Plain): string {
  return String(resource["service.name"] ?? "");
}

/** A value as JSON holds it, undefined for none. */
function plainValue(one: Plain): unknown {
  if (one["stringValue"] !== undefined) return one["stringValue"];
  if (one["boolValue"] !== undefined) return one["boolValue"];
  if (one["intValue"] !== undefined) return exact(one["intValue"]);
  if (one["doubleValue"] !== undefined) {
    return Number.isFinite(one["doubleValue"]) ? one["doubleValue"] : String(one["doubleValue"]);
  }
  if (one["bytesValue"] !== undefined) return Buffer.from(one["bytesValue"]).toString("base64");
  if (one["arrayValue"] !== undefined) {
    return (one["arrayValue"]["values"] as Plain[]).map((value) => plainValue(value) ?? "");
  }
  return one["kvlistValue"] === undefined ? undefined : attributesOf(one["kvlistValue"]["values"]);
}

/** What a double cannot hold is a text. */
function exact(integer: string): number | string {
  const value = BigInt(integer);
  return value >= -(2n ** 53n) && value < 2n ** 53n ? Number(value) : integer;
}

/** Key by value; of several of one key the last holds. */
function attributesOf(keyValues: readonly Plain[] = []): Plain {
  return Object.fromEntries(keyValues.map(({ key = "", value = {} }) => [key, plainValue(value) ?? ""]));
}

/** The same as the texts that are stored of them. */
function storedTexts(keyValues: readonly Plain[]): Plain {
  const texts = keyValues.map(({ key = "", value = {} }) => {
    const plain = plainValue(value) ?? "";
    return [key, typeof plain === "object" ? JSON.stringify(plain) : String(plain)];
  });
  return Object.fromEntries(texts);
}

const TYPE_LETTERS = {
  ...{ stringValue: "s", boolValue: "b", intValue: "i", doubleValue: "d" },
  ...{ arrayValue: "j", kvlistValue: "j", bytesValue: "y" },
} as const;

/** One letter per key, in the order in which the keys came first. */
function typesOf(keyValues: readonly Plain[]): string {
  const letters = new Map<string, string>();
  for (const { key, value = {} } of keyValues) {
    const set = Object.entries(TYPE_LETTERS).find(([name]) => value[name] !== undefined);
    letters.set(key, set?.[1] ?? "n");
  }
  return [...letters.values()].join("");
}

function withEntry(object: Plain, key: string, value: unknown): Plain {
  return Object.fromEntries([...Object.entries(object), [key, value]]);
}

const PARSED: ReadonlySet<string> = new Set(["resource", "data", "labels"]);
const BIGINTS: ReadonlySet<string> = new Set([
  "started_at",
  "duration_ns",
  "time",
  "start_time",
  "count",
  "zero_count",
]);

/** A stored row in the form of an expected one: only its columns, JSON parsed, 64-bit numbers as bigints. */
export function comparable(row: Row, like: Plain): Plain {
  return Object.fromEntries(
    Object.keys(like).map((column) => {
      if (like[column] === undefined && column !== "hints_dropped") return [column, undefined];
      return [column, comparableCell(row, column)];
    }),
  );
}

function comparableCell(row: Row, column: string): unknown {
  if (column === "hints_dropped") return (row["hints"] as Plain)["dropped"];
  const value = row[column];
  if (BIGINTS.has(column)) return BigInt(value as number | bigint);
  if (PARSED.has(column)) return value === "" ? {} : JSON.parse(String(value));
  if (column === "event_times" || column.endsWith("buckets")) return (value as (number | bigint)[]).map(BigInt);
  if (column.endsWith("_attrs")) return (value as string[]).map((text) => (text === "" ? {} : JSON.parse(text)));
  return value;
}
