// Tasks: spans of kind task, and invocations of agents where no task is named. A task is its assignee's: the agent that
// the task's span names, else the one that works below it, else the one whose span it is.
//
//   run
//   ├ task "write"            writer's (its invocation is the same task and not counted again)
//   │ └ agent writer
//   └ agent boss              boss's own invocation: no task is named
//     └ task "research"       researcher's, not boss's
//       └ agent researcher
//
// Of several attempts of one task the last decides.

import { HINTS } from "../model/draft.ts";
import { NONE } from "../model/run-columns.ts";
import { hintOf, isStructural, KIND } from "./codes.ts";
import type { ResolvedRun } from "./resolved-run.ts";
import { attemptOf } from "./status.ts";

export interface AgentTask {
  /** The task's span, or the invocation's. */
  readonly row: number;
  readonly agent: number;
}

/** By start; open ones among them. */
export function findTasks(run: ResolvedRun): AgentTask[] {
  const { kind, tree, attribution } = run;
  const assignees = assigneesOf(run);
  const named = new Uint8Array(tree.count);
  // Per row: the task around it, as far as no other invocation lies in between.
  const around = new Int32Array(tree.count).fill(NONE);
  for (const row of tree.order) {
    const parent = tree.parent[row] as number;
    const entry = attribution.entry[row] as number;
    const outer = parent === NONE ? NONE : (around[parent] as number);
    around[row] = kind[row] === KIND.task ? row : entry === row ? NONE : outer;
    if (entry === row && outer !== NONE && assignees.get(outer) === attribution.agent[row]) named[row] = 1;
    if (kind[row] === KIND.task && entry !== NONE && assignees.get(row) === attribution.agent[row]) named[entry] = 1;
  }
  const tasks: AgentTask[] = [];
  for (const [row, agent] of assignees) if (agent !== NONE && isLastAttempt(run, row)) tasks.push({ row, agent });
  for (const row of attribution.entries) {
    const isInvocation = kind[row] === KIND.agent || isStructural(kind[row] as number);
    if (isInvocation && !named[row]) tasks.push({ row, agent: attribution.agent[row] as number });
  }
  return tasks.sort((a, b) => (tree.start[a.row] as number) - (tree.start[b.row] as number) || a.row - b.row);
}

const SEVERAL = -2;

function assigneesOf({ columns, kind, tree, attribution, directory }: ResolvedRun): Map<number, number> {
  const assignees = new Map<number, number>();
  // The one agent that works right below each row, NONE or SEVERAL.
  const below = new Int32Array(tree.count).fill(NONE);
  for (let i = tree.order.length - 1; i >= 0; i--) {
    const row = tree.order[i] as number;
    if (kind[row] === KIND.task) {
      const stated = directory.find(columns.texts.text(columns.agent[row] as number));
      const only = (below[row] as number) >= 0 ? (below[row] as number) : (attribution.agent[row] as number);
      assignees.set(row, stated === NONE ? only : stated);
    }
    const parent = tree.parent[row] as number;
    if (parent === NONE) continue;
    const passed = attribution.entry[row] === row ? (attribution.agent[row] as number) : (below[row] as number);
    if (passed === NONE) continue;
    below[parent] = below[parent] === NONE || below[parent] === passed ? passed : SEVERAL;
  }
  return assignees;
}

function isLastAttempt(run: ResolvedRun, row: number): boolean {
  const { columns, tree, kind } = run;
  const attempt = attemptOf(columns, row);
  const parent = tree.parent[row] as number;
  if (attempt === 0) return true;
  const siblings =
    parent === NONE
      ? tree.roots
      : tree.children.subarray(tree.childrenFrom[parent] as number, tree.childrenFrom[parent + 1] as number);
  const title = taskTitle(run, row);
  return !siblings.some(
    (at) => kind[at] === KIND.task && attemptOf(columns, at) > attempt && taskTitle(run, at) === title,
  );
}

function taskTitle({ columns }: ResolvedRun, row: number): string {
  return hintOf(columns, row, HINTS.task) || columns.texts.text(columns.name[row] as number);
}
