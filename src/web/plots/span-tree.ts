// The tree of a run's spans in reading order, as typed arrays. A *position* is a place in that order (parents first,
// children by start); a *row* is a place in the columns. Below a position p lie the positions up to p + size[p], so
// folding a span is one jump, and what is visible among 100,000 spans is known in a fraction of a millisecond.
//
//   position  0  1  2  3  4  5         visible with 1 folded: 0 1 4 5
//   depth     0  1  2  2  1  0
//   size      5  3  1  1  1  1
//
// Plumbing (the trait `hidden`) is left out unless asked for: its children hang on the next ancestor that is kept.

import { SPAN_STATUSES, SPAN_TRAITS } from "../../model/vocabulary.ts";
import type { SpanColumns } from "./skeleton.ts";

const ERROR = SPAN_STATUSES.indexOf("error");

export interface SpanTree {
  /** Rows in reading order. */
  readonly rows: Int32Array;
  /** Position of a row, −1 where it is left out. */
  readonly positions: Int32Array;
  /** By position. */
  readonly parent: Int32Array;
  readonly depth: Int32Array;
  /** Spans of the subtree, the span itself included. */
  readonly size: Int32Array;
  /** Failed spans before a position; one entry more than positions. */
  readonly errorsBefore: Int32Array;
  /** How many spans are plumbing, left out or not. */
  readonly hiddenCount: number;
}

export function buildTree(columns: SpanColumns, showHidden: boolean): SpanTree {
  const { count, traits } = columns;
  const isLeftOut = new Uint8Array(count);
  let hiddenCount = 0;
  for (let row = 0; row < count; row++) {
    if (((traits[row] as number) & SPAN_TRAITS.hidden) === 0) continue;
    hiddenCount++;
    if (!showHidden) isLeftOut[row] = 1;
  }
  // A run that is all plumbing is shown all the same.
  if (hiddenCount === count) isLeftOut.fill(0);
  const above = shownParents(columns, isLeftOut);
  const { rows, depth } = readingOrder(above, isLeftOut);
  const positions = new Int32Array(count).fill(-1);
  for (let p = 0; p < rows.length; p++) positions[rows[p] as number] = p;
  const parent = new Int32Array(rows.length);
  for (let p = 0; p < rows.length; p++) {
    const up = above[rows[p] as number] as number;
    parent[p] = up < 0 ? -1 : (positions[up] as number);
  }
  return {
    rows,
    positions,
    parent,
    depth,
    size: subtreeSizes(parent),
    errorsBefore: errorSums(columns, rows),
    hiddenCount,
  };
}

/** For each row the nearest row above it that is shown, −1 for none. */
function shownParents({ parent, count }: SpanColumns, isLeftOut: Uint8Array): Int32Array {
  const above = new Int32Array(count);
  for (let row = 0; row < count; row++) {
    const up = parent[row] as number;
    above[row] = up < 0 ? -1 : isLeftOut[up] === 1 ? (above[up] as number) : up;
  }
  return above;
}

function readingOrder(above: Int32Array, isLeftOut: Uint8Array): { rows: Int32Array; depth: Int32Array } {
  const count = above.length;
  // Linked lists of children, filled from the back so that they come out by start; [count] is the list of roots.
  const firstChild = new Int32Array(count + 1).fill(-1);
  const nextSibling = new Int32Array(count);
  let shown = 0;
  for (let row = count - 1; row >= 0; row--) {
    if (isLeftOut[row] === 1) continue;
    shown++;
    const list = (above[row] as number) < 0 ? count : (above[row] as number);
    nextSibling[row] = firstChild[list] as number;
    firstChild[list] = row;
  }
  const rows = new Int32Array(shown);
  const depth = new Int32Array(shown);
  let row = firstChild[count] as number;
  let level = 0;
  for (let p = 0; p < shown; p++) {
    rows[p] = row;
    depth[p] = level;
    if ((firstChild[row] as number) >= 0) {
      row = firstChild[row] as number;
      level++;
      continue;
    }
    while (row >= 0 && (nextSibling[row] as number) < 0) {
      row = above[row] as number;
      level--;
    }
    if (row >= 0) row = nextSibling[row] as number;
    else break;
  }
  return { rows, depth };
}

function subtreeSizes(parent: Int32Array): Int32Array {
  const size = new Int32Array(parent.length).fill(1);
  for (let p = parent.length - 1; p >= 0; p--) {
    const up = parent[p] as number;
    if (up >= 0) size[up] = (size[up] as number) + (size[p] as number);
  }
  return size;
}

function errorSums({ status }: SpanColumns, rows: Int32Array): Int32Array {
  const sums = new Int32Array(rows.length + 1);
  for (let p = 0; p < rows.length; p++) {
    sums[p + 1] = (sums[p] as number) + (status[rows[p] as number] === ERROR ? 1 : 0);
  }
  return sums;
}

/** Failed spans at and below a position. */
export function errorsWithin({ errorsBefore, size }: SpanTree, position: number): number {
  return (errorsBefore[position + (size[position] as number)] as number) - (errorsBefore[position] as number);
}

/** The line of a position among the visible ones; where it lies in a fold, the line of the folded ancestor. */
export function lineOfPosition(visible: Int32Array, position: number): number {
  let low = 0;
  let high = visible.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((visible[middle] as number) <= position) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
