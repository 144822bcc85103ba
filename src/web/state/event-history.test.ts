import assert from "node:assert/strict";
import { test } from "node:test";
import type { RunEvent } from "../../model/shapes.ts";
import { EMPTY_HISTORY, type EventHistory, withEvents, withHeld } from "./event-history.ts";

function event(id: string, second: number): RunEvent {
  return { id, offset: id, type: "log", derived: false, time: `2026-11-22T12:00:0${second}.000000000Z` };
}

const ids = (events: readonly RunEvent[]) => events.map(({ id }) => id).join("");
const history = (...events: RunEvent[]): EventHistory => withEvents(EMPTY_HISTORY, events, false);

test("events stand in the order of time, those of one instant in that of delivery", () => {
  const before = history(event("c", 3), event("a", 1));
  assert.equal(ids(withEvents(before, [event("b", 2), event("x", 1)], false).events), "axbc");
});

test("while the list is read what comes is held back, then let in at its place", () => {
  const before = history(event("b", 2));
  const held = withEvents(withEvents(before, [event("c", 3)], true), [event("a", 1)], true);
  assert.equal(held.events, before.events);
  assert.equal(ids(held.held), "ac");
  const after = withHeld(held);
  assert.equal(ids(after.events), "abc");
  assert.equal(after.held.length, 0);
});

test("of more than a browser can hold the oldest are let go, and counted", () => {
  const before = withEvents(history(event("a", 1), event("b", 2)), [event("c", 3)], false, 2);
  assert.deepEqual([ids(before.events), before.leftOut], ["bc", 1]);
  const held = withEvents(before, [event("d", 4), event("e", 5), event("f", 6)], true, 2);
  assert.deepEqual([ids(held.held), held.leftOut], ["ef", 2]);
  const after = withHeld(held, 2);
  assert.deepEqual([ids(after.events), after.leftOut], ["ef", 4]);
});

test("nothing new leaves the very same history", () => {
  const before = history(event("a", 1));
  assert.equal(withEvents(before, [], false), before);
  assert.equal(withHeld(before), before);
});
