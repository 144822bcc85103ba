import assert from "node:assert/strict";
import { test } from "node:test";
import { madeColumns, manyColumns } from "../../../test/support/browser-columns.ts";
import { UNFOLDED, visibleUnder, withToggled } from "./folds.ts";
import { buildTree, errorsWithin, lineOfPosition } from "./span-tree.ts";

const COLUMNS = madeColumns([
  { name: "root", start: 0, end: 100 },
  { name: "wrapper", under: "root", start: 5, end: 60, hidden: true },
  { name: "a", under: "wrapper", start: 10, end: 50 },
  { name: "a1", under: "a", start: 12, end: 20, status: "error" },
  { name: "a2", under: "a", start: 22, end: 30, status: "error" },
  { name: "b", under: "root", start: 55, end: 90 },
  { name: "other root", start: 70, end: 80 },
]);

const names = (rows: Int32Array) => [...rows].map((row) => COLUMNS.strings[COLUMNS.name[row] as number]);

test("spans stand in reading order, each below its parent", () => {
  const tree = buildTree(COLUMNS, true);
  assert.deepEqual(names(tree.rows), ["root", "wrapper", "a", "a1", "a2", "b", "other root"]);
  assert.deepEqual([...tree.depth], [0, 1, 2, 3, 3, 1, 0]);
  assert.deepEqual([...tree.size], [6, 4, 3, 1, 1, 1, 1]);
  assert.deepEqual([...tree.parent], [-1, 0, 1, 2, 2, 0, -1]);
});

test("plumbing is left out: its children hang on the next ancestor that is kept", () => {
  const tree = buildTree(COLUMNS, false);
  assert.deepEqual(names(tree.rows), ["root", "a", "a1", "a2", "b", "other root"]);
  assert.deepEqual([...tree.depth], [0, 1, 2, 2, 1, 0]);
  assert.equal(tree.hiddenCount, 1);
  assert.equal(tree.positions[1], -1);
});

test("a run that is all plumbing is shown all the same", () => {
  const tree = buildTree(madeColumns([{ name: "x", start: 0, end: 1, hidden: true }]), false);
  assert.equal(tree.rows.length, 1);
});

test("a folded span takes one line, and a position inside it has its line", () => {
  const tree = buildTree(COLUMNS, false);
  const visible = visibleUnder(tree, withToggled(UNFOLDED, tree.rows[1] as number));
  assert.deepEqual([...visible], [0, 1, 4, 5]);
  assert.equal(lineOfPosition(visible, 4), 2);
  assert.equal(lineOfPosition(visible, 3), 1);
});

test("a span knows how many failed at and below it", () => {
  const tree = buildTree(COLUMNS, false);
  assert.deepEqual(
    [0, 1, 2, 4].map((position) => errorsWithin(tree, position)),
    [2, 2, 1, 0],
  );
});

test("what is visible of a million spans is known within a few milliseconds", () => {
  const tree = buildTree(manyColumns(1_000_000), false);
  assert.equal(tree.rows.length, 1_000_000);
  const toggled = new Set(Array.from({ length: 300 }, (_, i) => 3_000 * i));
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 20; round++) {
    const begun = performance.now();
    visibleUnder(tree, { depth: undefined, toggled });
    best = Math.min(best, performance.now() - begun);
  }
  assert.ok(best < 4, `${best} ms`);
});
