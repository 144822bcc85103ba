import assert from "node:assert/strict";
import { test } from "node:test";
import { RecentIds } from "./recent-ids.ts";

test("an id is new once", () => {
  const ids = new RecentIds(1000);
  assert.equal(ids.add("a"), true);
  assert.equal(ids.add("a"), false);
  assert.equal(ids.add("b"), true);
});

test("ids that differ by little are told apart", () => {
  const ids = new RecentIds(2_000_000);
  for (let i = 0; i < 200_000; i++) {
    const trace = (i >> 4).toString(16).padStart(32, "0");
    const span = i.toString(16).padStart(16, "0");
    assert.equal(ids.add(`${trace}:${span}:tool.started`), true);
    assert.equal(ids.add(`${trace}:${span}:tool.completed`), true);
  }
});

test("the oldest are forgotten", () => {
  const ids = new RecentIds(100);
  ids.add("first");
  for (let i = 0; i < 200; i++) ids.add(`later ${i}`);
  assert.equal(ids.add("first"), true);
});
