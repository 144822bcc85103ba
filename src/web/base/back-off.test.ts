import assert from "node:assert/strict";
import { test } from "node:test";
import { BackOff } from "./back-off.ts";

const TIMES = { firstMs: 100, longestMs: 1000, longestSoonMs: 300 };
const pauses = (backOff: BackOff, count: number) => Array.from({ length: count }, () => backOff.nextMs());

test("pauses double up to the longest, and begin anew after a success", () => {
  const backOff = new BackOff(TIMES, () => 1);
  assert.deepEqual(pauses(backOff, 6), [100, 200, 400, 800, 1000, 1000]);
  backOff.reset();
  assert.deepEqual(pauses(backOff, 1), [100]);
});

test("chance shortens a pause by up to a half", () => {
  assert.deepEqual(pauses(new BackOff(TIMES, () => 0), 3), [50, 100, 200]);
});

test("one who said soon is tried more often, but not for ever", () => {
  const backOff = new BackOff(TIMES, () => 1);
  backOff.expectSoon();
  const longest = pauses(backOff, 40);
  assert.deepEqual(longest.slice(0, 4), [100, 200, 300, 300]);
  assert.equal(longest.at(-1), 1000);
});
