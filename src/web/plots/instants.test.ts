import assert from "node:assert/strict";
import { test } from "node:test";
import { countUntil, windowOf } from "./instants.ts";

const AT = Float64Array.from([0, 10, 10, 20, 40]);

test("instants up to a time are counted, also within a part", () => {
  assert.deepEqual(
    [-1, 0, 10, 15, 40, 99].map((at) => countUntil(AT, at)),
    [0, 1, 3, 3, 5, 5],
  );
  assert.equal(countUntil(AT, 15, 1, 4), 2);
});

test("a window holds what lies in it, its edges included", () => {
  assert.deepEqual(windowOf(AT, { startMs: 10, endMs: 20 }), [1, 4]);
  assert.deepEqual(windowOf(AT, { startMs: 11, endMs: 19 }), [3, 3]);
  assert.deepEqual(windowOf(AT, { startMs: -5, endMs: 100 }), [0, 5]);
  assert.deepEqual(windowOf(AT, { startMs: 50, endMs: 60 }), [5, 5]);
});
