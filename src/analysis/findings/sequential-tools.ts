import { KIND } from "../codes.ts";
import { getOrMake } from "../get-or-make.ts";
import type { ResolvedRun } from "../resolved-run.ts";
import type { FindingRule } from "./finding-rule.ts";
import { formatSeconds, toolNameOf } from "./finding-rule.ts";

const SAVING_SHARE_MIN = 0.05;
const SAVING_MIN_NS = 1e8;

/**
 * Tool calls of one invocation between two of its model calls were all decided by the first of them, so none of them
 * can have needed another's result.
 */
export const sequentialTools: FindingRule = {
  id: "could-run-in-parallel",
  doc: "Tools that one model call asked for together run one after another.",
  find({ run, path }) {
    return turnsOf(run).flatMap((rows) => {
      const durations = rows.map((row) => (run.tree.end[row] as number) - (run.tree.start[row] as number));
      const longest = durations.reduce((max, duration) => Math.max(max, duration), 0);
      const saving = durations.reduce((sum, duration) => sum + duration, 0) - longest;
      if (!oneAfterAnother(run, rows) || saving < SAVING_MIN_NS || saving < SAVING_SHARE_MIN * path.total) return [];
      const names = [...new Set(rows.map((row) => toolNameOf(run, row)))].join(", ");
      const message = `${rows.length} tool calls of one turn (${names}) run one after another: in parallel they would save up to ${formatSeconds(saving)}.`;
      return [{ message, rows }];
    });
  },
};

/** The tool calls of each turn with at least two, by start. */
function turnsOf({ kind, hidden, attribution, tree, columns }: ResolvedRun): number[][] {
  const calls = new Map<number, number[]>();
  for (let row = 0; row < columns.count; row++) {
    const matters = kind[row] === KIND.llm || (kind[row] === KIND.tool && !hidden[row]);
    if (matters) getOrMake(calls, attribution.entry[row] as number, () => []).push(row);
  }
  const turns: number[][] = [];
  for (const rows of calls.values()) {
    rows.sort((a, b) => (tree.start[a] as number) - (tree.start[b] as number) || a - b);
    let turn: number[] = [];
    let decided = false;
    for (const row of rows) {
      if (kind[row] === KIND.tool) turn.push(row);
      if (kind[row] === KIND.tool && rows.at(-1) !== row) continue;
      if (decided && turn.length > 1) turns.push(turn);
      turn = [];
      decided = true;
    }
  }
  return turns;
}

function oneAfterAnother({ tree }: ResolvedRun, rows: readonly number[]): boolean {
  return rows.every((row, i) => i === 0 || (tree.start[row] as number) >= (tree.end[rows[i - 1] as number] as number));
}
