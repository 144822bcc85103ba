import assert from "node:assert/strict";
import { test } from "node:test";
import { rowWindow, scrollToRow } from "./row-window.ts";

test("rows in sight and a few around them are made", () => {
  assert.deepEqual(rowWindow(0, 240, 24, 1000), { first: 0, end: 16 });
  assert.deepEqual(rowWindow(2400, 240, 24, 1000), { first: 94, end: 116 });
  assert.deepEqual(rowWindow(23_900, 240, 24, 1000), { first: 989, end: 1000 });
  assert.deepEqual(rowWindow(0, 240, 24, 0), { first: 0, end: 0 });
});

test("a list that became shorter than it was scrolled makes no negative window", () => {
  assert.deepEqual(rowWindow(24_000, 240, 24, 3), { first: 3, end: 3 });
});

test("a row comes into sight by the shortest way", () => {
  const view = { top: 240, height: 240 };
  assert.equal(scrollToRow(12, 24, view), undefined);
  assert.equal(scrollToRow(5, 24, view), 120);
  assert.equal(scrollToRow(25, 24, view), 384);
});
