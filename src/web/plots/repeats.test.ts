import assert from "node:assert/strict";
import { test } from "node:test";
import { type MadeSpan, madeColumns } from "../../../test/support/browser-columns.ts";
import { decodeRepeats, encodeRepeats, foldedPositions, UNFOLDED } from "./folds.ts";
import {
  type FoldedRepeats,
  REPEATS_SHOWN,
  repeatsOf,
  seriesBars,
  visibleWithRepeats,
  withSeriesRevealed,
  withSeriesToggled,
} from "./repeats.ts";
import { buildModel } from "./timeline-model.ts";

/** Spans of one name need names of their own to be parents: `fetch` of `fetch#3`. */
function modelOf(spans: readonly MadeSpan[]) {
  const columns = madeColumns(spans);
  const strings = columns.strings.map((text) => text.replace(/#.*/, ""));
  const name = columns.name.map((index) => strings.indexOf(strings[index] ?? ""));
  return buildModel({ ...columns, strings, name }, false, undefined);
}

const fetches = (count: number, under: string): MadeSpan[] =>
  Array.from({ length: count }, (_, i) => ({
    ...{ name: `fetch#${under}${i}`, under, start: 10 * i, end: 10 * i + (i === 2 ? 9 : 4), agent: "a", kind: "tool" },
    ...(i === 5 ? { status: "error" } : {}),
  }));

/** Two levels: eight times a search, the third of which fetches seven times. */
const SPANS: readonly MadeSpan[] = [
  { name: "root", start: 0, end: 1000 },
  ...Array.from({ length: 8 }, (_, i) => ({ name: `search#${i}`, under: "root", start: 100 * i, end: 100 * i + 90 })),
  ...fetches(7, "search#2"),
  { name: "done", under: "root", start: 900, end: 950 },
];
const MODEL = modelOf(SPANS);
const { columns: COLUMNS, tree: TREE } = MODEL;
const REPEATS = repeatsOf(COLUMNS, TREE);
const FOLDED: FoldedRepeats = { isOn: true, opened: new Set<number>() };
const visible = (folded: FoldedRepeats) => [
  ...visibleWithRepeats(TREE, foldedPositions(TREE, UNFOLDED), REPEATS, folded),
];

test("series are found at every depth, with count, total, longest and what failed inside", () => {
  const series = [...REPEATS.series].map(([head, { count, length, totalMs, longestMs, failed }]) => {
    return { head, count, length, totalMs, longestMs, failed };
  });
  assert.deepEqual(series, [
    { head: 1, count: 8, length: 1, totalMs: 720, longestMs: 90, failed: 1 },
    { head: 4, count: 7, length: 1, totalMs: 33, longestMs: 9, failed: 1 },
  ]);
});

test("a folded series is one line, also within an open one", () => {
  assert.deepEqual(visible(FOLDED), [0, 1, 16]);
  const opened = withSeriesToggled(FOLDED, TREE.rows[1] as number);
  assert.deepEqual(visible(opened), [0, 1, 2, 3, 4, 11, 12, 13, 14, 15, 16]);
  assert.deepEqual(visible(withSeriesToggled(opened, TREE.rows[1] as number)), [0, 1, 16]);
});

test("a span inside series is brought to light with all that it lies in; the first member stands for its series", () => {
  const inner = withSeriesRevealed(FOLDED, TREE, REPEATS, 6);
  assert.ok(visible(inner).includes(6));
  assert.equal(withSeriesRevealed(FOLDED, TREE, REPEATS, 1), FOLDED);
  assert.ok(visible(withSeriesRevealed(FOLDED, TREE, REPEATS, 4)).includes(4));
  assert.equal(withSeriesRevealed(REPEATS_SHOWN, TREE, REPEATS, 6), REPEATS_SHOWN);
});

test("a call and a tool in turn are one series of rounds", () => {
  const turns = Array.from({ length: 4 }, (_, i) => [
    { name: `chat#${i}`, start: 20 * i, end: 20 * i + 10, kind: "llm" } as const,
    { name: `tool#${i}`, start: 20 * i + 10, end: 20 * i + 19, kind: "tool" } as const,
  ]).flat();
  const { columns, tree } = modelOf(turns);
  const [[head, series] = []] = repeatsOf(columns, tree).series;
  assert.deepEqual([head, series?.count, series?.length, series?.members.length], [0, 4, 2, 8]);
});

test("few of a kind, or another agent's, are no series", () => {
  const few = modelOf(Array.from({ length: 5 }, (_, i) => ({ name: `f#${i}`, start: i, end: i + 1 })));
  assert.equal(repeatsOf(few.columns, few.tree).series.size, 0);
  const others = modelOf(
    Array.from({ length: 9 }, (_, i) => ({ name: `f#${i}`, start: i, end: i + 1, agent: `a${i}` })),
  );
  assert.equal(repeatsOf(others.columns, others.tree).series.size, 0);
});

test("a run that grows makes its last series longer, and what was opened stays open", () => {
  const opened = withSeriesToggled(FOLDED, TREE.rows[4] as number);
  const text = encodeRepeats(opened, COLUMNS);
  assert.match(text ?? "", /^\*~[\w-]{4}$/);
  const grown = modelOf([...SPANS, { name: "search#9", under: "root", start: 960, end: 990 }]);
  assert.deepEqual([...decodeRepeats(text, grown.columns).opened], [...opened.opened]);
  const longer = modelOf([...SPANS.slice(0, 9), { name: "search#9", under: "root", start: 960, end: 990 }]);
  assert.equal(repeatsOf(longer.columns, longer.tree).series.get(1)?.count, 9);
  assert.equal(encodeRepeats(REPEATS_SHOWN, COLUMNS), undefined);
  assert.deepEqual(decodeRepeats("nonsense", COLUMNS), REPEATS_SHOWN);
});

test("bars of a series are when its members were at work, and which failed", () => {
  const series = REPEATS.series.get(4);
  assert.ok(series);
  const bars = seriesBars(COLUMNS, TREE, MODEL, series);
  assert.deepEqual([...bars.failed], [50, 54]);
  assert.deepEqual([...bars.all].slice(0, 6), [0, 4, 10, 14, 20, 29]);
  assert.equal(seriesBars(COLUMNS, TREE, MODEL, series), bars);
});
