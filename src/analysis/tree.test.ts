import { strict as assert } from "node:assert";
import { test } from "node:test";
import { NONE } from "../model/run-columns.ts";
import { buildTree, closedEnds, isBelow, ownSegments, ownTimes, rowsByStart, type Tree } from "./tree.ts";

/** A tree of rows `[parent, start, end]`. */
function treeOf(rows: readonly (readonly [number, number, number])[], left?: Uint8Array): Tree {
  const start = Float64Array.from(rows, ([, from]) => from);
  const end = Float64Array.from(rows, ([, , to]) => to);
  return buildTree(
    Int32Array.from(rows, ([parent]) => parent),
    start,
    end,
    rowsByStart(start),
    left,
  );
}

test("children stand in order of start, parents before them", () => {
  const tree = treeOf([
    [NONE, 0, 10],
    [0, 5, 6],
    [0, 1, 2],
    [1, 5, 6],
  ]);
  assert.deepEqual([...tree.children.subarray(tree.childrenFrom[0], tree.childrenFrom[1])], [2, 1]);
  assert.deepEqual([...tree.order], [0, 2, 1, 3]);
  assert.deepEqual([...tree.roots], [0]);
});

test("a ring of parents is opened at its smallest row, and so is a span that names itself", () => {
  const tree = treeOf([
    [2, 0, 1],
    [0, 0, 1],
    [1, 0, 1],
    [3, 0, 1],
    [2, 0, 1],
  ]);
  assert.deepEqual([...tree.parent], [NONE, 0, 1, NONE, 2]);
  assert.equal(tree.order.length, 5);
});

test("a deep tree is no danger to the stack", () => {
  const depth = 200_000;
  const tree = treeOf(Array.from({ length: depth }, (_, row) => [row - 1, row, 2 * depth - row] as const));
  assert.equal(ownTimes(tree)[0], 2);
  assert.ok(isBelow(tree, depth - 1, 0));
  assert.ok(!isBelow(tree, 0, depth - 1));
  assert.ok(!isBelow(tree, 5, 5));
});

test("own time is what no child covers; children are clipped and overlap counts once", () => {
  const tree = treeOf([
    [NONE, 10, 110],
    [0, 0, 30],
    [0, 20, 50],
    [0, 40, 45],
    [0, 90, 150],
  ]);
  assert.deepEqual([...ownTimes(tree)], [40, 30, 30, 5, 60]);
  const segments: number[] = [];
  ownSegments(tree, 0, segments);
  assert.deepEqual(segments, [50, 90]);
});

test("children after the end of their parent take nothing from it", () => {
  const tree = treeOf([
    [NONE, 0, 10],
    [0, 20, 30],
  ]);
  assert.deepEqual([...ownTimes(tree)], [10, 10]);
});

test("rows that are left out are in no list", () => {
  const tree = treeOf(
    [
      [NONE, 0, 10],
      [0, 1, 2],
      [0, 3, 4],
    ],
    Uint8Array.of(0, 1, 0),
  );
  assert.deepEqual([...tree.order], [0, 2]);
});

test("open spans last until now, and none ends before it starts", () => {
  const ends = closedEnds(
    Float64Array.of(0, 5, 90),
    Float64Array.of(Number.POSITIVE_INFINITY, 3, Number.POSITIVE_INFINITY),
    80,
  );
  assert.deepEqual([...ends], [80, 5, 90]);
});
