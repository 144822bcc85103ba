import assert from "node:assert/strict";
import { test } from "node:test";
import { barAt, barLayout } from "./bar-layout.ts";

test("bars that may be added stand on each other, the first one below, and what is below 0 hangs down", () => {
  const bars = barLayout(
    [
      [3, undefined],
      [2, 1],
      [-4, 5],
    ],
    true,
  );
  assert.deepEqual(
    bars.map((column) => column.map((bar) => bar && [bar.from, bar.to])),
    [
      [[0, 3], undefined],
      [
        [3, 5],
        [0, 1],
      ],
      [
        [0, -4],
        [1, 6],
      ],
    ],
  );
});

test("bars that may not be added share the room of their step, and none is kept for what is not there", () => {
  const bars = barLayout(
    [
      [3, undefined],
      [2, 1],
    ],
    false,
  );
  assert.deepEqual(
    bars.map((column) => column.map((bar) => bar && [bar.left, bar.right, bar.to])),
    [
      [[0, 0.5, 3], undefined],
      [
        [0.5, 1, 2],
        [0, 1, 1],
      ],
    ],
  );
});

test("a point is in the bar that is drawn there, and above all bars in none", () => {
  const onEachOther = barLayout([[3], [2]], true);
  assert.deepEqual(
    [1, 4, 6].map((value) => barAt(onEachOther, 0, 0.5, value)),
    [0, 1, undefined],
  );
  const besideEachOther = barLayout([[3], [2]], false);
  assert.deepEqual(
    [0.2, 0.7].map((share) => barAt(besideEachOther, 0, share, 1)),
    [0, 1],
  );
  assert.equal(barAt(besideEachOther, 0, 0.7, 2.5), undefined);
  assert.equal(barAt(besideEachOther, 7, 0.7, 1), undefined);
});
