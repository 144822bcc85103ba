import assert from "node:assert/strict";
import { test } from "node:test";
import { madeColumns, manyColumns } from "../../../test/support/browser-columns.ts";
import { decodeFolds, encodeFolds, foldedPositions, revealed, UNFOLDED, withToggled } from "./folds.ts";
import { buildTree, visiblePositions } from "./span-tree.ts";

const COLUMNS = madeColumns([
  { name: "root", start: 0, end: 100 },
  { name: "a", under: "root", start: 10, end: 50 },
  { name: "a1", under: "a", start: 12, end: 20 },
  { name: "b", under: "root", start: 55, end: 90 },
  { name: "b1", under: "b", start: 56, end: 60 },
]);
const TREE = buildTree(COLUMNS, false);
const visible = (folds: Parameters<typeof foldedPositions>[1]) => [
  ...visiblePositions(TREE, foldedPositions(TREE, folds)),
];

test("all can be folded from a depth on, and single spans the other way round", () => {
  const all = { depth: 1, toggled: new Set<number>() };
  assert.deepEqual(visible(UNFOLDED), [0, 1, 2, 3, 4]);
  assert.deepEqual(visible(all), [0, 1, 3]);
  assert.deepEqual(visible(withToggled(all, 1)), [0, 1, 2, 3]);
  assert.deepEqual(visible(withToggled(UNFOLDED, 3)), [0, 1, 2, 3]);
});

test("folds survive the URL", () => {
  const folds = withToggled(withToggled({ depth: 2, toggled: new Set() }, 1), 3);
  const text = encodeFolds(folds, COLUMNS);
  assert.match(text ?? "", /^2~[\w-]{8}$/);
  assert.deepEqual(decodeFolds(text, COLUMNS), folds);
  assert.equal(encodeFolds(UNFOLDED, COLUMNS), undefined);
});

test("folds keep their spans when a growing run gives them other rows", () => {
  const text = encodeFolds(withToggled(UNFOLDED, 3), COLUMNS);
  const shifted = { ...COLUMNS, count: 5, id: new Uint8Array([...COLUMNS.id.slice(32), ...COLUMNS.id.slice(0, 32)]) };
  assert.deepEqual([...decodeFolds(text, shifted).toggled], [4]);
});

test("what is no fold folds nothing", () => {
  for (const text of ["x", "~!!!!", "-1", "1~zz", undefined]) {
    assert.equal(decodeFolds(text, COLUMNS).toggled.size, 0);
  }
  assert.equal(decodeFolds("nonsense", COLUMNS).depth, undefined);
});

test("a span inside folds is brought to light, and only that", () => {
  const folds = { depth: 0, toggled: new Set<number>() };
  assert.deepEqual(visible(revealed(folds, TREE, 2)), [0, 1, 2, 3]);
  assert.equal(revealed(UNFOLDED, TREE, 2), UNFOLDED);
});

test("the URL stays short however much was folded by hand", () => {
  const columns = manyColumns(5000);
  const toggled = new Set(Array.from({ length: 5000 }, (_, row) => row));
  assert.ok((encodeFolds({ depth: undefined, toggled }, columns) ?? "").length < 1500);
});
