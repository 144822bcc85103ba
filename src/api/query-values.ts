// The values of query strings: what they may look like and what they mean.

import { type TSchema, Type } from "typebox";
import { nsFromMs, parseDurationMs, parseInstant } from "../base/time.ts";
import { type Offset, parseOffset } from "../model/ids.ts";
import { LIMITS } from "../model/limits.ts";
import { ApiError } from "./errors.ts";

export const DEFAULT_WINDOW = "-24h";

/** A repeatable text parameter: its values are alternatives. */
export const texts = (description: string) => Type.Optional(Type.Array(Type.String(), { description }));
export const optional = <T extends TSchema>(schema: T) => Type.Optional(schema);
/** A repeatable parameter that takes some words. */
export const oneOf = <const W extends readonly string[]>(words: W, description: string) =>
  Type.Optional(Type.Array(Type.Unsafe<W[number]>({ type: "string", enum: [...words] }), { description }));
export const text = (description: string) => Type.Optional(Type.String({ description }));
export const flag = (description: string) => Type.Optional(Type.Boolean({ description }));

export const windowParameters = {
  since: Type.Optional(Type.String({ description: `RFC 3339, or before now such as -1h; default ${DEFAULT_WINDOW}` })),
  until: Type.Optional(Type.String({ description: "RFC 3339, or before now; default now" })),
};

export const pageParameters = {
  limit: Type.Optional(
    Type.Integer({ minimum: 1, maximum: LIMITS.pageSizeMax, default: LIMITS.pageSize, description: "Items a page" }),
  ),
  cursor: Type.Optional(Type.String({ description: "`nextCursor` of the page before" })),
};

/** A span of time, nanoseconds since 1970. */
export interface TimeWindow {
  readonly sinceNs: bigint;
  readonly untilNs: bigint;
}

/** The year 2262: what a DateTime64 in nanoseconds holds. */
const INSTANT_MAX_NS = 2n ** 63n - 1n;
/** Until "now" includes what senders with fast clocks sent. */
const AHEAD_MS = LIMITS.clockAheadMs;

/** Reads `since` and `until`. Throws ApiError. */
export function readWindow(
  query: { since?: string; until?: string },
  nowMs: number,
  fallback = DEFAULT_WINDOW,
): TimeWindow {
  const sinceNs = readTime(query.since ?? fallback, nowMs, "since");
  const untilNs = query.until === undefined ? nsFromMs(nowMs + AHEAD_MS) : readTime(query.until, nowMs, "until");
  if (untilNs <= sinceNs) throw new ApiError("bad_request", "until must lie after since.");
  return { sinceNs, untilNs };
}

/** An instant: RFC 3339, or a duration before now such as `-24h`; far ones are the farthest that can be stored. Throws ApiError. */
export function readTime(value: string, nowMs: number, name: string): bigint {
  const ns = parseTime(value, nowMs, name);
  return ns < 0n ? 0n : ns > INSTANT_MAX_NS ? INSTANT_MAX_NS : ns;
}

function parseTime(value: string, nowMs: number, name: string): bigint {
  if (value === "now") return nsFromMs(nowMs);
  if (value.startsWith("-")) {
    const before = parseDurationMs(value.slice(1));
    if (before !== undefined) return nsFromMs(Math.max(0, nowMs - before));
  }
  const instant = parseInstant(value);
  if (instant !== undefined) return instant;
  throw new ApiError(
    "bad_request",
    `${name} must be RFC 3339 or a time before now such as -24h, not ${JSON.stringify(value)}.`,
  );
}

/** A duration in milliseconds, `1500` or `1.5s`. Throws ApiError. */
export function readDuration(value: string | undefined, name: string): number | undefined {
  if (value === undefined) return undefined;
  const ms = parseDurationMs(value);
  if (ms === undefined) throw new ApiError("bad_request", `${name} must be milliseconds or a duration such as 1.5s.`);
  return ms;
}

/** An offset that was handed back. Throws ApiError. */
export function readOffset(value: string, name: string): Offset {
  const offset = parseOffset(value);
  if (offset === undefined) throw new ApiError("cursor_invalid", `${name} is no offset that this server gave.`);
  return offset;
}

/** A page's cursor: opaque to clients. */
export function encodeCursor(cursor: object): string {
  return Buffer.from(JSON.stringify(cursor)).toString("base64url");
}

/** What a cursor holds, as texts by name; all but `id` are whole numbers. Throws ApiError when it is none of ours. */
export function decodeCursor<K extends string>(
  cursor: string | undefined,
  ...names: K[]
): Record<K, string> | undefined {
  if (cursor === undefined) return undefined;
  let parsed: unknown;
  try {
    parsed = JSON.parse(Buffer.from(cursor, "base64url").toString());
  } catch {
    throw invalidCursor();
  }
  if (typeof parsed !== "object" || parsed === null) throw invalidCursor();
  const fields = parsed as Record<string, unknown>;
  if (!names.every((name) => isCursorField(name, fields[name]))) throw invalidCursor();
  return fields as Record<K, string>;
}

/** What goes into a query is what a column can hold. */
function isCursorField(name: string, value: unknown): boolean {
  if (typeof value !== "string") return false;
  return name === "id" || (/^\d{1,19}$/.test(value) && BigInt(value) <= INSTANT_MAX_NS);
}

function invalidCursor(): ApiError {
  return new ApiError("cursor_invalid", "This cursor is none that this server gave: begin again without it.");
}
