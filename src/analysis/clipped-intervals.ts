// The intervals of spans as the schedule needs them: children within their parents, and free of the rounding of clocks.
//
// OpenTelemetry's SDK for JavaScript starts spans on whole milliseconds, rounded down, and measures their lengths
// exactly. What ran one after another then seems to overlap, and a child to outlive its parent, by less than that:
//
//   true       A ├──────┤              recorded   A ├──────┤         A's end is taken back to B's start
//              B        ├─────┤                   B       ├─────┤
//
// Taken literally B would start while A is open, that is, for no known cause. Only starts on a whole millisecond are
// suspected, and only an overlap of less than one.

import { NONE } from "../model/run-columns.ts";
import { ROUNDING_NS, type Tree } from "./tree.ts";

export interface ClippedIntervals {
  /** One entry per row; the last is the run itself: first start of a root → last end of a root. */
  readonly start: Float64Array;
  readonly end: Float64Array;
  /** The span around each; the run's row for roots. */
  readonly parent: Int32Array;
  /** Whether a child goes on after its parent's end. */
  readonly outlives: Uint8Array;
}

export function clippedIntervals(tree: Tree, t0Ns: bigint): ClippedIntervals {
  const { count, roots } = tree;
  const start = new Float64Array(count + 1);
  const end = new Float64Array(count + 1);
  const parent = new Int32Array(count + 1).fill(NONE);
  const outlives = new Uint8Array(count + 1);
  start[count] = roots.length === 0 ? 0 : (tree.start[roots[0] as number] as number);
  for (const root of roots) end[count] = Math.max(end[count] as number, tree.end[root] as number);
  const shift = Number(t0Ns % BigInt(ROUNDING_NS));
  const isRounded = (row: number) => ((tree.start[row] as number) + shift) % ROUNDING_NS === 0;
  const clip = (children: Int32Array, around: number, isSpan: boolean) => {
    const from = start[around] as number;
    const until = end[around] as number;
    const tolerance = isSpan && isRounded(around) ? ROUNDING_NS : Number.MIN_VALUE;
    for (const child of children) {
      parent[child] = around;
      start[child] = Math.min(Math.max(tree.start[child] as number, from), until);
      end[child] = Math.min(Math.max(tree.end[child] as number, start[child] as number), until);
      if (isSpan && (tree.end[child] as number) - (tree.end[around] as number) >= tolerance) outlives[child] = 1;
    }
    if (children.length > 1) endBeforeNext(tree, children, start, end, isRounded);
  };
  clip(roots, count, false);
  for (const row of tree.order) {
    const [from, to] = [tree.childrenFrom[row] as number, tree.childrenFrom[row + 1] as number];
    if (from < to) clip(tree.children.subarray(from, to), row, true);
  }
  return { start, end, parent, outlives };
}

/** Takes the end of a child back to the start of the sibling that began right before it. */
function endBeforeNext(
  tree: Tree,
  children: Int32Array,
  start: Float64Array,
  end: Float64Array,
  isRounded: (row: number) => boolean,
): void {
  for (const child of children) {
    const ends = end[child] as number;
    for (let i = firstAfter(tree.start, children, ends - ROUNDING_NS); i < children.length; i++) {
      const next = children[i] as number;
      const begins = start[next] as number;
      if (begins >= ends) break;
      if (next === child || begins <= (start[child] as number) || (end[next] as number) < ends || !isRounded(next))
        continue;
      end[child] = begins;
      break;
    }
  }
}

/** The first index whose row starts after a time; rows are sorted by start. */
function firstAfter(start: Float64Array, rows: Int32Array, time: number): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((start[rows[middle] as number] as number) <= time) low = middle + 1;
    else high = middle;
  }
  return low;
}
