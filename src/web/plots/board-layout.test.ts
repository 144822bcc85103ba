import assert from "node:assert/strict";
import { test } from "node:test";
import { BOARD_COLUMNS } from "../../model/board-grid.ts";
import {
  arranged,
  freePlace,
  overlaps,
  type PlacedPanel,
  resizedPanel,
  steppedPanel,
  withPlace,
} from "./board-layout.ts";

const panel = (id: string, column: number, row: number, width = 6, height = 4): PlacedPanel => ({
  ...{ id, column, row, width, height },
});
const places = (panels: readonly PlacedPanel[]) =>
  Object.fromEntries(panels.map(({ id, column, row }) => [id, [column, row]]));

/** a b
 *  c d */
const FOUR = [panel("a", 0, 0), panel("b", 6, 0), panel("c", 0, 4), panel("d", 6, 4)];

test("what lies where a panel is put gives way, and the gap behind it closes", () => {
  assert.deepEqual(places(withPlace(FOUR, "a", { row: 4 })), { a: [0, 4], b: [6, 0], c: [0, 0], d: [6, 4] });
  assert.deepEqual(places(withPlace(FOUR, "c", { column: 6 })), { a: [0, 0], b: [6, 0], c: [6, 4], d: [6, 8] });
});

test("panels keep their order in the list, so that none loses the focus", () => {
  assert.deepEqual(
    withPlace(FOUR, "a", { row: 9 }).map(({ id }) => id),
    ["a", "b", "c", "d"],
  );
});

test("a step down or up goes past the neighbour, however high it is", () => {
  const down = steppedPanel(FOUR, "a", "down");
  assert.deepEqual(places(down), { a: [0, 4], b: [6, 0], c: [0, 0], d: [6, 4] });
  assert.deepEqual(places(steppedPanel(down, "a", "up")), places(FOUR));
  assert.deepEqual(places(steppedPanel(FOUR, "a", "up")), places(FOUR));
  assert.deepEqual(places(steppedPanel(FOUR, "c", "down")), places(FOUR));
});

test("a step aside is one column, and ends at the edge of the grid", () => {
  const alone = [panel("a", 0, 0, 10)];
  let moved = alone;
  for (let i = 0; i < 5; i++) moved = steppedPanel(moved, "a", "right");
  assert.deepEqual(places(moved), { a: [2, 0] });
  assert.deepEqual(places(steppedPanel(alone, "a", "left")), { a: [0, 0] });
});

test("a panel that grows pushes others down, and has a least size", () => {
  const [grown] = resizedPanel([panel("a", 0, 0)], "a", "right");
  assert.equal(grown?.width, 7);
  assert.deepEqual(places(resizedPanel(FOUR, "a", "right")), { a: [0, 0], b: [6, 4], c: [0, 4], d: [6, 8] });
  assert.deepEqual(places(resizedPanel(FOUR, "a", "down"))["c"], [0, 5]);
  let small = [panel("a", 0, 0)];
  for (let i = 0; i < 20; i++) small = resizedPanel(resizedPanel(small, "a", "left"), "a", "up");
  assert.deepEqual([small[0]?.width, small[0]?.height], [2, 3]);
});

test("a new panel goes where there is room for it", () => {
  assert.deepEqual(freePlace([]), { column: 0, row: 0, width: 6, height: 6 });
  assert.deepEqual(freePlace([panel("a", 0, 0, 6, 6)]), { column: 6, row: 0, width: 6, height: 6 });
  assert.deepEqual(freePlace(FOUR), { column: 0, row: 8, width: 6, height: 6 });
});

test("whatever is moved and resized, no panel lies over another, outside of the grid, or in the air", () => {
  let seed = 7;
  const dice = (below: number) => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed % below;
  };
  const directions = ["left", "right", "up", "down"] as const;
  let panels = arranged(
    Array.from({ length: 12 }, (_, i) => panel(`${i}`, dice(12), dice(20), 1 + dice(12), 1 + dice(9))),
  );
  for (let turn = 0; turn < 500; turn++) {
    const id = `${dice(12)}`;
    const direction = directions[dice(4)] as (typeof directions)[number];
    const way = dice(3);
    if (way === 0) panels = withPlace(panels, id, { column: dice(14), row: dice(40), width: dice(14) });
    else panels = way === 1 ? steppedPanel(panels, id, direction) : resizedPanel(panels, id, direction);
    for (const [i, one] of panels.entries()) {
      assert.ok(one.column >= 0 && one.column + one.width <= BOARD_COLUMNS && one.row >= 0);
      assert.ok(!panels.slice(i + 1).some((other) => overlaps(one, other)), `turn ${turn}`);
      assert.ok(
        one.row === 0 || panels.some((other) => other !== one && overlaps(other, { ...one, row: one.row - 1 })),
      );
    }
    assert.deepEqual(places(arranged(panels)), places(panels));
  }
});
