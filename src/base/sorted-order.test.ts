import assert from "node:assert/strict";
import { test } from "node:test";
import { orderOf } from "./sorted-order.ts";

test("numbers of any size come smallest first, equal ones as they stand", () => {
  const values = [5, 0, 2 ** 52, 65_536, 5, 65_535, 2 ** 33 + 7, 2 ** 33 + 6, 0];
  const expected = [...values.keys()].sort((a, b) => (values[a] as number) - (values[b] as number) || a - b);
  assert.deepEqual([...orderOf(Float64Array.from(values))], expected);
});

test("what is in order already stays", () => {
  assert.deepEqual([...orderOf(Float64Array.of(1, 1, 2, 9))], [0, 1, 2, 3]);
  assert.deepEqual([...orderOf(new Float64Array(0))], []);
});
