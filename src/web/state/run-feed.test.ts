import assert from "node:assert/strict";
import { test } from "node:test";
import type { Run } from "../../model/shapes.ts";
import { type Feed, release, withChanged, withFresh, withMore } from "./run-feed.ts";
import type { RunSortOrder } from "./run-query.ts";

const NEWEST: RunSortOrder = { field: "startedAt", isDescending: true };

function run(id: string, minute: number, more: Partial<Run> = {}): Run {
  const startedAt = `2026-11-22T12:${String(minute).padStart(2, "0")}:00.000000000Z`;
  return { id, startedAt, durationMs: minute, errorCount: 0, cost: { unpricedCalls: 0 }, ...more } as Run;
}

const feed = (rows: readonly Run[], nextCursor?: string): Feed => ({ rows, held: [], nextCursor });
const ids = (rows: readonly Run[]) => rows.map(({ id }) => id);

test("a new run comes in at its place while the list rests at its top", () => {
  const before = feed([run("b", 2), run("a", 1)]);
  assert.deepEqual(ids(withFresh(before, [run("c", 3), run("b", 2), run("a", 1)], NEWEST, false).rows), [
    "c",
    "b",
    "a",
  ]);
});

test("while the list is read new runs are held back and counted, until they are let in", () => {
  const before = feed([run("b", 2), run("a", 1)]);
  const held = withFresh(before, [run("d", 4), run("c", 3), run("b", 2)], NEWEST, true);
  assert.deepEqual(ids(held.rows), ["b", "a"]);
  assert.deepEqual(ids(held.held), ["d", "c"]);
  assert.deepEqual(ids(release(held, NEWEST).rows), ["d", "c", "b", "a"]);
});

test("a run that changed changes in place, and all others stay the same objects", () => {
  const before = feed([run("b", 2), run("a", 1)]);
  const after = withFresh(before, [run("b", 2, { errorCount: 3 }), run("a", 1)], NEWEST, true);
  assert.equal(after.rows[0]?.errorCount, 3);
  assert.equal(after.rows[1], before.rows[1]);
});

test("nothing new leaves the very same list", () => {
  const before = feed([run("b", 2), run("a", 1)]);
  assert.equal(withFresh(before, [run("b", 2), run("a", 1)], NEWEST, false).rows, before.rows);
  assert.equal(withFresh(before, [run("b", 2), run("a", 1)], NEWEST, true).rows, before.rows);
});

test("a run that no longer passes goes, but not what lies behind the fresh page", () => {
  const before = feed([run("c", 3), run("b", 2), run("a", 1)], "more");
  assert.deepEqual(ids(withFresh(before, [run("c", 3), run("b", 2)], NEWEST, false).rows), ["c", "b", "a"]);
  assert.deepEqual(ids(withFresh(before, [run("c", 3), run("a", 1)], NEWEST, false).rows), ["c", "a"]);
});

test("in another order a run that belongs behind the last row waits for its page", () => {
  const longest: RunSortOrder = { field: "durationMs", isDescending: true };
  const before = feed([run("b", 20), run("a", 10)], "more");
  const after = withFresh(before, [run("new", 5), run("b", 20), run("a", 10)], longest, false);
  assert.deepEqual(ids(after.rows), ["b", "a"]);
});

test("a page that overlaps adds only what is new", () => {
  const after = withMore(feed([run("c", 3), run("b", 2)], "x"), [run("b", 2), run("a", 1)], undefined);
  assert.deepEqual(ids(after.rows), ["c", "b", "a"]);
  assert.equal(after.nextCursor, undefined);
});

const passing = (...runs: readonly Run[]) => runs.map((one) => ({ run: one, passes: true }));

test("a run that the stream tells of comes in at its place, and a known one changes in place", () => {
  const before = feed([run("c", 3), run("a", 1)]);
  const after = withChanged(before, passing(run("b", 2), run("a", 1, { errorCount: 1 })), NEWEST, false);
  assert.deepEqual(ids(after.rows), ["c", "b", "a"]);
  assert.equal(after.rows[2]?.errorCount, 1);
  assert.equal(after.rows[0], before.rows[0]);
});

test("while the list is read, runs that the stream tells of gather behind the count and change there", () => {
  const before = feed([run("a", 1)]);
  const once = withChanged(before, passing(run("b", 2)), NEWEST, true);
  const twice = withChanged(once, passing(run("c", 3), run("b", 2, { errorCount: 2 })), NEWEST, true);
  assert.equal(twice.rows, before.rows);
  assert.deepEqual(ids(twice.held), ["c", "b"]);
  assert.equal(twice.held[1]?.errorCount, 2);
  assert.deepEqual(ids(withChanged(twice, [], NEWEST, false).rows), ["c", "b", "a"]);
});

test("a run that no longer passes leaves a list at rest, and stays as it is in one that is read", () => {
  const before = feed([run("b", 2), run("a", 1)]);
  const gone = [{ run: run("b", 2, { status: "completed" }), passes: false }];
  assert.deepEqual(ids(withChanged(before, gone, NEWEST, false).rows), ["a"]);
  const held = withChanged(before, gone, NEWEST, true);
  assert.deepEqual(ids(held.rows), ["b", "a"]);
  assert.equal(held.rows[0]?.status, "completed");
});

test("a run that belongs behind the last row waits for its page, and nothing new leaves the very same list", () => {
  const before = feed([run("c", 3), run("b", 2)], "more");
  assert.equal(withChanged(before, passing(run("a", 1)), NEWEST, false).rows, before.rows);
  assert.equal(withChanged(before, passing(run("c", 3)), NEWEST, true).rows, before.rows);
});
