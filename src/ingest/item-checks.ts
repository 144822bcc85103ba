import { LIMITS } from "../model/limits.ts";

/** The year 2000: an earlier time is a clock that was never set. */
const EARLIEST_MS = 946_684_800_000;

/** Why an item cannot be stored for its time, or undefined. */
export function timeProblem(atMs: number, nowMs: number): string | undefined {
  if (atMs < EARLIEST_MS) return "its time is missing or before the year 2000: set the sender's clock";
  if (atMs > nowMs + LIMITS.clockAheadMs) return "its time is more than 24 h ahead: set the sender's clock";
  return undefined;
}

export const TOO_DEEP = `a value is nested more than ${LIMITS.nestingDepth} levels deep: flatten it or send it as text`;
