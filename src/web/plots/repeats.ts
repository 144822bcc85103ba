// Spans that repeat: siblings of the same kind, name and agent one after the other, or a few such in turn (a call of the
// model, a tool, a call, a tool). A series can be folded to the line of its first span; looking from the front, a run that
// grows only makes its last series longer.
//
//   position  0  1  2  3  4  5        a series of 4 begins at 1: folded, the lines are 0 1 5
//   name      r  f  f  f  f  done

import { union } from "../../base/intervals.ts";
import { SPAN_STATUSES } from "../../model/vocabulary.ts";
import { type RoundLimits, roundAt } from "./rounds.ts";
import type { SpanColumns } from "./skeleton.ts";
import type { SpanTree } from "./span-tree.ts";

export interface Series {
  /** The position behind the last of its spans and all below them. */
  readonly end: number;
  /** How often it is repeated. */
  readonly count: number;
  /** Its siblings. */
  readonly members: Int32Array;
  /** How many of them, from the front, make one round. */
  readonly length: number;
  /** Of members that have ended, in ms. */
  readonly totalMs: number;
  readonly longestMs: number;
  /** Failed spans among the members and below them. */
  readonly failed: number;
}

export interface Repeats {
  /** By the position of the first member. */
  readonly series: ReadonlyMap<number, Series>;
  /** By position: the first member of the series that the span is a member of, −1: none. */
  readonly heads: Int32Array;
}

/** Which series are folded: all but some, or none. */
export interface FoldedRepeats {
  readonly isOn: boolean;
  /** Rows of first members whose series are open. */
  readonly opened: ReadonlySet<number>;
}

export const REPEATS_SHOWN: FoldedRepeats = { isOn: false, opened: new Set() };

const ERROR = SPAN_STATUSES.indexOf("error");
const ROUNDS: RoundLimits = { lengthMax: 4, countMin: 3 };
/** Fewer spans need no folding. */
const MEMBERS_MIN = 6;

export function repeatsOf(columns: SpanColumns, tree: SpanTree): Repeats {
  const series = new Map<number, Series>();
  const heads = new Int32Array(tree.rows.length).fill(-1);
  for (const siblings of siblingLists(tree)) {
    const isSame = (a: number, b: number) => looksSame(columns, tree, siblings[a] as number, siblings[b] as number);
    for (let at = 0; at < siblings.length; ) {
      const { length, count } = roundAt(siblings.length, at, isSame, ROUNDS);
      const members = siblings.slice(at, at + length * count);
      at += members.length;
      if (members.length < MEMBERS_MIN) continue;
      const head = members[0] as number;
      for (const member of members) heads[member] = head;
      series.set(head, seriesOf(columns, tree, Int32Array.from(members), { length, count }));
    }
  }
  return { series, heads };
}

/** The children of each span that has enough of them to repeat anything, and the roots. */
function* siblingLists({ size, rows }: SpanTree): Generator<number[]> {
  for (let p = -1; p < rows.length; p++) {
    const end = p < 0 ? rows.length : p + (size[p] as number);
    if (end - p <= MEMBERS_MIN) continue;
    const siblings: number[] = [];
    for (let child = p + 1; child < end; child += size[child] as number) siblings.push(child);
    if (siblings.length >= MEMBERS_MIN) yield siblings;
  }
}

function looksSame({ kind, name, agent }: SpanColumns, { rows }: SpanTree, a: number, b: number): boolean {
  const [one, other] = [rows[a] as number, rows[b] as number];
  return name[one] === name[other] && kind[one] === kind[other] && agent[one] === agent[other];
}

function seriesOf(
  { duration }: SpanColumns,
  { rows, size, errorsBefore }: SpanTree,
  members: Int32Array,
  round: { readonly length: number; readonly count: number },
): Series {
  const last = members[members.length - 1] as number;
  const end = last + (size[last] as number);
  let totalMs = 0;
  let longestMs = 0;
  for (const member of members) {
    const ms = Math.max(0, duration[rows[member] as number] as number);
    totalMs += ms;
    longestMs = Math.max(longestMs, ms);
  }
  const failed = (errorsBefore[end] as number) - (errorsBefore[members[0] as number] as number);
  return { end, ...round, members, totalMs, longestMs, failed };
}

/** Whether the series that begins at a position is folded. */
export function isSeriesFolded({ isOn, opened }: FoldedRepeats, tree: SpanTree, head: number): boolean {
  return isOn && !opened.has(tree.rows[head] as number);
}

/** Opens a folded series, or folds an open one. */
export function withSeriesToggled({ isOn, opened }: FoldedRepeats, row: number): FoldedRepeats {
  const toggled = new Set(opened);
  if (!toggled.delete(row)) toggled.add(row);
  return { isOn, opened: toggled };
}

/** Opens all series that a position lies in, so that it is seen. The same when it is seen already. */
export function withSeriesRevealed(
  folded: FoldedRepeats,
  tree: SpanTree,
  repeats: Repeats,
  position: number,
): FoldedRepeats {
  let changed = folded;
  for (let p = position; p >= 0; p = tree.parent[p] as number) {
    const head = repeats.heads[p] as number;
    // The first member stands for its series, but what is below it is hidden.
    if (head < 0 || (head === p && p === position) || !isSeriesFolded(changed, tree, head)) continue;
    changed = withSeriesToggled(changed, tree.rows[head] as number);
  }
  return changed;
}

/** Positions that are seen when subtrees (`isFolded`, by position) and series are folded. */
export function visibleWithRepeats(
  tree: SpanTree,
  isFolded: Uint8Array,
  repeats: Repeats,
  folded: FoldedRepeats,
): Int32Array {
  const { size } = tree;
  const visible = new Int32Array(size.length);
  let count = 0;
  for (let p = 0; p < size.length; ) {
    visible[count++] = p;
    const series = repeats.heads[p] === p ? repeats.series.get(p) : undefined;
    if (series !== undefined && isSeriesFolded(folded, tree, p)) p = series.end;
    else p += isFolded[p] === 1 ? (size[p] as number) : 1;
  }
  return visible.subarray(0, count);
}

/** What is drawn of a series: when any member was at work, and when those that failed were; flat, in order. */
export interface SeriesBars {
  readonly all: Float64Array;
  readonly failed: Float64Array;
}

const made = new WeakMap<Float64Array, Map<Series, SeriesBars>>();

/** Made once for all frames. `starts` and `ends` by row. */
export function seriesBars(
  { status }: SpanColumns,
  { rows }: SpanTree,
  { starts, ends }: { readonly starts: Float64Array; readonly ends: Float64Array },
  series: Series,
): SeriesBars {
  const known = made.get(ends) ?? new Map<Series, SeriesBars>();
  made.set(ends, known);
  const bars = known.get(series);
  if (bars !== undefined) return bars;
  const all: number[] = [];
  const failed: number[] = [];
  for (const member of series.members) {
    const row = rows[member] as number;
    all.push(starts[row] as number, ends[row] as number);
    if (status[row] === ERROR) failed.push(starts[row] as number, ends[row] as number);
  }
  const fresh = { all: Float64Array.from(union(all)), failed: Float64Array.from(union(failed)) };
  known.set(series, fresh);
  return fresh;
}
