// Pages of a run's history. History order is (time, offset), delivery order is offset; a page goes on behind the event
// whose offset was handed back, in either order. Made where the run is: a large history goes to no other thread.

import { matchesType } from "../../model/event-types.ts";
import { formatOffset, parseOffset } from "../../model/ids.ts";
import type { RunEventRow } from "../../model/run-columns.ts";

/** An event with its absolute time. */
export type HistoryEvent = RunEventRow & { readonly timeNs: bigint; readonly derived: boolean };

export interface HistoryQuery {
  /** The offset of the event before the page. */
  readonly after: string | undefined;
  /** Types and patterns of types; none for all. */
  readonly types: readonly string[];
  readonly agents: readonly string[] | undefined;
  readonly order: "time" | "offset";
  readonly limit: number;
}

export interface HistoryPage {
  readonly events: readonly HistoryEvent[];
  /** Whether more follow. */
  readonly hasMore: boolean;
}

export function historyPage(
  history: readonly HistoryEvent[],
  { after, types, agents, order, limit }: HistoryQuery,
): HistoryPage {
  const ordered = history.toSorted(order === "time" ? byTime : byOffset);
  const start = after === undefined ? 0 : startBehind(ordered, after, order);
  const matches = ({ type, agent }: HistoryEvent) => matchesType(type, types) && (agents?.includes(agent) ?? true);
  const events: HistoryEvent[] = [];
  for (let at = start; at < ordered.length && events.length <= limit; at++) {
    if (matches(ordered[at] as HistoryEvent)) events.push(ordered[at] as HistoryEvent);
  }
  return { events: events.slice(0, limit), hasMore: events.length > limit };
}

/** Where the page begins. In order of time the event itself is looked for: offsets are in another order there. */
function startBehind(ordered: readonly HistoryEvent[], after: string, order: "time" | "offset"): number {
  const at = ordered.findIndex((event) => formatOffset(event.offset, event.index) === after);
  if (at >= 0) return at + 1;
  if (order === "time") return 0;
  const border = parseOffset(after) ?? { number: 0, index: 0 };
  const first = ordered.findIndex(
    ({ offset, index }) => offset > border.number || (offset === border.number && index > border.index),
  );
  return first < 0 ? ordered.length : first;
}

function byOffset(a: HistoryEvent, b: HistoryEvent): number {
  return a.offset - b.offset || a.index - b.index;
}

function byTime(a: HistoryEvent, b: HistoryEvent): number {
  if (a.timeNs !== b.timeNs) return a.timeNs < b.timeNs ? -1 : 1;
  return byOffset(a, b);
}
