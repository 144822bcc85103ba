import assert from "node:assert/strict";
import { test } from "node:test";
import { randomFrom } from "../../test/support/browser-synthetic.ts";
import { union, unionOf } from "./intervals.ts";

test("both ways to join intervals agree, whatever their order", () => {
  for (let seed = 1; seed <= 50; seed++) {
    const random = randomFrom(seed);
    const starts = Float64Array.from({ length: 30 }, () => Math.floor(random() * 60));
    const ends = starts.map((start) => start + 1 + Math.floor(random() * 6));
    const flat = [...starts].flatMap((start, i) => [start, ends[i] as number]);
    assert.deepEqual([...unionOf(starts, ends)], union(flat), `seed ${seed}`);
  }
  const late = [0, 1, 50, 52, 1, 2, 3, 4, 51, 60, 5, 6];
  const [starts, ends] = [0, 1].map((side) => Float64Array.from(late.filter((_, i) => i % 2 === side))) as [
    Float64Array,
    Float64Array,
  ];
  assert.deepEqual([...unionOf(starts, ends)], [0, 2, 3, 4, 5, 6, 50, 60], "most in order");
  assert.deepEqual([...unionOf(new Float64Array(0), new Float64Array(0))], []);
});
