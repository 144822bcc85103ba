import assert from "node:assert/strict";
import { test } from "node:test";
import { brushedSteps, eventBars, tonePath } from "./event-bars.ts";

const COUNTED = { levels: { unset: [4, 0, 1000], warn: [1, 0, 0], error: [3, 0, 0] }, failed: [2, 0, 1] };

test("a bar is what failed, then warnings, then the rest; together all of its events", () => {
  const [first, second, third] = eventBars(COUNTED);
  assert.deepEqual(first?.counts, { failed: 5, warned: 1, other: 2 });
  assert.deepEqual([first?.total, second?.total, third?.total], [8, 0, 1000]);
  assert.deepEqual(second?.spans, []);
  assert.deepEqual(
    third?.spans.map(({ tone }) => tone),
    ["failed", "other"],
  );
});

test("one failure among thousands is seen, and no bar is higher than the highest", () => {
  const [, , third] = eventBars(COUNTED);
  assert.ok(third?.spans.every(({ from, to }) => to - from >= 0.03 && to <= 1));
});

test("all bars of a tone are one path", () => {
  const bars = eventBars({ levels: { info: [1, 0, 2] }, failed: [0, 0, 0] });
  assert.equal(tonePath(bars, "failed"), "");
  assert.equal(tonePath(bars, "other"), "M0.08 0.5h0.84V1h-0.84zM2.08 0h0.84V1h-0.84z");
});

test("a brush takes whole steps, in either direction, and never none", () => {
  assert.deepEqual(brushedSteps(0.2, 0.49, 10), { first: 2, end: 5 });
  assert.deepEqual(brushedSteps(0.49, 0.2, 10), { first: 2, end: 5 });
  assert.deepEqual(brushedSteps(0.5, 0.5, 10), { first: 5, end: 6 });
  assert.deepEqual(brushedSteps(-1, 2, 10), { first: 0, end: 10 });
  assert.deepEqual(brushedSteps(1, 1, 10), { first: 9, end: 10 });
});
