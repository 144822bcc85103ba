import assert from "node:assert/strict";
import { test } from "node:test";
import { addSteps, bandAt, valueHeat } from "./value-heat.ts";

test("explicit buckets are bands of their own, as high as their logarithm, with open ends as high as a usual one", () => {
  const heat = valueHeat([
    {
      atMs: 0,
      buckets: [
        { high: 1, count: 2 },
        { low: 1, high: 2, count: 3 },
        { low: 2, high: 8, count: 4 },
        { low: 8, count: 5 },
      ],
    },
  ]);
  assert.deepEqual(
    heat.bands.map(({ low, high }) => [low, high]),
    [
      [undefined, 1],
      [1, 2],
      [2, 8],
      [8, undefined],
    ],
  );
  const heights = heat.bands.map(({ bottom, top }) => top - bottom);
  assert.ok(Math.abs((heights[2] as number) - 2 * (heights[1] as number)) < 1e-9);
  assert.ok(Math.abs((heights[0] as number) - (heights[3] as number)) < 1e-9);
  assert.equal(heat.mostCount, 5);
  assert.deepEqual(
    heat.cells.map(({ band, count }) => [band, count]),
    [
      [0, 2],
      [1, 3],
      [2, 4],
      [3, 5],
    ],
  );
});

test("what fell into one bucket of one step is one cell, of several groups too", () => {
  const step = (atMs: number, count: number) => ({ atMs, buckets: [{ low: 1, high: 2, count }] });
  const heat = valueHeat(addSteps([[step(0, 1), step(60, 2)], [step(0, 5)]]));
  assert.deepEqual(heat.cells, [
    { atMs: 0, band: 0, count: 6 },
    { atMs: 60, band: 0, count: 2 },
  ]);
});

test("between values far from each other lies an empty band, so that distances are true", () => {
  const { bands, cells } = valueHeat([
    {
      atMs: 0,
      buckets: [
        { low: 1, high: 2, count: 1 },
        { low: 16, high: 32, count: 1 },
      ],
    },
  ]);
  assert.deepEqual(
    bands.map(({ low, high }) => [low, high]),
    [
      [1, 2],
      [2, 16],
      [16, 32],
    ],
  );
  assert.deepEqual(
    cells.map(({ band }) => band),
    [0, 2],
  );
});

test("of too many buckets neighbours are joined, and no value is lost", () => {
  const edge = (i: number) => 2 ** (i / 32);
  const buckets = Array.from({ length: 320 }, (_, i) => ({ low: edge(i), high: edge(i + 1), count: i + 1 }));
  const heat = valueHeat([{ atMs: 0, buckets: [{ low: 0, high: 0, count: 7 }, ...buckets] }]);
  assert.ok(heat.bands.length <= 41, `${heat.bands.length}`);
  assert.equal(
    heat.cells.reduce((sum, { count }) => sum + count, 0),
    7 + (320 * 321) / 2,
  );
  for (const [i, { bottom }] of heat.bands.entries()) {
    if (i > 0) assert.equal(bottom, heat.bands[i - 1]?.top);
  }
});

test("the band at a height is the one that lies there", () => {
  const heat = valueHeat([
    {
      atMs: 0,
      buckets: [
        { low: 1, high: 2, count: 1 },
        { low: 2, high: 4, count: 1 },
      ],
    },
  ]);
  assert.deepEqual([bandAt(heat, 0.2), bandAt(heat, 0.7), bandAt(heat, 1.2)], [0, 1, undefined]);
});

test("without values there is nothing", () => {
  assert.deepEqual(valueHeat([]), { bands: [], cells: [], mostCount: 0 });
});
