import assert from "node:assert/strict";
import { test } from "node:test";
import type { Edge } from "../../model/shapes.ts";
import { edgeMatrix, formatMeasure, matrixLayout, movedPair, pairAt } from "./edge-matrix.ts";

const edge = (from: string, to: string, count: number, more: Partial<Edge> = {}): Edge => ({
  ...{ from, to, count, kinds: {} },
  ...more,
});
const EDGES = [edge("boss", "a", 4, { tokens: 100 }), edge("a", "boss", 4), edge("boss", "b", 1, { tokens: 25 })];

test("those who say and hear most come first, and every edge has its cell", () => {
  const { agents, cells } = edgeMatrix(EDGES, "messages");
  assert.deepEqual(agents, ["boss", "a", "b"]);
  assert.deepEqual(
    cells.map(({ from, to, strength }) => [from, to, strength]),
    [
      [0, 1, 1],
      [1, 0, 1],
      [0, 2, 0.5],
    ],
  );
});

test("what is not known is no 0", () => {
  const [known, unknown] = edgeMatrix(EDGES, "tokens").cells;
  assert.deepEqual([known?.value, unknown?.value, unknown?.strength], [100, undefined, 0]);
  assert.equal(formatMeasure(undefined, "cost"), "–");
});

test("the order of edges changes nothing", () => {
  const places = (edges: readonly Edge[]) =>
    edgeMatrix(edges, "messages")
      .cells.map(({ from, to, edge: { count } }) => `${from} ${to} ${count}`)
      .sort();
  assert.deepEqual(places(EDGES.toReversed()), places(EDGES));
});

test("a point finds its pair, and none beside the cells", () => {
  const layout = matrixLayout(3, 1000);
  const at = (from: number, to: number): [number, number] => [
    layout.leftPx + (to + 0.5) * layout.cellPx,
    layout.topPx + (from + 0.5) * layout.cellPx,
  ];
  assert.deepEqual(pairAt(layout, 3, ...at(2, 1)), { from: 2, to: 1 });
  assert.equal(pairAt(layout, 3, ...at(3, 1)), undefined);
  assert.equal(pairAt(layout, 3, 10, layout.topPx + 5), undefined);
});

test("arrow keys move from pair to pair and stop at the borders", () => {
  assert.deepEqual(movedPair(undefined, "ArrowDown", 3), { from: 0, to: 0 });
  assert.deepEqual(movedPair({ from: 0, to: 0 }, "ArrowRight", 3), { from: 0, to: 1 });
  assert.deepEqual(movedPair({ from: 2, to: 0 }, "ArrowDown", 3), { from: 2, to: 0 });
  assert.equal(movedPair({ from: 0, to: 0 }, "x", 3), undefined);
});

test("two hundred agents fit, with cells that can be told apart", () => {
  const layout = matrixLayout(200, 1240);
  assert.ok(layout.cellPx >= 5 && layout.widthPx <= 1240);
});
