import assert from "node:assert/strict";
import { test } from "node:test";
import { madeColumns, manyColumns } from "../../../test/support/browser-columns.ts";
import { randomFrom } from "../../../test/support/browser-synthetic.ts";
import {
  decodeFolds,
  encodeFolds,
  type Folds,
  foldedPositions,
  revealed,
  UNFOLDED,
  visibleUnder,
  withToggled,
} from "./folds.ts";
import { buildTree } from "./span-tree.ts";

const COLUMNS = madeColumns([
  { name: "root", start: 0, end: 100 },
  { name: "a", under: "root", start: 10, end: 50 },
  { name: "a1", under: "a", start: 12, end: 20 },
  { name: "b", under: "root", start: 55, end: 90 },
  { name: "b1", under: "b", start: 56, end: 60 },
]);
const TREE = buildTree(COLUMNS, false);
const visible = (folds: Folds) => [...visibleUnder(TREE, folds)];

test("all can be folded from a depth on, and single spans the other way round", () => {
  const all = { depth: 1, toggled: new Set<number>() };
  assert.deepEqual(visible(UNFOLDED), [0, 1, 2, 3, 4]);
  assert.deepEqual(visible(all), [0, 1, 3]);
  assert.deepEqual(visible(withToggled(all, 1)), [0, 1, 2, 3]);
  assert.deepEqual(visible(withToggled(UNFOLDED, 3)), [0, 1, 2, 3]);
});

test("a span is visible when nothing above it is folded, whatever is folded", () => {
  const tree = buildTree(manyColumns(2_000), false);
  for (let seed = 1; seed <= 40; seed++) {
    const random = randomFrom(seed);
    const toggled = new Set(Array.from({ length: Math.floor(random() * 60) }, () => Math.floor(random() * 2_000)));
    const folds = { depth: random() < 0.5 ? undefined : Math.floor(random() * 4), toggled };
    const folded = foldedPositions(tree, folds);
    const isHidden = (p: number): boolean => {
      const up = tree.parent[p] as number;
      return up >= 0 && (folded[up] === 1 || isHidden(up));
    };
    const expected = Array.from(tree.rows, (_, p) => p).filter((p) => !isHidden(p));
    assert.deepEqual([...visibleUnder(tree, folds)], expected, `seed ${seed}`);
  }
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
