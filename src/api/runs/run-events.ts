// Pages of RunEvents. History order is (time, offset), delivery order is offset; a page goes on behind the event whose
// offset is handed back, in either order.

import { formatInstant } from "../../base/time.ts";
import { present } from "../../jobs/runs/present.ts";
import { formatOffset, parseOffset } from "../../model/ids.ts";
import { LIMITS } from "../../model/limits.ts";
import type { RunEventRow } from "../../model/run-columns.ts";
import type { RunEvent } from "../../model/shapes.ts";
import { readOffset } from "../query-values.ts";

/** An event with its absolute time. */
export type TimedEvent = Omit<RunEventRow, "time"> & { readonly timeNs: bigint; readonly derived: boolean };

export interface EventQuery {
  readonly after: string | undefined;
  readonly matches: (event: TimedEvent) => boolean;
  readonly order: "time" | "offset";
  readonly limit: number;
}

interface RawEventQuery {
  readonly after?: string;
  readonly types?: readonly string[];
  readonly agent?: readonly string[];
  readonly order?: "time" | "offset";
  readonly limit?: number;
}

/** Reads the query parameters. Throws ApiError. */
export function readEventQuery({ after, types, agent, order, limit }: RawEventQuery): EventQuery {
  if (after !== undefined) readOffset(after, "after");
  const wanted = types?.flatMap((list) => list.split(",")) ?? [];
  return {
    after,
    matches: (event) => matchesType(event.type, wanted) && (agent?.includes(event.agent) ?? true),
    order: order ?? "time",
    limit: limit ?? LIMITS.pageSizeMax,
  };
}

/** Whether a type is one of the patterns; `tool.*` stands for all that begin with `tool.`; no patterns for all. */
export function matchesType(type: string, patterns: readonly string[]): boolean {
  if (patterns.length === 0) return true;
  return patterns.some((pattern) => (pattern.endsWith("*") ? type.startsWith(pattern.slice(0, -1)) : type === pattern));
}

export function eventPage(
  history: readonly TimedEvent[],
  { after, matches, order, limit }: EventQuery,
  runId: string,
): { readonly events: RunEvent[]; readonly nextOffset: string | undefined } {
  const ordered = [...history].sort(order === "time" ? byTime : byOffset);
  const start = after === undefined ? 0 : startBehind(ordered, after, order);
  const rest = ordered.slice(start).filter(matches);
  const events = rest.slice(0, limit).map((event) => presentEvent(event, runId));
  return { events, nextOffset: rest.length > limit ? events.at(-1)?.offset : undefined };
}

/** Where the page begins. In order of time the event itself is looked for: offsets are in another order there. */
function startBehind(ordered: readonly TimedEvent[], after: string, order: "time" | "offset"): number {
  const at = ordered.findIndex((event) => formatOffset(event.offset, event.index) === after);
  if (at >= 0) return at + 1;
  if (order === "time") return 0;
  const border = parseOffset(after) ?? { number: 0, index: 0 };
  const first = ordered.findIndex(
    ({ offset, index }) => offset > border.number || (offset === border.number && index > border.index),
  );
  return first < 0 ? ordered.length : first;
}

function byOffset(a: TimedEvent, b: TimedEvent): number {
  return a.offset - b.offset || a.index - b.index;
}

function byTime(a: TimedEvent, b: TimedEvent): number {
  if (a.timeNs !== b.timeNs) return a.timeNs < b.timeNs ? -1 : 1;
  return byOffset(a, b);
}

export function presentEvent(event: TimedEvent, runId: string | undefined): RunEvent {
  return {
    offset: formatOffset(event.offset, event.index),
    id: event.id,
    type: event.type,
    time: formatInstant(event.timeNs),
    derived: event.derived,
    ...present({
      runId,
      agentId: event.agent,
      agentInstance: event.agentInstance,
      to: event.toAgent,
      spanId: event.spanId,
      traceId: event.traceId,
      parentSpanId: event.parentId,
      level: event.level,
      service: event.service,
      message: event.message,
      data: Object.keys(event.data).length === 0 ? undefined : event.data,
    }),
  };
}
