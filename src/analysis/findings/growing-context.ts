import { KIND } from "../codes.ts";
import { getOrMake } from "../get-or-make.ts";
import type { FindingRule } from "./finding-rule.ts";

const CALLS_MIN = 5;
const GROWTH_MIN = 3;
const INPUT_MIN = 2000;

export const growingContext: FindingRule = {
  id: "growing-context",
  doc: "The input of an agent's model calls grows with each turn, to at least three times the first and 2,000 tokens.",
  find({ run }) {
    const byEntry = new Map<number, number[]>();
    for (let row = 0; row < run.columns.count; row++) {
      const hasInput = run.kind[row] === KIND.llm && (run.usage.input[row] as number) > 0;
      if (hasInput) getOrMake(byEntry, run.attribution.entry[row] as number, () => []).push(row);
    }
    return [...byEntry.values()].flatMap((rows) => {
      const tokens = rows.map((row) => run.usage.input[row] as number);
      const first = tokens[0] as number;
      const last = tokens.at(-1) as number;
      const grows = tokens.every((count, i) => i === 0 || count >= (tokens[i - 1] as number));
      if (rows.length < CALLS_MIN || !grows || last < GROWTH_MIN * first || last < INPUT_MIN) return [];
      const total = tokens.reduce((sum, count) => sum + count, 0);
      const agent = run.attribution.names[run.attribution.agent[rows[0] as number] as number] ?? "The run";
      const message = `${agent} sends its whole history each turn: input grew from ${first} to ${last} tokens over ${rows.length} calls (${total} in all); summarise or trim it, or cache its beginning.`;
      return [{ message, rows }];
    });
  },
};
