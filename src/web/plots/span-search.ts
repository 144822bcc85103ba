// Steps from one span to another: the next failed one, the next of the same or another agent.

import type { SpanColumns } from "./skeleton.ts";
import type { SpanTree } from "./span-tree.ts";
import type { TimelineModel } from "./timeline-model.ts";

/** The next (or previous) failed position after one, around the end; −1: nothing failed. `from` −1: none selected. */
export function nextError({ errorsBefore, rows }: SpanTree, from: number, step: 1 | -1): number {
  const count = rows.length;
  const isError = (p: number) => errorsBefore[p + 1] !== errorsBefore[p];
  const start = from < 0 && step < 0 ? 0 : from;
  for (let i = 1; i <= count; i++) {
    const p = (((start + step * i) % count) + count) % count;
    if (isError(p)) return p;
  }
  return -1;
}

/** The first span of the next (or previous) agent in the order of `agents` (indexes into the columns' strings). */
export function nextAgent(
  columns: SpanColumns,
  { rows, positions }: SpanTree,
  agents: readonly string[],
  from: number,
  step: 1 | -1,
): number {
  if (agents.length === 0) return -1;
  const current = from < 0 ? undefined : columns.strings[columns.agent[rows[from] as number] as number];
  const at = current === undefined ? -1 : agents.indexOf(current);
  const wanted = at < 0 ? (step > 0 ? 0 : agents.length - 1) : (at + step + agents.length) % agents.length;
  const name = columns.strings.indexOf(agents[wanted] as string);
  for (let row = 0; row < columns.count; row++) {
    if (columns.agent[row] === name && (positions[row] as number) >= 0) return positions[row] as number;
  }
  return -1;
}

/** The position in a lane's level that covers an instant, or lies within a tolerance of it; −1: none. */
export function positionAt(
  { starts, ends, tree: { rows } }: Pick<TimelineModel, "starts" | "ends" | "tree">,
  level: Int32Array,
  atMs: number,
  toleranceMs: number,
): number {
  let low = 0;
  let high = level.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((starts[rows[level[middle] as number] as number] as number) <= atMs + toleranceMs) low = middle + 1;
    else high = middle;
  }
  const position = level[low - 1];
  if (position === undefined) return -1;
  return (ends[rows[position] as number] as number) >= atMs - toleranceMs ? position : -1;
}
