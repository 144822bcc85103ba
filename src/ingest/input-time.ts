import { instantFromNumber, nsFromMs, parseInstant } from "../base/time.ts";

/**
 * The time that a sender wrote: RFC 3339, or a number whose size tells its unit; absent means when it was received.
 * `undefined` when it cannot be read.
 */
export function inputTimeNs(written: string | number | undefined, receivedMs: number): bigint | undefined {
  if (written === undefined) return nsFromMs(receivedMs);
  if (typeof written === "number") return instantFromNumber(written);
  return parseInstant(written) ?? (/^\d+(\.\d+)?$/.test(written) ? instantFromNumber(Number(written)) : undefined);
}
