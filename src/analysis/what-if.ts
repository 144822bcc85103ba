// What would the run have taken, had an agent, a tool or a model been faster? The own work of its spans is multiplied
// by the factor (0.5: twice as fast) and the schedule says when everything would then have happened. Fixed delays, and
// the ways of messages, stay as they were; with the target `*` they are multiplied too.

import { NONE } from "../model/run-columns.ts";
import { criticalPieces, WORK } from "./critical-path.ts";
import { criticalPath, type PathShape, pathShape } from "./path.ts";
import { type Factors, measured, type Times, timesOf } from "./schedule-times.ts";
import type { ScheduledRun } from "./scheduled-run.ts";

/** What can be made faster by name, in the order in which it is listed. */
export const WHAT_IF_SORTS = ["agent", "tool", "model"] as const;
export type WhatIfSort = (typeof WHAT_IF_SORTS)[number];
export type NamedTarget = { readonly by: WhatIfSort; readonly name: string };
export type WhatIfTarget = NamedTarget | { readonly by: "everything" };

export interface WhatIfAnswer extends PredictedLength {
  readonly target: string;
  readonly factor: number;
  readonly assumption: string;
  readonly path: PathShape;
}

interface PredictedLength {
  readonly measuredMs: number;
  readonly predictedMs: number;
  readonly savedMs: number;
}

/** The answer without its path: what is asked while a slider moves. */
export interface Prediction extends PredictedLength {
  readonly times: Times;
}

const NS_PER_MS = 1e6;

/** Undefined when the run has no such agent, tool or model. */
export function whatIf(run: ScheduledRun, target: WhatIfTarget, factor: number): WhatIfAnswer | undefined {
  const prediction = predict(run, target, factor);
  if (prediction === undefined) return undefined;
  const { times, ...lengths } = prediction;
  return {
    target: target.by === "everything" ? "*" : target.name,
    factor,
    ...lengths,
    assumption: assumptionOf(target),
    path: pathShape(run.schedule, run.agents, criticalPath(run, times)),
  };
}

/** Undefined when the run has no such agent, tool or model. */
export function predict(run: ScheduledRun, target: WhatIfTarget, factor: number): Prediction | undefined {
  const factors = factorsFor(run, target, factor);
  if (factors === undefined) return undefined;
  const { start, end, count } = run.schedule;
  const times = timesOf(run.schedule, factors);
  const measuredNs = (end[count] as number) - (start[count] as number);
  const predictedNs = (times.end[count] as number) - (times.start[count] as number);
  return {
    times,
    measuredMs: measuredNs / NS_PER_MS,
    predictedMs: predictedNs / NS_PER_MS,
    savedMs: (measuredNs - predictedNs) / NS_PER_MS,
  };
}

/** What the answer takes for granted, in words. */
export function assumptionOf(target: WhatIfTarget): string {
  const waits = "What followed a span's end waited for it";
  return target.by === "everything"
    ? `${waits}; delays and the ways of messages change in the same proportion.`
    : `${waits}; delays and the ways of messages stay as they were, and the same work is done.`;
}

/** Something that could be faster, and how much of the measured critical path its own work fills: it saves no more. */
export interface WhatIfChoice {
  readonly target: NamedTarget;
  readonly onPathMs: number;
}

/** All agents, tools and models of the run, those with most work on the critical path first. */
export function whatIfChoices(run: ScheduledRun): WhatIfChoice[] {
  const onPath = { agent: sumsOf(run.agents), tool: sumsOf(run.tools), model: sumsOf(run.models) };
  for (const { row, what, start, end } of criticalPieces(run.schedule, timesOf(run.schedule, measured(run.schedule)))) {
    if (what !== WORK || row === NONE) continue;
    for (const by of WHAT_IF_SORTS) {
      const index = run[by][row] as number;
      if (index !== NONE) onPath[by][index] = (onPath[by][index] as number) + end - start;
    }
  }
  const choices = WHAT_IF_SORTS.flatMap((by) =>
    namesOf(run, by).map((name, i) => ({ target: { by, name }, onPathMs: (onPath[by][i] as number) / NS_PER_MS })),
  );
  return choices.sort((a, b) => b.onPathMs - a.onPathMs);
}

function sumsOf(names: readonly string[]): Float64Array {
  return new Float64Array(names.length);
}

function namesOf(run: ScheduledRun, by: WhatIfSort): readonly string[] {
  return { agent: run.agents, tool: run.tools, model: run.models }[by];
}

/** Tells the rows whose own work is meant. Undefined when the run has no such agent, tool or model. */
export function meantRows(run: ScheduledRun, target: WhatIfTarget): ((row: number) => boolean) | undefined {
  if (target.by === "everything") return () => true;
  const wanted = namesOf(run, target.by).indexOf(target.name);
  const owner = run[target.by];
  return wanted === NONE ? undefined : (row) => owner[row] === wanted;
}

function factorsFor(run: ScheduledRun, target: WhatIfTarget, factor: number): Factors | undefined {
  const isMeant = meantRows(run, target);
  if (isMeant === undefined) return undefined;
  const { own, delay } = measured(run.schedule);
  for (let row = 0; row < own.length; row++) if (isMeant(row)) own[row] = factor;
  return { own, delay: target.by === "everything" ? factor : delay };
}
