import assert from "node:assert/strict";
import { test } from "node:test";
import { arrowsInSight, laneArrows, type TimedMessage } from "./lane-arrows.ts";
import { timeScale, UNFOLDED_TIME } from "./time-scale.ts";

const message = (from: string, to: string, atMs: number, transitMs = 0): TimedMessage => {
  return { from, to, atMs, transitMs, spanId: undefined };
};
const MESSAGES = [
  message("b", "a", 50),
  message("user", "a", 0),
  message("a", "b", 10, 30),
  message("a", "a", 20),
  message("b", "gone", 60),
];

test("arrows lead between lanes only, in the order of sending", () => {
  const { from, to, sent, received, longest } = laneArrows(MESSAGES, ["a", "b"], UNFOLDED_TIME);
  assert.deepEqual(
    [[...from], [...to]],
    [
      [0, 1],
      [1, 0],
    ],
  );
  assert.deepEqual(
    [[...sent], [...received]],
    [
      [10, 50],
      [40, 50],
    ],
  );
  assert.equal(longest, 30);
});

test("an arrow that is under way is in sight, whenever it was sent", () => {
  const arrows = laneArrows(MESSAGES, ["a", "b"], UNFOLDED_TIME);
  assert.deepEqual(arrowsInSight(arrows, { startMs: 30, endMs: 45 }), [0, 1]);
  assert.deepEqual(arrowsInSight(arrows, { startMs: 41, endMs: 45 }), [1, 1]);
  assert.deepEqual(arrowsInSight(arrows, { startMs: 0, endMs: 100 }), [0, 2]);
});

test("folded gaps are folded for arrows too", () => {
  const arrows = laneArrows(MESSAGES, ["a", "b"], timeScale([{ startMs: 20, endMs: 40 }], 2));
  assert.deepEqual(
    [[...arrows.sent], [...arrows.received]],
    [
      [10, 32],
      [22, 32],
    ],
  );
});
