// The captures that are shipped, sent from the page as if they happened now: so that a person who has no agents at hand
// sees what Talea shows.

import { lines as coordinator } from "../../../samples/coordinator.otlp.ndjson.gz";
import { lines as incidentRoom } from "../../../samples/incident-room.otlp.ndjson.gz";
import { lines as tripPlanner } from "../../../samples/trip-planner.otlp.ndjson.gz";
import { captureBounds, movedRequest } from "../../model/moved-capture.ts";
import { sendTelemetry, type TelemetrySignal } from "../base/api.ts";

/** Requests, a line each. */
const CAPTURES = [coordinator, tripPlanner, incidentRoom];
const NS_PER_MS = 1_000_000n;
const SIGNALS: readonly (readonly [field: string, signal: TelemetrySignal])[] = [
  ["resourceSpans", "traces"],
  ["resourceLogs", "logs"],
  ["resourceMetrics", "metrics"],
];

/**
 * Sends all of them, each as if it ended now: in one request a signal, which is taken whole or not at all. Who leaves the
 * page meanwhile finds all runs, or is offered them again. Throws ApiFailure.
 */
export async function loadSampleRuns(): Promise<void> {
  const merged = SIGNALS.map(([field, signal]) => ({ field, signal, items: [] as unknown[] }));
  for (const capture of CAPTURES) {
    const requests = capture.split("\n").filter((line) => line !== "");
    const shiftNs = BigInt(Date.now()) * NS_PER_MS - captureBounds(requests).endNs;
    const mask = crypto.getRandomValues(new Uint8Array(16));
    for (const request of requests) {
      const moved = movedRequest(request, shiftNs, mask) as Readonly<Record<string, readonly unknown[]>>;
      for (const { field, items } of merged) items.push(...(moved[field] ?? []));
    }
  }
  const filled = merged.filter(({ items }) => items.length > 0);
  await Promise.all(filled.map(({ field, signal, items }) => sendTelemetry(signal, { [field]: items })));
}
