import { strict as assert } from "node:assert";
import { test } from "node:test";
import { describeDifference, formatDifference } from "./format-difference.ts";

test("differences have a sign and the unit of what differs", () => {
  assert.deepEqual(
    [
      formatDifference("ms", 1200),
      formatDifference("ms", -40),
      formatDifference("usd", 0.25),
      formatDifference("count", -3),
      formatDifference("share", 0.04),
      formatDifference("share", -0.0006),
      formatDifference("share", 1e-7),
      formatDifference("ratio", -1.25),
      formatDifference("tokens", 0),
      formatDifference("usd", undefined),
    ],
    ["+1.2 s", "−40 ms", "+$0.25", "−3", "+4.0 pts", "−0.06 pts", "≈ 0", "−1.25", "0", "–"],
  );
});

test("in words a difference says which way it goes and how far, as a share or as times", () => {
  assert.equal(describeDifference("ms", 100, 24), "24 % slower");
  assert.equal(describeDifference("ms", 100, -24), "24 % faster");
  assert.equal(describeDifference("ms", 100, 210), "3.1 × as long");
  assert.equal(describeDifference("usd", 1, -1), "100 % cheaper");
  assert.equal(describeDifference("tokens", 1000, 4), "the same");
  assert.equal(describeDifference("count", 0, 2), "more", "of nothing there is no share");
  assert.equal(describeDifference("count", 0, 0), "the same");
  assert.equal(describeDifference("usd", undefined, undefined), "", "what is not known is not said");
});
