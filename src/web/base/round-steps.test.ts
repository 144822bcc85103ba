import assert from "node:assert/strict";
import { test } from "node:test";
import { roundStepMs } from "./round-steps.ts";

test("a step is round and not shorter than it may be", () => {
  const hours = (count: number) => count * 3_600_000;
  for (const [least, step] of [
    [1, 1000],
    [1000, 1000],
    [31_000, 60_000],
    [hours(3.5), hours(4)],
    [hours(13), hours(24)],
    [hours(24 * 31), hours(24 * 31)],
    [hours(24 * 31) + 1, hours(24 * 32)],
  ] as const) {
    assert.equal(roundStepMs(least), step);
  }
});
