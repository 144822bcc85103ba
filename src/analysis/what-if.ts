// What would the run have taken, had an agent, a tool or a model been faster? The own work of its spans is multiplied
// by the factor (0.5: twice as fast) and the schedule says when everything would then have happened. Fixed delays, and
// the ways of messages, stay as they were; with the target `*` they are multiplied too.

import { NONE } from "../model/run-columns.ts";
import { KIND } from "./codes.ts";
import { criticalPath, type PathMessage, type PathShape, pathShape } from "./path.ts";
import type { ResolvedRun } from "./resolved-run.ts";
import type { Schedule } from "./schedule.ts";
import { type Factors, measured, timesOf } from "./schedule-times.ts";

export type WhatIfTarget =
  | { readonly by: "agent" | "tool" | "model"; readonly name: string }
  | { readonly by: "everything" };

/** What is made once for a run; each question takes a walk over the schedule only. */
export interface WhatIfModel {
  readonly run: ResolvedRun;
  readonly schedule: Schedule;
  readonly messages: readonly PathMessage[];
}

export interface WhatIfAnswer {
  readonly target: string;
  readonly factor: number;
  readonly measuredMs: number;
  readonly predictedMs: number;
  readonly savedMs: number;
  readonly assumption: string;
  readonly path: PathShape;
}

const NS_PER_MS = 1e6;

/** Undefined when the run has no such agent, tool or model. */
export function whatIf(model: WhatIfModel, target: WhatIfTarget, factor: number): WhatIfAnswer | undefined {
  const { run, schedule, messages } = model;
  const factors = factorsFor(run, target, factor);
  if (factors === undefined) return undefined;
  const path = criticalPath(run, schedule, timesOf(schedule, factors), messages);
  const agents = run.attribution.names.map((name) => ({ name }));
  const measuredNs = (schedule.end[schedule.count] as number) - (schedule.start[schedule.count] as number);
  const measuredMs = measuredNs / NS_PER_MS;
  const predictedMs = path.total / NS_PER_MS;
  return {
    target: target.by === "everything" ? "*" : target.name,
    factor,
    measuredMs,
    predictedMs,
    savedMs: (measuredNs - path.total) / NS_PER_MS,
    assumption: assumptionOf(target),
    path: pathShape(run.columns, agents, path),
  };
}

function assumptionOf(target: WhatIfTarget): string {
  const waits = "What followed a span's end waited for it";
  return target.by === "everything"
    ? `${waits}; delays and the ways of messages change in the same proportion.`
    : `${waits}; delays and the ways of messages stay as they were, and the same work is done.`;
}

function factorsFor(run: ResolvedRun, target: WhatIfTarget, factor: number): Factors | undefined {
  const { count } = run.columns;
  if (target.by === "everything") return { own: new Float64Array(count + 1).fill(factor), delay: factor };
  const factors = measured({ count });
  let any = false;
  for (let row = 0; row < count; row++) {
    if (!isMeant(run, row, target)) continue;
    factors.own[row] = factor;
    any = true;
  }
  return any ? factors : undefined;
}

function isMeant(run: ResolvedRun, row: number, { by, name }: Exclude<WhatIfTarget, { by: "everything" }>): boolean {
  const { columns, kind, attribution, hidden, shownParent } = run;
  if (by === "agent") {
    const agent = attribution.agent[row] as number;
    return agent !== NONE && attribution.names[agent] === name;
  }
  // What is folded into a tool's span is the tool's time.
  const at = hidden[row] && shownParent[row] !== NONE ? (shownParent[row] as number) : row;
  if (by === "model") return kind[at] === KIND.llm && columns.texts.text(columns.model[at] as number) === name;
  return kind[at] === KIND.tool && toolName(run, at) === name;
}

function toolName({ columns }: ResolvedRun, row: number): string {
  return columns.texts.text(columns.tool[row] as number) || columns.texts.text(columns.name[row] as number);
}
