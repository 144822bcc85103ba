import assert from "node:assert/strict";
import { test } from "node:test";
import { madeEdges, manyEdges } from "../../../test/support/browser-graph.ts";
import { shuffled } from "../../../test/support/browser-messages.ts";
import { cellOf, edgeMatrix, MATRIX_ORDERS } from "./edge-matrix.ts";
import { matrixLayout, movedPair, pairAt, scrollToPair } from "./matrix-layout.ts";

const EDGES = madeEdges(["boss delegate a 4", "a reply boss 4", "boss delegate b 1", "b reads c 0"]);
const ROOM = { width: 1240, height: 700 };
const UNSCROLLED = { x: 0, y: 0 };

test("those who say and hear most come first, and every edge has its cell", () => {
  const matrix = edgeMatrix(EDGES, "count", "total");
  assert.deepEqual(matrix.agents, ["boss", "a", "b", "c"]);
  assert.deepEqual(
    matrix.cells.map(({ from, to, value, strength }) => [from, to, value, strength]),
    [
      [0, 1, 4, 1],
      [0, 2, 1, 0.5],
      [1, 0, 4, 1],
      [2, 3, 0, 0],
    ],
  );
  assert.equal(cellOf(matrix, { from: 0, to: 2 })?.edge, EDGES[2]);
  assert.equal(cellOf(matrix, { from: 2, to: 0 }), undefined);
  assert.deepEqual(edgeMatrix(EDGES, "count", "name").agents, ["a", "b", "boss", "c"]);
});

test("totals are sums of rows and columns, and what is not known is no 0", () => {
  const { agents, sent, received } = edgeMatrix(EDGES, "count", "total");
  assert.deepEqual(
    [sent, received],
    [
      [5, 4, 0, undefined],
      [4, 4, 1, 0],
    ],
  );
  const costs = edgeMatrix(EDGES, "cost", "total");
  assert.deepEqual(
    costs.sent,
    agents.map(() => undefined),
  );
  assert.deepEqual(
    costs.cells.map(({ value, strength }) => [value, strength]),
    EDGES.map(() => [undefined, 0]),
  );
  // Medians have no sum.
  assert.deepEqual(
    edgeMatrix(EDGES, "latency", "total").sent,
    agents.map(() => undefined),
  );
});

test("groups stand together that speak to each other more than to others", () => {
  const edges = madeEdges([
    ...["a send b 9", "b send c 9", "c send a 9", "x send y 8", "y send z 8", "z send x 8"],
    ...["a send x 1", "q send a 1"],
  ]);
  const { agents } = edgeMatrix(edges, "count", "groups");
  const placesOf = (names: readonly string[]) => names.map((name) => agents.indexOf(name)).sort((a, b) => a - b);
  for (const group of [
    ["a", "b", "c"],
    ["x", "y", "z"],
  ]) {
    const places = placesOf(group);
    assert.equal((places.at(-1) as number) - (places[0] as number), 2, agents.join(" "));
  }
});

test("the order in which edges came changes nothing, and no agent is lost in any order", () => {
  const edges = manyEdges(120, 900);
  for (const order of MATRIX_ORDERS) {
    const matrix = edgeMatrix(edges, "tokens", order);
    assert.deepEqual(edgeMatrix(shuffled(edges), "tokens", order), matrix);
    assert.equal(new Set(matrix.agents).size, 120);
    assert.equal(matrix.cells.length, edges.length);
  }
});

test("a point finds its pair, also where it is scrolled to, and none on names or beside cells", () => {
  const layout = matrixLayout(50, ROOM, 20);
  const at = (from: number, to: number, scroll = UNSCROLLED) => ({
    x: layout.leftPx + (to + 0.5) * layout.cellPx - scroll.x,
    y: layout.topPx + (from + 0.5) * layout.cellPx - scroll.y,
  });
  assert.deepEqual(pairAt(layout, 50, at(2, 1), UNSCROLLED), { from: 2, to: 1 });
  const scroll = scrollToPair(layout, { from: 49, to: 48 }, UNSCROLLED, ROOM);
  assert.ok(scroll.y > 0);
  assert.deepEqual(pairAt(layout, 50, at(49, 48, scroll), scroll), { from: 49, to: 48 });
  assert.equal(pairAt(layout, 3, at(3, 1), UNSCROLLED), undefined);
  assert.equal(pairAt(layout, 50, { x: 10, y: layout.topPx + 5 }, scroll), undefined);
  assert.deepEqual(scrollToPair(layout, { from: 49, to: 48 }, scroll, ROOM), scroll);
});

test("steps lead from pair to pair and stop at the borders", () => {
  const down = { rows: 1, columns: 0 };
  assert.deepEqual(movedPair(undefined, down, 3), { from: 0, to: 0 });
  assert.deepEqual(movedPair({ from: 0, to: 0 }, { rows: 0, columns: 1 }, 3), { from: 0, to: 1 });
  assert.deepEqual(movedPair({ from: 2, to: 0 }, down, 3), { from: 2, to: 0 });
  assert.equal(movedPair(undefined, down, 0), undefined);
});

test("few agents have large cells, two hundred still some that can be told apart", () => {
  assert.equal(matrixLayout(3, ROOM, undefined).cellPx, 28);
  const many = matrixLayout(200, ROOM, undefined);
  assert.ok(many.cellPx >= 5 && many.widthPx <= ROOM.width);
  assert.ok(matrixLayout(200, ROOM, 1000).cellPx < 100);
});
