// Pages of RunEvents. History order is (time, offset), delivery order is offset; a page goes on behind the event whose
// offset is handed back, in either order.

import { matchesType, presentEvent, type TimedEvent } from "../../live/timed-event.ts";
import { formatOffset, parseOffset } from "../../model/ids.ts";
import { LIMITS } from "../../model/limits.ts";
import type { RunEvent } from "../../model/shapes.ts";
import { readOffset } from "../query-values.ts";

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
