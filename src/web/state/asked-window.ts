// The window of time that the URL asks for. Pure.

import { parseDurationMs } from "../../base/time.ts";
import { type Query, queryValue } from "../base/place.ts";

export const DEFAULT_SINCE = "-24h";

/** Instants are relative to now (`-1h`) or RFC 3339. */
export interface AskedWindow {
  readonly since: string;
  /** Absent: now. */
  readonly until?: string;
}

export function askedWindow(query: Query): AskedWindow {
  const until = queryValue(query, "until");
  return { since: queryValue(query, "since") ?? DEFAULT_SINCE, ...(until === undefined ? {} : { until }) };
}

/** The window as the API is asked for it, with more. */
export function windowQuery(query: Query, more: Readonly<Record<string, string>> = {}): Query {
  return new Map(Object.entries({ ...askedWindow(query), ...more }).map(([name, value]) => [name, [value]]));
}

/** An instant in ms since 1970; NaN when the text means none. */
export function instantMs(text: string, nowMs: number): number {
  if (text === "now") return nowMs;
  return text.startsWith("-") ? nowMs - (parseDurationMs(text.slice(1)) ?? Number.NaN) : Date.parse(text);
}

/** Begin and end of a window, at the latest now. A time that means none is as if it was not there. */
export function windowBounds({ since, until }: AskedWindow, nowMs: number): { fromMs: number; untilMs: number } {
  const known = (ms: number, otherwise: number) => (Number.isNaN(ms) ? otherwise : ms);
  return {
    fromMs: known(instantMs(since, nowMs), instantMs(DEFAULT_SINCE, nowMs)),
    untilMs: Math.min(until === undefined ? nowMs : known(instantMs(until, nowMs), nowMs), nowMs),
  };
}
