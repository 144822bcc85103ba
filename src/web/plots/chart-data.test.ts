import assert from "node:assert/strict";
import { test } from "node:test";
import { chartColumns, joinedHoles, largestSeries, seriesHues } from "./chart-data.ts";

const WINDOW = { fromMs: 1_500, untilMs: 5_000, stepMs: 1_000 };

test("every step of the window has its place, and a step without a value has none in the column", () => {
  const { atMs, values } = chartColumns(
    [
      {
        label: "a",
        points: [
          [1_000, 7],
          [3_000, 0],
        ],
      },
      { label: "b", points: [[4_000, 2]] },
    ],
    WINDOW,
  );
  assert.deepEqual(atMs, [1_000, 2_000, 3_000, 4_000]);
  assert.deepEqual(values, [
    [7, undefined, 0, undefined],
    [undefined, undefined, undefined, 2],
  ]);
});

test("values outside of the window are left out", () => {
  const { values } = chartColumns(
    [
      {
        label: "a",
        points: [
          [0, 1],
          [5_000, 2],
          [2_000, 3],
        ],
      },
    ],
    WINDOW,
  );
  assert.deepEqual(values, [[undefined, 3, undefined, undefined]]);
});

test("twelve series have twelve hues, and a series keeps its own whatever comes after it", () => {
  const labels = Array.from({ length: 12 }, (_, i) => `series ${i}`);
  assert.equal(new Set(seriesHues(labels)).size, 12);
  assert.equal(seriesHues([...labels, "one more"]).length, 13);
  assert.deepEqual(seriesHues(labels.slice(0, 3)), seriesHues(labels).slice(0, 3));
});

test("of many series those with the largest values are drawn", () => {
  const series = [1, 30, -20, 4].map((value) => ({ label: `${value}`, points: [[0, value] as const] }));
  assert.deepEqual(
    largestSeries(series, 2).map(({ label }) => label),
    ["30", "-20"],
  );
});

test("a line goes over the holes of a series that is measured more seldom than there are steps, and breaks at silence", () => {
  const column = [1, undefined, 2, undefined, 3, undefined, undefined, undefined, undefined, 4, undefined, 5];
  const joined = [...joinedHoles(column).entries()].filter(([, isJoined]) => isJoined).map(([i]) => i);
  assert.deepEqual(joined, [1, 3, 10]);
});

test("of a series with a value in every step each hole is a break", () => {
  assert.equal(joinedHoles([1, 2, undefined, 3, 4, 5]).includes(true), false);
  assert.deepEqual(joinedHoles([undefined, 1, undefined]), [false, false, false]);
});
