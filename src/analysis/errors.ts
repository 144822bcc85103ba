// Errors of a run, grouped. Two errors are of one kind when their class and message are equal but for what differs each
// time: numbers, ids, quoted text. An error that a span passes on to its parents is one error with one origin.
//
//   agent  ok                 swallowed: the tool's error did not reach the agent
//   └ tool error              origin
//   agent  error              passed on
//   └ llm  error              origin: each attempt at a call counts (rule 40), so that
//     └ other  error          plumbing inside it (its HTTP request) is not another error

import { NONE } from "../model/run-columns.ts";
import { KIND, STATUS } from "./codes.ts";
import { factOf } from "./facts.ts";
import { foldIds } from "./fold-ids.ts";
import { getOrMake } from "./get-or-make.ts";
import type { ResolvedRun } from "./resolved-run.ts";
import type { RunErrorGroup } from "./run-analysis.ts";

const FINGERPRINT_LENGTH_MAX = 200;

/** A text by which errors of one kind are told to be the same: readable, and stable between runs. */
export function fingerprintOf(type: string, message: string): string {
  const firstLine = message.split("\n").find((line) => line.trim() !== "") ?? "";
  const beginning = firstLine.slice(0, 4 * FINGERPRINT_LENGTH_MAX);
  const folded = foldIds(beginning.replace(/"[^"]*"|'[^']*'|`[^`]*`|“[^”]*”/g, '"…"'))
    .replace(/\d+(?:[.,:]\d+)*/g, "<n>")
    .replace(/\s+/g, " ")
    .trim()
    .slice(0, FINGERPRINT_LENGTH_MAX);
  return type === "" ? folded : `${type}: ${folded}`;
}

/** How rows ended, and what they hang on in views. */
type Outcomes = Pick<ResolvedRun, "status" | "shownParent">;

/** Whether a row failed and its parent, as views show it, did not. */
export function isSwallowed({ status, shownParent }: Outcomes, row: number): boolean {
  const parent = shownParent[row] as number;
  return (
    status[row] === STATUS.error && parent !== NONE && status[parent] !== STATUS.error && status[parent] !== STATUS.open
  );
}

/** The last row that an error went up to: a failed row whose parent is none, went on, or is open. */
export function topOfError({ status, shownParent }: Outcomes, row: number): number {
  let top = row;
  for (let parent = shownParent[row] as number; parent !== NONE && status[parent] === STATUS.error; ) {
    top = parent;
    parent = shownParent[parent] as number;
  }
  return top;
}

/** Shown rows that failed. */
export function failedRows({ columns, status, hidden }: ResolvedRun): number[] {
  const rows: number[] = [];
  for (let row = 0; row < columns.count; row++) if (status[row] === STATUS.error && !hidden[row]) rows.push(row);
  return rows;
}

/** In order of their first occurrence. */
export function errorGroups(run: ResolvedRun): RunErrorGroup[] {
  const failed = failedRows(run);
  const explained = passedOnRows(run, failed);
  const groups = new Map<
    string,
    { type: string; message: string; rows: number[]; origins: number[]; swallowed: number[] }
  >();
  for (const row of failed) {
    const { type, message } = errorOf(run, row);
    const fingerprint = fingerprintOf(type, message);
    const group = getOrMake(groups, fingerprint, () => ({ type, message, rows: [], origins: [], swallowed: [] }));
    group.rows.push(row);
    if (!explained[row]) group.origins.push(row);
    if (isSwallowed(run, row)) group.swallowed.push(row);
  }
  return [...groups].map(([fingerprint, group]) => ({ fingerprint, ...group }));
}

/** Marks failed rows that are not where an error began: a failed child explains them, or the call that they serve. */
function passedOnRows({ columns, tree, kind, status, hidden, shownParent }: ResolvedRun, failed: readonly number[]) {
  const isCall = (row: number) => kind[row] === KIND.llm || kind[row] === KIND.tool;
  const serves = new Uint8Array(columns.count);
  for (const row of tree.order) {
    const parent = shownParent[row] as number;
    if (hidden[row] || kind[row] !== KIND.other || parent === NONE || status[parent] !== STATUS.error) continue;
    serves[row] = isCall(parent) || serves[parent] ? 1 : 0;
  }
  const passedOn = serves.slice();
  for (const row of failed) {
    const parent = shownParent[row] as number;
    if (parent !== NONE && !serves[row]) passedOn[parent] = 1;
  }
  return passedOn;
}

function errorOf({ columns, facts }: ResolvedRun, row: number): { readonly type: string; readonly message: string } {
  const message = columns.texts.text(columns.statusMessage[row] as number) || factOf(facts, row, "error");
  return { type: columns.texts.text(columns.errorType[row] as number), message };
}
