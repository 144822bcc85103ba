// Messages as arrows between the lanes of their agents: from when one is sent to when its receiver begins. Pure.

import { drawnOf, type TimeScale } from "./time-scale.ts";
import type { Viewport } from "./viewport.ts";

/** A message with times in ms after the run's first span. */
export interface TimedMessage {
  readonly from: string;
  readonly to: string;
  readonly atMs: number;
  readonly transitMs: number;
  readonly spanId: string | undefined;
}

/** In the order of sending; times as they are drawn. */
export interface LaneArrows {
  /** Numbers of lanes. */
  readonly from: Int32Array;
  readonly to: Int32Array;
  readonly sent: Float64Array;
  readonly received: Float64Array;
  /** The longest that any is under way. */
  readonly longest: number;
  readonly spanIds: readonly (string | undefined)[];
}

/** Only those between two lanes: the user has none. `lanes`: agents from above. */
export function laneArrows(messages: readonly TimedMessage[], lanes: readonly string[], scale: TimeScale): LaneArrows {
  const numbers = new Map(lanes.map((name, i) => [name, i]));
  const between = messages
    .filter(({ from, to }) => from !== to && numbers.has(from) && numbers.has(to))
    .sort((a, b) => a.atMs - b.atMs);
  const sent = Float64Array.from(between, ({ atMs }) => drawnOf(scale, atMs));
  const received = Float64Array.from(between, ({ atMs, transitMs }) => drawnOf(scale, atMs + transitMs));
  return {
    from: Int32Array.from(between, ({ from }) => numbers.get(from) ?? -1),
    to: Int32Array.from(between, ({ to }) => numbers.get(to) ?? -1),
    ...{ sent, received },
    longest: received.reduce((longest, at, i) => Math.max(longest, at - (sent[i] as number)), 0),
    spanIds: between.map(({ spanId }) => spanId),
  };
}

/** Those that may be seen: the first, and the one behind the last. */
export function arrowsInSight({ sent, longest }: LaneArrows, view: Viewport): readonly [first: number, end: number] {
  return [firstNotBefore(sent, view.startMs - longest), firstNotBefore(sent, view.endMs)];
}

function firstNotBefore(ascending: Float64Array, at: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ascending[middle] as number) < at) low = middle + 1;
    else high = middle;
  }
  return low;
}
