import assert from "node:assert/strict";
import { test } from "node:test";
import { sparkArea, sparkBars, sparkLine, sparkPoint } from "./sparkline-shape.ts";

const BOX = { width: 12, height: 12 };

test("the scale has zero in it, and the largest value touches the top", () => {
  assert.equal(sparkLine([0, 5, 10], BOX), "M1 11L6 6L11 1");
  assert.equal(sparkLine([10, 10], BOX), "M1 1L11 1");
});

test("what is not known is a gap, and a value alone is a dot", () => {
  assert.equal(sparkLine([10, 10, undefined, 0, undefined], BOX), "M1 1L3.5 1M8.5 11h0");
  assert.equal(sparkLine([undefined, undefined], BOX), "");
  assert.equal(sparkLine([], BOX), "");
});

test("rows with one scale compare", () => {
  assert.equal(sparkLine([5, 5], { ...BOX, max: 10 }), "M1 6L11 6");
  assert.equal(sparkLine([20, 20], { ...BOX, max: 10 }), "M1 1L11 1", "nothing is drawn outside");
});

test("nothing but zeros is a line at the bottom", () => {
  assert.equal(sparkLine([0, 0], BOX), "M1 11L11 11");
  assert.deepEqual(sparkBars([0, 0], BOX), []);
});

test("values below zero hang from it", () => {
  assert.equal(sparkLine([-5, 5], BOX), "M1 11L11 1");
  assert.deepEqual(sparkBars([-5, 5], BOX), [
    { index: 0, x: 0, y: 6, width: 5, height: 5 },
    { index: 1, x: 6, y: 1, width: 5, height: 5 },
  ]);
});

test("an area reaches down to zero and spans no gap", () => {
  assert.equal(sparkArea([10, 10, undefined, 10], BOX), "M1 11L1 1L4.33 1L4.33 11Z");
});

test("one among a thousand still shows as a bar", () => {
  const [one, thousand] = sparkBars([1, 1000], BOX);
  assert.deepEqual([one?.height, thousand?.height], [1.5, 10]);
});

test("a mark stands on its value, and on no gap", () => {
  assert.deepEqual(sparkPoint([0, 10], 1, BOX), { x: 11, y: 1 });
  assert.equal(sparkPoint([0, undefined], 1, BOX), undefined);
  assert.equal(sparkPoint([0], 4, BOX), undefined);
});
