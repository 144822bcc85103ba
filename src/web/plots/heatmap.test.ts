import assert from "node:assert/strict";
import { test } from "node:test";
import { cellAt, heatLayout, movedCell, stepIndex } from "./heatmap.ts";

const ROWS = ["a", "b"].map((name) => ({ name, values: [0.1, undefined, 0.5, 1] }));
const FRAME = { left: 100, top: 20, rowHeight: 22 };

test("cells fill the width, row under row", () => {
  const layout = heatLayout(ROWS, 500, FRAME);
  assert.equal(layout.cellWidth, 100);
  assert.deepEqual(cellAt(layout, 100, 20), { row: 0, step: 0 });
  assert.deepEqual(cellAt(layout, 499, 63), { row: 1, step: 3 });
});

test("beside the cells there is none", () => {
  const layout = heatLayout(ROWS, 500, FRAME);
  for (const [x, y] of [
    [99, 30],
    [500, 30],
    [200, 19],
    [200, 64],
  ] as const) {
    assert.equal(cellAt(layout, x, y), undefined);
  }
});

test("of more steps than there is room for the newest are shown", () => {
  const values = Array.from({ length: 1000 }, (_, i) => i);
  const layout = heatLayout([{ name: "a", values }], 300, FRAME);
  assert.equal(layout.steps, 100);
  assert.equal(values[stepIndex(layout, values, 99)], 999);
});

test("nothing measured has no cells", () => {
  assert.equal(cellAt(heatLayout([], 500, FRAME), 200, 30), undefined);
});

test("arrow keys move from cell to cell and stay inside", () => {
  const rows = [
    { name: "a", values: [1, 0, 1] },
    { name: "b", values: [1, 0, 1] },
  ];
  const layout = heatLayout(rows, 300, { left: 0, top: 0, rowHeight: 24 });
  assert.deepEqual(movedCell(layout, undefined, "ArrowLeft"), { row: 0, step: 2 });
  assert.deepEqual(movedCell(layout, { row: 0, step: 2 }, "ArrowRight"), { row: 0, step: 2 });
  assert.deepEqual(movedCell(layout, { row: 0, step: 2 }, "ArrowDown"), { row: 1, step: 2 });
  assert.equal(movedCell(layout, { row: 0, step: 2 }, "Home"), undefined);
  assert.equal(movedCell(heatLayout([], 300, { left: 0, top: 0, rowHeight: 24 }), undefined, "ArrowUp"), undefined);
});
