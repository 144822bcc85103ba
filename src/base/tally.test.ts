import assert from "node:assert/strict";
import { test } from "node:test";
import { Tally } from "./tally.ts";

test("counts by name, the most frequent first, and what is beyond its size together", () => {
  const tally = new Tally(2);
  assert.deepEqual(tally.list(), []);
  for (const name of ["a", "b", "b", "c", "d", "a", "b"]) tally.add(name);
  tally.add("e", 5);
  assert.deepEqual(tally.list(), [
    { reason: "other", count: 7 },
    { reason: "b", count: 3 },
    { reason: "a", count: 2 },
  ]);
});
