// Which stored texts a span read and wrote, and how long they are.

import { HINTS } from "../model/draft.ts";
import { NONE, type PartLengths, type RunColumns } from "../model/run-columns.ts";
import { hintOf } from "./codes.ts";
import type { Tree } from "./tree.ts";

const NOTHING: readonly string[] = [];

/** The parts of a row's input; of a model call whose dialect keeps them on its parent, the parent's. */
export function inputOf(columns: RunColumns, tree: Tree, row: number): readonly string[] {
  const own = columns.inputParts.get(row);
  if (own !== undefined) return own;
  const parent = tree.parent[row] as number;
  if (parent === NONE || hintOf(columns, row, HINTS.inputAt) !== "parent") return NOTHING;
  return columns.inputParts.get(parent) ?? NOTHING;
}

export function outputOf(columns: RunColumns, row: number): readonly string[] {
  return columns.outputParts.get(row) ?? NOTHING;
}

/** The summed length of parts; undefined when none of them is known. */
export function lengthOf(parts: readonly string[], lengths: PartLengths | undefined): number | undefined {
  let sum: number | undefined;
  for (const part of parts) {
    const length = lengths?.get(part);
    if (length !== undefined) sum = (sum ?? 0) + length;
  }
  return sum;
}
