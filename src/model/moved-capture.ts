// A capture of OTLP requests as JSON, moved to another time and under other ids: what happened once can be shown again.

import { fromHex, toHex } from "../base/hex.ts";

const TIMES: ReadonlySet<string> = new Set([
  "startTimeUnixNano",
  "endTimeUnixNano",
  "timeUnixNano",
  "observedTimeUnixNano",
]);
const IDS: ReadonlySet<string> = new Set(["traceId", "spanId", "parentSpanId"]);

/** The first and the last instant that requests name, nanoseconds since 1970; 0 when they name none. */
export function captureBounds(requests: readonly string[]): { readonly startNs: bigint; readonly endNs: bigint } {
  let [startNs, endNs] = [0n, 0n];
  for (const request of requests) {
    JSON.parse(request, (key, value: unknown) => {
      if (!isTime(key, value)) return value;
      const time = BigInt(value);
      if (startNs === 0n || time < startNs) startNs = time;
      if (time > endNs) endNs = time;
      return value;
    });
  }
  return { startNs, endNs };
}

/**
 * A request, parsed, with its times moved by `shiftNs` and its ids changed by a mask of 16 random bytes: equal ids stay
 * equal, different ones different. `onTrace` is told the new ids of traces.
 */
export function movedRequest(
  request: string,
  shiftNs: bigint,
  mask: Uint8Array,
  onTrace: (traceId: string) => void = () => {},
): unknown {
  return JSON.parse(request, (key, value: unknown) => {
    if (isTime(key, value)) return String(BigInt(value) + shiftNs);
    if (!IDS.has(key) || typeof value !== "string" || value === "") return value;
    const id = toHex((fromHex(value) ?? mask).map((byte, i) => byte ^ (mask[i] ?? 0)));
    if (key === "traceId") onTrace(id);
    return id;
  });
}

/** 64-bit numbers are texts in OTLP's JSON; 0 is no time. */
function isTime(key: string, value: unknown): value is string {
  return TIMES.has(key) && BigInt(value as string) > 0n;
}
