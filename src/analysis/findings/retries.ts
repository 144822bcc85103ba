import { KIND, STATUS } from "../codes.ts";
import { getOrMake } from "../get-or-make.ts";
import type { ResolvedRun } from "../resolved-run.ts";
import type { FindingRule } from "./finding-rule.ts";
import { formatSeconds } from "./finding-rule.ts";

const FAILURES_MIN = 2;
const RATE_LIMIT = /\b429\b|rate.?limit|too many requests|overloaded|quota/i;

export const retries: FindingRule = {
  id: "retries",
  doc: "Model calls fail again and again under one span, or are turned away by a rate limit.",
  find({ run }) {
    const byParent = new Map<number, number[]>();
    for (let row = 0; row < run.columns.count; row++) {
      const failedCall = run.kind[row] === KIND.llm && run.status[row] === STATUS.error;
      if (failedCall) getOrMake(byParent, run.shownParent[row] as number, () => []).push(row);
    }
    return [...byParent.values()].flatMap((rows) => {
      const limited = rows.filter((row) => RATE_LIMIT.test(messageOf(run, row)));
      if (rows.length < FAILURES_MIN && limited.length === 0) return [];
      const { start, end } = run.tree;
      const span = (end[rows.at(-1) as number] as number) - (start[rows[0] as number] as number);
      const times = rows.length === 1 ? "once" : `${rows.length} times in ${formatSeconds(span)}`;
      const message =
        limited.length > 0
          ? `A model turned the calls away ${times} (${firstLine(messageOf(run, limited[0] as number))}): ask for a higher limit, or send fewer calls at once.`
          : `A model call failed ${times} (${firstLine(messageOf(run, rows[0] as number))}): each attempt costs time.`;
      return [{ message, rows }];
    });
  },
};

function messageOf({ columns }: ResolvedRun, row: number): string {
  return `${columns.texts.text(columns.errorType[row] as number)} ${columns.texts.text(columns.statusMessage[row] as number)}`.trim();
}

const SHOWN_LENGTH = 120;

function firstLine(text: string): string {
  return (text.split("\n")[0] as string).slice(0, SHOWN_LENGTH);
}
