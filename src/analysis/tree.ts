// The tree of a run's spans as arrays: parents, children in order of start, and the time of a span that none of its
// children covers.
//
//   parent [ 0 ─────────────── 10 ]      own(parent) = [0,2) ∪ [7,10)
//   child A    [ 2 ─── 5 ]
//   child B         [ 4 ─── 7 ]          children are clipped to their parent
//
// Spans may name a parent that never came, themselves, or each other in a ring: the first two are roots, and a ring is
// opened at its first row. Nothing here recurses, so the depth of a tree does not matter.

import { NONE } from "../model/run-columns.ts";

/**
 * OpenTelemetry's JavaScript SDK starts spans on whole milliseconds but measures their lengths exactly: instants that
 * differ by less may be the same.
 */
export const ROUNDING_NS = 1e6;

export interface Tree {
  readonly count: number;
  /** The parent's row or NONE; free of rings. Rows outside the tree have NONE. */
  readonly parent: Int32Array;
  /** All rows of the tree, parents before their children. */
  readonly order: Int32Array;
  /** Children of row r: `children[childrenFrom[r]] … children[childrenFrom[r + 1] - 1]`, by start. */
  readonly childrenFrom: Int32Array;
  readonly children: Int32Array;
  /** By start. */
  readonly roots: Int32Array;
  readonly start: Float64Array;
  /** Never before the start; `now` for a span that is open. */
  readonly end: Float64Array;
  /** Where the row stands in a walk from each parent into its children, and how many rows that walk spends on it. */
  readonly place: Int32Array;
  readonly size: Int32Array;
}

/** The ends of spans for arithmetic: open ones last until now, none ends before it starts. */
export function closedEnds(start: Float64Array, end: Float64Array, now: number): Float64Array {
  const closed = new Float64Array(end.length);
  for (let row = 0; row < end.length; row++) {
    const until = end[row] as number;
    closed[row] = Math.max(start[row] as number, until === Number.POSITIVE_INFINITY ? now : until);
  }
  return closed;
}

/** Rows in order of start; rows that start together keep their order. */
export function rowsByStart(start: Float64Array): Int32Array {
  const rows = new Int32Array(start.length);
  let sorted = true;
  for (let row = 0; row < rows.length; row++) {
    rows[row] = row;
    if (row > 0 && (start[row] as number) < (start[row - 1] as number)) sorted = false;
  }
  if (sorted) return rows;
  // A plain array: its sort takes advantage of the order that is there.
  return Int32Array.from(Array.from(rows).sort((a, b) => (start[a] as number) - (start[b] as number) || a - b));
}

/** The tree over `parent`. `left` marks rows that are left out; no kept row may have one of them as its parent. */
export function buildTree(
  parent: Int32Array,
  start: Float64Array,
  end: Float64Array,
  byStart: Int32Array,
  left?: Uint8Array,
): Tree {
  const count = parent.length;
  const acyclic = withoutRings(parent);
  const childrenFrom = new Int32Array(count + 1);
  let rootCount = 0;
  let kept = 0;
  for (let row = 0; row < count; row++) {
    if (left?.[row]) continue;
    kept++;
    const above = acyclic[row] as number;
    if (above === NONE) rootCount++;
    else childrenFrom[above + 1] = (childrenFrom[above + 1] as number) + 1;
  }
  for (let row = 0; row < count; row++) {
    childrenFrom[row + 1] = (childrenFrom[row + 1] as number) + (childrenFrom[row] as number);
  }
  const next = childrenFrom.slice();
  const children = new Int32Array(kept - rootCount);
  const roots = new Int32Array(rootCount);
  let rootsSeen = 0;
  for (const row of byStart) {
    if (left?.[row]) continue;
    const above = acyclic[row] as number;
    if (above === NONE) roots[rootsSeen++] = row;
    else {
      const at = next[above] as number;
      children[at] = row;
      next[above] = at + 1;
    }
  }
  const order = breadthFirst(roots, childrenFrom, children);
  return { count, parent: acyclic, order, childrenFrom, children, roots, start, end, ...places(acyclic, order) };
}

/** Whether one row lies anywhere below another. */
export function isBelow({ place, size }: Tree, row: number, above: number): boolean {
  const at = place[row] as number;
  const from = place[above] as number;
  return at > from && at < from + (size[above] as number);
}

function places(parent: Int32Array, order: Int32Array): Pick<Tree, "place" | "size"> {
  const size = new Int32Array(parent.length);
  for (let i = order.length - 1; i >= 0; i--) {
    const row = order[i] as number;
    size[row] = (size[row] as number) + 1;
    const above = parent[row] as number;
    if (above !== NONE) size[above] = (size[above] as number) + (size[row] as number);
  }
  const place = new Int32Array(parent.length);
  // Per row: the place of its next child.
  const next = new Int32Array(parent.length);
  let nextRoot = 0;
  for (const row of order) {
    const above = parent[row] as number;
    const at = above === NONE ? nextRoot : (next[above] as number);
    place[row] = at;
    next[row] = at + 1;
    if (above === NONE) nextRoot += size[row] as number;
    else next[above] = at + (size[row] as number);
  }
  return { place, size };
}

function breadthFirst(roots: Int32Array, childrenFrom: Int32Array, children: Int32Array): Int32Array {
  const order = new Int32Array(roots.length + children.length);
  order.set(roots);
  let length = roots.length;
  for (let i = 0; i < length; i++) {
    const row = order[i] as number;
    for (let c = childrenFrom[row] as number; c < (childrenFrom[row + 1] as number); c++) {
      order[length++] = children[c] as number;
    }
  }
  return order;
}

/** The same parents with every ring opened at its smallest row. */
function withoutRings(parent: Int32Array): Int32Array {
  let suspicious = false;
  for (let row = 0; row < parent.length && !suspicious; row++) suspicious = (parent[row] as number) >= row;
  if (!suspicious) return parent;
  const open = parent.slice();
  const UNSEEN = 0;
  const seen = new Int32Array(open.length);
  for (let from = 0; from < open.length; from++) {
    const mark = from + 1;
    let row = from;
    while (row !== NONE && seen[row] === UNSEEN) {
      seen[row] = mark;
      row = open[row] as number;
    }
    if (row !== NONE && seen[row] === mark) open[smallestOfRing(open, row)] = NONE;
  }
  return open;
}

function smallestOfRing(parent: Int32Array, on: number): number {
  let smallest = on;
  for (let row = parent[on] as number; row !== on; row = parent[row] as number) smallest = Math.min(smallest, row);
  return smallest;
}

/** Appends the parts of a row's interval that no child covers: start0, end0, start1, end1, … */
export function ownSegments(tree: Tree, row: number, into: number[]): void {
  const end = tree.end[row] as number;
  let free = tree.start[row] as number;
  const last = tree.childrenFrom[row + 1] as number;
  for (let c = tree.childrenFrom[row] as number; c < last && free < end; c++) {
    const child = tree.children[c] as number;
    const childStart = tree.start[child] as number;
    if (childStart > free) into.push(free, Math.min(childStart, end));
    free = Math.max(free, tree.end[child] as number);
  }
  if (free < end) into.push(free, end);
}

/** The summed length of `ownSegments`, for every row. */
export function ownTimes(tree: Tree): Float64Array {
  const own = new Float64Array(tree.count);
  for (const row of tree.order) {
    const end = tree.end[row] as number;
    let free = tree.start[row] as number;
    let sum = 0;
    const last = tree.childrenFrom[row + 1] as number;
    for (let c = tree.childrenFrom[row] as number; c < last && free < end; c++) {
      const child = tree.children[c] as number;
      const childStart = tree.start[child] as number;
      if (childStart > free) sum += Math.min(childStart, end) - free;
      free = Math.max(free, tree.end[child] as number);
    }
    own[row] = sum + Math.max(0, end - free);
  }
  return own;
}
