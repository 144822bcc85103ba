// Instants are nanoseconds since 1970 in a bigint ("ns"); a double cannot hold them. Intervals and instants relative to
// a run's start are nanoseconds in a number: exact up to 104 days.

const NS_PER_SECOND = 1_000_000_000n;
const NS_PER_MS = 1_000_000n;

/** Reads the time. Passed in wherever time matters, so that tests can turn it. */
export interface Clock {
  /** Milliseconds since 1970, with fractions. */
  nowMs(): number;
}

export const systemClock: Clock = {
  nowMs: () => performance.timeOrigin + performance.now(),
};

/** Milliseconds since 1970 as nanoseconds. */
export function nsFromMs(ms: number): bigint {
  const whole = Math.floor(ms);
  return BigInt(whole) * NS_PER_MS + BigInt(Math.floor((ms - whole) * 1e6));
}

/** Nanoseconds since 1970 as milliseconds; microseconds survive, nanoseconds do not. */
export function msFromNs(ns: bigint): number {
  const ms = ns / NS_PER_MS;
  return Number(ms) + Number(ns - ms * NS_PER_MS) / 1e6;
}

/** An instant in RFC 3339 with nine digits of a second, in UTC. */
export function formatInstant(ns: bigint): string {
  let seconds = ns / NS_PER_SECOND;
  let fraction = ns % NS_PER_SECOND;
  if (fraction < 0n) {
    seconds -= 1n;
    fraction += NS_PER_SECOND;
  }
  return `${new Date(Number(seconds) * 1000).toISOString().slice(0, -5)}.${fraction.toString().padStart(9, "0")}Z`;
}

const RFC3339 = /^(\d{4}-\d{2}-\d{2})[Tt ](\d{2}:\d{2}:\d{2})(?:\.(\d{1,9})\d*)?([Zz]|[+-]\d{2}:?\d{2})?$/;

/** The nanoseconds since 1970 of an RFC 3339 text (no zone means UTC), or undefined when it is none. */
export function parseInstant(text: string): bigint | undefined {
  const match = RFC3339.exec(text);
  if (!match) return undefined;
  const zone = match[4] === undefined ? "Z" : match[4].toUpperCase();
  const ms = Date.parse(`${match[1]}T${match[2]}${zone.length === 5 ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone}`);
  if (Number.isNaN(ms)) return undefined;
  return BigInt(ms) * NS_PER_MS + BigInt((match[3] ?? "").padEnd(9, "0"));
}

/**
 * An instant from a number whose unit is told by its size, as RunEvents may carry it: below 1e11 seconds, below 1e14
 * milliseconds, below 1e17 microseconds, otherwise nanoseconds.
 */
export function instantFromNumber(value: number): bigint | undefined {
  if (!Number.isFinite(value) || value < 0) return undefined;
  if (value < 1e11) return nsFromMs(value * 1e3);
  if (value < 1e14) return nsFromMs(value);
  if (value < 1e17) return BigInt(Math.floor(value)) * 1000n;
  return BigInt(Math.floor(value));
}

const DURATION_UNITS_MS: Record<string, number> = {
  ns: 1e-6,
  us: 1e-3,
  ms: 1,
  s: 1e3,
  m: 60e3,
  h: 3600e3,
  d: 86_400e3,
};

/** The milliseconds of a duration such as `1500`, `1.5s`, `2m`, `24h`; a bare number is milliseconds. */
export function parseDurationMs(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(ns|us|ms|s|m|h|d)?$/.exec(text);
  if (!match) return undefined;
  return Number(match[1]) * (DURATION_UNITS_MS[match[2] ?? "ms"] as number);
}
