// Which spans are folded, kept small enough for a URL: a depth from which on everything is folded, and the spans that
// are the other way round than their depth says.

import { type FoldedRepeats, REPEATS_SHOWN } from "./repeats.ts";
import type { SpanColumns } from "./skeleton.ts";
import type { SpanTree } from "./span-tree.ts";

export interface Folds {
  /** Spans at this depth and deeper are folded; undefined: none. */
  readonly depth: number | undefined;
  /** Rows that differ from what the depth says. */
  readonly toggled: ReadonlySet<number>;
}

export const UNFOLDED: Folds = { depth: undefined, toggled: new Set() };

const KEY_CHARACTERS = 4;
const KEY_BYTES = 3;
/** A URL of 2,000 characters works everywhere. */
const TOGGLED_MAX = 300;

/** By position: 1 where a span with children is folded. */
export function foldedPositions({ rows, positions, depth, size }: SpanTree, folds: Folds): Uint8Array {
  const folded = new Uint8Array(rows.length);
  const limit = folds.depth ?? Number.POSITIVE_INFINITY;
  if (folds.depth !== undefined) {
    for (let p = 0; p < rows.length; p++) if ((depth[p] as number) >= limit && (size[p] as number) > 1) folded[p] = 1;
  }
  for (const row of folds.toggled) {
    const p = positions[row] ?? -1;
    if (p >= 0 && (size[p] as number) > 1) folded[p] = 1 - (folded[p] as number);
  }
  return folded;
}

/**
 * Positions that lie in no fold, in order. Where all is unfolded but for some, as a reader mostly has it, that is the
 * ranges between them; where all is folded from a depth on, a walk from span to span over what is hidden.
 */
export function visibleUnder(tree: SpanTree, folds: Folds): Int32Array {
  return folds.depth === undefined ? visibleBetween(tree, folds.toggled) : visibleToDepth(tree, folds, folds.depth);
}

function visibleBetween({ size, positions }: SpanTree, toggled: ReadonlySet<number>): Int32Array {
  const folded = Array.from(toggled, (row) => positions[row] ?? -1).filter((p) => p >= 0);
  folded.sort((a, b) => a - b);
  const visible = new Int32Array(size.length);
  let count = 0;
  let next = 0;
  for (const p of [...folded, size.length]) {
    // What is folded inside of a fold hides nothing more.
    if (p < next) continue;
    for (const end = Math.min(p + 1, size.length); next < end; next++) visible[count++] = next;
    next = p + (size[p] ?? 1);
  }
  return visible.subarray(0, count);
}

function visibleToDepth({ size, depth, rows }: SpanTree, { toggled }: Folds, limit: number): Int32Array {
  const visible = new Int32Array(size.length);
  let count = 0;
  for (let p = 0; p < size.length; ) {
    visible[count++] = p;
    const below = size[p] as number;
    const isToggled = below > 1 && toggled.size > 0 && toggled.has(rows[p] as number);
    p += (depth[p] as number) >= limit !== isToggled ? below : 1;
  }
  return visible.subarray(0, count);
}

export function isFolded({ depth: limit, toggled }: Folds, row: number, depth: number): boolean {
  return (limit !== undefined && depth >= limit) !== toggled.has(row);
}

export function withToggled(folds: Folds, row: number): Folds {
  const toggled = new Set(folds.toggled);
  if (!toggled.delete(row)) toggled.add(row);
  return { depth: folds.depth, toggled };
}

/** Unfolds all that a position lies in, so that it is seen. The same folds when it is seen already. */
export function revealed(folds: Folds, { rows, parent, depth }: SpanTree, position: number): Folds {
  let changed = folds;
  for (let up = parent[position] ?? -1; up >= 0; up = parent[up] as number) {
    const row = rows[up] as number;
    if (isFolded(changed, row, depth[up] as number)) changed = withToggled(changed, row);
  }
  return changed;
}

/**
 * For the URL: `2` all from depth 2 on, `~` and four characters for each span that differs (three bytes of its id in
 * base64url), so `2~AbCdEf12` or `~AbCd`. Undefined when nothing is folded.
 */
export function encodeFolds({ depth, toggled }: Folds, columns: SpanColumns): string | undefined {
  const text = `${depth ?? ""}${encodeRows(toggled, columns)}`;
  return text === "" ? undefined : text;
}

/** For the URL: `*` where repeated spans are folded, and the spans at which a series is open: `*`, `*~AbCd`. */
export function encodeRepeats({ isOn, opened }: FoldedRepeats, columns: SpanColumns): string | undefined {
  return isOn ? `*${encodeRows(opened, columns)}` : undefined;
}

export function decodeRepeats(text: string | undefined, columns: SpanColumns): FoldedRepeats {
  const match = /^\*(?:~([\w-]*))?$/.exec(text ?? "");
  return match === null ? REPEATS_SHOWN : { isOn: true, opened: decodeRows(match[1] ?? "", columns) };
}

function encodeRows(rows: ReadonlySet<number>, { id }: SpanColumns): string {
  const keys = [...rows].slice(0, TOGGLED_MAX).map((row) => keyOf(id, row));
  return keys.length === 0 ? "" : `~${keys.join("")}`;
}

/** Spans that the run does not have are passed over. */
function decodeRows(keys: string, { id, count }: SpanColumns): ReadonlySet<number> {
  const wanted = new Set<string>();
  for (let i = 0; i + KEY_CHARACTERS <= keys.length; i += KEY_CHARACTERS) wanted.add(keys.slice(i, i + KEY_CHARACTERS));
  const rows = new Set<number>();
  for (let row = 0; row < count && wanted.size > 0; row++) if (wanted.delete(keyOf(id, row))) rows.add(row);
  return rows;
}

/** What a URL says; spans that the run does not have are passed over. */
export function decodeFolds(text: string | undefined, columns: SpanColumns): Folds {
  const match = /^(\d{1,6})?(?:~([\w-]*))?$/.exec(text ?? "");
  if (match === null) return UNFOLDED;
  const toggled = decodeRows(match[2] ?? "", columns);
  return { depth: match[1] === undefined ? undefined : Number(match[1]), toggled };
}

/** The last bytes of an id: also ids that are counted up differ there. */
function keyOf(id: Uint8Array, row: number): string {
  const end = 8 * row + 8;
  return btoa(String.fromCharCode(...id.subarray(end - KEY_BYTES, end)))
    .replaceAll("+", "-")
    .replaceAll("/", "_");
}
