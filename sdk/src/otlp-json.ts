// Values as OTLP/JSON writes them: {"stringValue": …}, {"intValue": "…"}, … 64-bit integers and times are strings.

import { LIMITS } from "./limits.ts";

/** Seconds and nanoseconds, as OpenTelemetry's spans have their times. */
export type HrTime = readonly [seconds: number, nanoseconds: number];

export type JsonAttribute = { readonly key: string; readonly value: object };

/** Nanoseconds since 1970 as decimal digits. */
export function nanosecondsOf([seconds, nanoseconds]: HrTime): string {
  return String(BigInt(seconds) * 1_000_000_000n + BigInt(Math.round(nanoseconds)));
}

/** Attributes that have a value. Those for which `keep` says no are left out. */
export function attributesOf(
  attributes: Readonly<Record<string, unknown>>,
  keep: (value: unknown) => boolean = () => true,
): JsonAttribute[] {
  const list: JsonAttribute[] = [];
  for (const key of Object.keys(attributes)) {
    const value = attributes[key];
    if (value !== undefined && value !== null && keep(value)) list.push({ key, value: anyValue(value) });
  }
  return list;
}

/** An AnyValue. Lists and objects may be nested; what JSON has no word for becomes text. */
export function anyValue(value: unknown, depth = 0): object {
  switch (typeof value) {
    case "string":
      return { stringValue: value };
    case "boolean":
      return { boolValue: value };
    case "number":
      return Number.isSafeInteger(value)
        ? { intValue: String(value) }
        : { doubleValue: Number.isFinite(value) ? value : String(value) };
    case "bigint":
      return { intValue: String(BigInt.asIntN(64, value)) };
    case "object":
      return value === null ? {} : objectValue(value, depth);
    default:
      return value === undefined ? {} : { stringValue: String(value) };
  }
}

function objectValue(value: object, depth: number): object {
  if (value instanceof Uint8Array) return { bytesValue: Buffer.from(value).toString("base64") };
  if (value instanceof Date) {
    return { stringValue: Number.isNaN(value.getTime()) ? String(value) : value.toISOString() };
  }
  if (value instanceof Error) return { stringValue: String(value) };
  // Deeper than this is an object that contains itself, or nothing that anybody reads.
  if (depth >= LIMITS.valueDepth) return { stringValue: "[…]" };
  if (Array.isArray(value)) return { arrayValue: { values: value.map((item) => anyValue(item, depth + 1)) } };
  const values = Object.entries(value)
    .filter(([, item]) => item !== undefined)
    .map(([key, item]) => ({ key, value: anyValue(item, depth + 1) }));
  return { kvlistValue: { values } };
}
