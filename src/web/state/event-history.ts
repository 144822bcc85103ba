// The execution history of a run as a list: in the order of time, each event once, however it came. What comes while the
// list is read is held back and counted. Pure.

import type { RunEvent } from "../../model/shapes.ts";

export interface EventHistory {
  /** By time; of one instant in the order of delivery. */
  readonly events: readonly RunEvent[];
  readonly held: readonly RunEvent[];
  /** How many of the oldest were let go. */
  readonly leftOut: number;
}

export const EMPTY_HISTORY: EventHistory = { events: [], held: [], leftOut: 0 };
/** More than anybody reads, and little enough for a browser. */
export const EVENTS_KEPT = 50_000;

/** The history with more events, which must not be in it yet. */
export function withEvents(
  history: EventHistory,
  more: readonly RunEvent[],
  isHeld: boolean,
  kept = EVENTS_KEPT,
): EventHistory {
  if (more.length === 0) return history;
  if (!isHeld) return shown({ ...history, events: merged(history.events, more) }, kept);
  const held = merged(history.held, more);
  const over = Math.max(0, held.length - kept);
  return { ...history, held: held.slice(over), leftOut: history.leftOut + over };
}

/** Lets in what was held back. */
export function withHeld(history: EventHistory, kept = EVENTS_KEPT): EventHistory {
  if (history.held.length === 0) return history;
  return shown({ ...history, events: merged(history.events, history.held), held: [] }, kept);
}

function shown(history: EventHistory, kept: number): EventHistory {
  const over = Math.max(0, history.events.length - kept);
  if (over === 0) return history;
  return { ...history, events: history.events.slice(over), leftOut: history.leftOut + over };
}

function merged(events: readonly RunEvent[], more: readonly RunEvent[]): readonly RunEvent[] {
  // All times are in UTC with nine digits: their order as texts is that of time.
  return [...events, ...more].sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0));
}
