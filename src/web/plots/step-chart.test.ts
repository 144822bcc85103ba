import assert from "node:assert/strict";
import { test } from "node:test";
import { highestOf, layerTotal, type StepLayer, stepAtPx, stepsOf, valueTicks } from "./step-chart.ts";

const layer = (label: string, ...values: (number | undefined)[]): StepLayer => ({
  ...{ label, values },
  paint: { ink: "ink2" },
});

test("steps are those that a window touches, and begin at multiples of their length", () => {
  const window = { since: "2026-11-26T10:07:00Z", until: "2026-11-26T11:00:00Z", stepMs: 900_000 };
  assert.deepEqual(stepsOf(window), { fromMs: Date.parse("2026-11-26T10:00:00Z"), stepMs: 900_000, count: 4 });
  assert.equal(stepsOf({ ...window, until: "2026-11-26T11:00:00.001Z" }).count, 5);
});

test("a stack is as high as its highest sum, lines as their highest value", () => {
  const layers = [layer("a", 1, undefined, 3), layer("b", 2, 2, undefined)];
  assert.equal(highestOf({ shape: "stack", layers }, 3), 3);
  assert.equal(highestOf({ shape: "stack", layers: [layer("a", 2), layer("b", 2)] }, 1), 4);
  assert.equal(highestOf({ shape: "lines", layers }, 3), 3);
  assert.equal(highestOf({ shape: "stack", layers: [] }, 3), 0);
});

test("ticks are round, few, begin at 0, and the last is not below the highest value", () => {
  assert.deepEqual(valueTicks(10), [0, 5, 10]);
  assert.deepEqual(valueTicks(0), [0, 1]);
  for (let i = 1; i < 500; i++) {
    const highest = i ** 3 / 7000;
    const ticks = valueTicks(highest);
    assert.ok(ticks.length >= 2 && ticks.length <= 5, `${highest}: ${ticks}`);
    assert.equal(ticks[0], 0);
    assert.ok((ticks.at(-1) as number) >= highest * (1 - 1e-6), `${highest}: ${ticks}`);
  }
});

test("a point is over a step of the plot or beside it", () => {
  const frame = { left: 50, top: 0, width: 100, height: 10 };
  assert.deepEqual(
    [49, 50, 74, 75, 149, 150].map((x) => stepAtPx(x, frame, 4)),
    [undefined, 0, 0, 1, 3, undefined],
  );
});

test("a layer without any value has no total", () => {
  assert.equal(layerTotal(layer("a", undefined)), undefined);
  assert.equal(layerTotal(layer("a", 0, undefined, 2)), 2);
});
