import assert from "node:assert/strict";
import { test } from "node:test";
import { madeColumns } from "../../../test/support/browser-columns.ts";
import { nextAgent, nextError, positionAt } from "./span-search.ts";
import { buildModel } from "./timeline-model.ts";

const COLUMNS = madeColumns([
  { name: "root", start: 0, end: 100, agent: "boss", kind: "agent" },
  { name: "a", under: "root", start: 10, end: 20, agent: "a", kind: "tool", status: "error" },
  { name: "b", under: "root", start: 30, end: 40, agent: "b", kind: "tool" },
  { name: "c", under: "root", start: 50, end: 60, agent: "a", kind: "tool", status: "error" },
]);
const MODEL = buildModel(COLUMNS, false, 0);

test("failed spans follow each other around the end, in both directions", () => {
  assert.deepEqual(
    [-1, 0, 1, 2, 3].map((from) => nextError(MODEL.tree, from, 1)),
    [1, 1, 3, 3, 1],
  );
  assert.deepEqual(
    [-1, 0, 1, 3].map((from) => nextError(MODEL.tree, from, -1)),
    [3, 3, 3, 1],
  );
  const calm = buildModel(madeColumns([{ name: "x", start: 0, end: 1 }]), false, 0);
  assert.equal(nextError(calm.tree, 0, 1), -1);
});

test("agents follow each other by their first span", () => {
  const agents = MODEL.lanes.map(({ agent }) => agent);
  assert.deepEqual(agents, ["boss", "a", "b"]);
  assert.equal(nextAgent(COLUMNS, MODEL.tree, agents, -1, 1), 0);
  assert.equal(nextAgent(COLUMNS, MODEL.tree, agents, 0, 1), 1);
  assert.equal(nextAgent(COLUMNS, MODEL.tree, agents, 3, 1), 2);
  assert.equal(nextAgent(COLUMNS, MODEL.tree, agents, 0, -1), 2);
  assert.equal(nextAgent(COLUMNS, MODEL.tree, [], 0, 1), -1);
});

test("a place in a level is a span when it lies on it or near enough", () => {
  const level = MODEL.lanes[1]?.levels[0]?.positions ?? new Int32Array(0);
  const at = (ms: number, tolerance = 0) => positionAt(MODEL, level, ms, tolerance);
  assert.equal(at(15), 1);
  assert.equal(at(25), -1);
  assert.equal(at(48), -1);
  assert.equal(at(48, 3), 3);
  assert.equal(at(5), -1);
});
