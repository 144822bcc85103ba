import { LIMITS } from "../model/limits.ts";

/** The year 2000: an earlier time is a clock that was never set. */
const EARLIEST_MS = 946_684_800_000;

/** Why an item cannot be stored for its time, or undefined. */
export function timeProblem(atMs: number, nowMs: number): string | undefined {
  if (atMs < EARLIEST_MS) return "its time is missing or before the year 2000: set the sender's clock";
  if (atMs > nowMs + LIMITS.clockAheadMs) return "its time is more than 24 h ahead: set the sender's clock";
  return undefined;
}

/** Why a span cannot be stored for its end, or undefined. An end that is missing or before the start is no problem. */
export function endProblem(endMs: number, nowMs: number): string | undefined {
  return endMs > nowMs + LIMITS.clockAheadMs ? "its end is more than 24 h ahead: set the sender's clock" : undefined;
}

// What senders are told of items that are rejected, or accepted otherwise than they came.

export const TOO_DEEP = `a value is nested more than ${LIMITS.nestingDepth} levels deep: flatten it or send it as text`;
export const TEXT_CUT = "text was longer than the limit and was cut: talea.truncated_bytes says by how much";
export const BAD_TEXT = "text was not UTF-8: U+FFFD stands where bytes could not be read";
export const PARTS_LEFT_OUT = "attributes, events or links beyond a limit, or links without ids, were left out";
export const RUN_ID_UNUSABLE = `talea.run.id was no printable UTF-8 of at most ${LIMITS.runIdBytes} bytes and was ignored`;
