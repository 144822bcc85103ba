import assert from "node:assert/strict";
import { test } from "node:test";
import { Ring } from "./ring.ts";

const all = <T>(ring: Ring<T>) => Array.from({ length: ring.length }, (_, index) => ring.at(index));

test("a ring holds the newest, the newest first, and says when one had to go", () => {
  const ring = new Ring<number>(3);
  assert.deepEqual([ring.length, ring.at(0)], [0, undefined]);
  assert.deepEqual(
    [1, 2, 3, 4, 5].map((one) => ring.add(one)),
    [false, false, false, true, true],
  );
  assert.deepEqual(all(ring), [5, 4, 3]);
  assert.deepEqual([ring.at(-1), ring.at(3)], [undefined, undefined]);
});

test("after thousands it holds what a plain list would", () => {
  const ring = new Ring<number>(7);
  const plain: number[] = [];
  for (let one = 0; one < 5000; one++) {
    ring.add(one);
    plain.unshift(one);
    plain.length = Math.min(plain.length, 7);
    if (one % 97 === 0) assert.deepEqual(all(ring), plain);
  }
  ring.clear();
  assert.deepEqual([ring.length, ring.at(0)], [0, undefined]);
});
