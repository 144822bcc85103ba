import assert from "node:assert/strict";
import { test } from "node:test";
import type { Run } from "../../model/shapes.ts";
import { END_SHOWN_MS, type PlacedRun, stateIn, stripIn, withoutLastOver, withRuns } from "./running-places.ts";

const run = (id: string, status = "running", startedAt = id) => ({ id, status, startedAt }) as Run;
const LATER = END_SHOWN_MS + 1;

function told(places: readonly PlacedRun[], runs: readonly Run[], nowMs = 0, isHeld = false): PlacedRun[] {
  return withRuns(places, { runs, isAll: false, nowMs, isHeld });
}
const shown = (places: readonly PlacedRun[]) =>
  places.map(({ run: { id }, overAtMs }) => (overAtMs === undefined ? id : `${id} over`)).join(", ");

const THREE = withRuns([], { runs: [run("1"), run("3"), run("2")], isAll: true, nowMs: 0, isHeld: false });

test("the newest are first at first; later ones come below, and nobody moves", () => {
  assert.equal(shown(THREE), "3, 2, 1");
  assert.equal(shown(told(THREE, [run("5"), run("2")])), "3, 2, 1, 5");
});

test("a run that ended keeps its place until another one takes it, unless the pointer is there", () => {
  const ended = told(THREE, [run("2", "completed")]);
  assert.equal(shown(ended), "3, 2 over, 1");
  assert.equal(shown(told(ended, [run("4")], 1)), "3, 2 over, 1, 4", "its end is to be seen first");
  assert.equal(shown(told(ended, [run("4")], LATER, true)), "3, 2 over, 1, 4");
  assert.equal(shown(told(ended, [run("4")], LATER)), "3, 4, 1");
});

test("what ended leaves when nothing that goes on stands below it", () => {
  const ended = told(THREE, [run("2", "completed"), run("1", "failed")]);
  assert.equal(withoutLastOver(ended, 1), ended);
  assert.equal(shown(withoutLastOver(ended, LATER)), "3");
  const above = told(THREE, [run("3", "completed")]);
  assert.equal(withoutLastOver(above, LATER), above);
});

test("after the connection was lost, what is not told of any more is over", () => {
  const again = withRuns(THREE, { runs: [run("3"), run("1")], isAll: true, nowMs: 0, isHeld: false });
  assert.equal(shown(again), "3, 2 over, 1");
});

test("nobody of a run that is over works or waits, though its end was told before theirs", () => {
  const strip = [
    { state: "llm", fromMs: 10 },
    { state: "waiting", fromMs: 20 },
  ] as const;
  const going: PlacedRun = { run: run("1"), overAtMs: undefined };
  assert.equal(stateIn(going, "waiting"), "waiting");
  assert.equal(stripIn(going, strip), strip);
  const over: PlacedRun = { run: { ...run("1"), endedAt: new Date(30).toISOString() }, overAtMs: 50 };
  assert.equal(stateIn(over, "waiting"), "done");
  assert.deepEqual(stripIn(over, strip).at(-1), { state: "done", fromMs: 30 });
  assert.deepEqual(stripIn({ run: run("1"), overAtMs: 50 }, strip).at(-1), { state: "done", fromMs: 50 });
});
