import { LIMITS } from "./limits.ts";

/**
 * How long to wait before the next try, in ms: doubled from try to try up to a limit, and of that a random part, at
 * least half, so that many processes do not come back at the same instant. What the server asked for holds instead.
 */
export function backOffMs(triesBefore: number, askedForMs: number | undefined, random: () => number): number {
  if (askedForMs !== undefined) return Math.min(askedForMs, LIMITS.retryAfterMs);
  const whole = Math.min(LIMITS.backOffMs, LIMITS.backOffFirstMs * 2 ** Math.min(triesBefore, 16));
  return whole * (0.5 + random() / 2);
}

/** A `Retry-After` header in ms: seconds or a date. Undefined when it is neither. */
export function retryAfterMs(header: string | undefined, nowMs: number): number | undefined {
  if (header === undefined || header.trim() === "") return undefined;
  const seconds = Number(header);
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000);
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, at - nowMs);
}
