import assert from "node:assert/strict";
import { test } from "node:test";
import { madeColumns } from "../../../test/support/browser-columns.ts";
import { concurrency } from "./concurrency.ts";
import { buildModel } from "./timeline-model.ts";

test("a bin holds the mean number of spans at work during it", () => {
  const columns = madeColumns([
    { name: "root", start: 0, end: 100 },
    { name: "a", under: "root", start: 0, end: 50, agent: "x" },
    { name: "b", under: "root", start: 25, end: 75, agent: "x" },
    { name: "c", under: "root", start: 30, end: 40, agent: "y" },
  ]);
  const { tree, own } = buildModel(columns, false, 0);
  const { layers, max } = concurrency(columns, tree, own, { startMs: 0, endMs: 100 }, 4);
  const rounded = (values: Float64Array) => [...values].map((value) => Number(value.toFixed(6)));
  const byAgent = new Map(layers.map(({ agent, values }) => [columns.strings[agent], rounded(values)]));
  assert.deepEqual(byAgent.get("x"), [1, 2, 1, 0]);
  assert.deepEqual(byAgent.get("y"), [0, 0.4, 0, 0]);
  assert.deepEqual(byAgent.get(undefined), [0, 0, 0, 1]);
  assert.equal(Number(max.toFixed(6)), 2.4);
});
