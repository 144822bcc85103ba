import assert from "node:assert/strict";
import { test } from "node:test";
import { madeColumns } from "../../../test/support/browser-columns.ts";
import { endsOf, ownTime } from "./own-time.ts";
import { buildTree } from "./span-tree.ts";

function segmentsOf(columns: ReturnType<typeof madeColumns>, position: number, horizon = 100): number[] {
  const tree = buildTree(columns, false);
  const { first, segments } = ownTime(columns, tree, endsOf(columns, horizon));
  return [...segments.slice(2 * (first[position] as number), 2 * (first[position + 1] as number))];
}

test("own time is what no child covers, however children overlap", () => {
  const columns = madeColumns([
    { name: "root", start: 0, end: 100 },
    { name: "a", under: "root", start: 10, end: 40 },
    { name: "b", under: "root", start: 30, end: 60 },
    { name: "c", under: "root", start: 80, end: 90 },
  ]);
  assert.deepEqual(segmentsOf(columns, 0), [0, 10, 60, 80, 90, 100]);
  assert.deepEqual(segmentsOf(columns, 1), [10, 40]);
});

test("children that begin before or outlive their parent are clipped to it", () => {
  const columns = madeColumns([
    { name: "root", start: 10, end: 50 },
    { name: "early", under: "root", start: 5, end: 20 },
    { name: "late", under: "root", start: 40, end: 90 },
    { name: "after", under: "root", start: 70, end: 90 },
  ]);
  assert.deepEqual(segmentsOf(columns, 0), [20, 40]);
});

test("an open span works until the horizon", () => {
  const columns = madeColumns([
    { name: "root", start: 0 },
    { name: "a", under: "root", start: 10, end: 20 },
  ]);
  assert.deepEqual(segmentsOf(columns, 0, 70), [0, 10, 20, 70]);
});

test("a span without length has no own time", () => {
  assert.deepEqual(segmentsOf(madeColumns([{ name: "x", start: 5, end: 5 }]), 0), []);
});
