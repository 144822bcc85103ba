// What a run was: the composition of all of analysis. Pure, the same on the server and in the browser; linear in the
// number of spans but for sorting.

import { describeAgents } from "./agents.ts";
import { KIND } from "./codes.ts";
import { measureCommunication } from "./communication.ts";
import { errorGroups } from "./errors.ts";
import { figuresOf, shareOfTime } from "./figures.ts";
import { findFindings } from "./findings.ts";
import { findMessages } from "./messages.ts";
import { criticalPath } from "./path.ts";
import { type ResolvedRun, resolveRun } from "./resolved-run.ts";
import type { ResolvedRows, RunAnalysis, RunInput } from "./run-analysis.ts";
import { buildSchedule } from "./schedule.ts";
import { measured, timesOf } from "./schedule-times.ts";
import { type ScheduledRun, scheduledRun } from "./scheduled-run.ts";
import { summarize } from "./summary.ts";
import { ownTimes } from "./tree.ts";
import { hasUsage } from "./usage.ts";

export function analyse(input: RunInput): RunAnalysis {
  return analyseForQuestions(input).analysis;
}

/** The analysis, and what answers questions of what-if about it without analysing again. */
export function analyseForQuestions(
  input: RunInput,
  run = resolveRun(input),
): { readonly analysis: RunAnalysis; readonly model: ScheduledRun } {
  const schedule = buildSchedule(run.work, run.links, input.columns);
  const found = findMessages(run, input.partLengths);
  const model = scheduledRun(run, schedule, found);
  const path = criticalPath(model, timesOf(schedule, measured(schedule)));
  const { messages, communication: spent } = measureCommunication(run, found, input.partLengths);
  const communication = { ...spent, shareOfTime: shareOfTime(run.attribution.names.length, path) };
  const agents = describeAgents(run, messages);
  const errors = errorGroups(run);
  const summary = summarize(run, input, messages);
  const figures = figuresOf({ agents, communication, path });
  let findings: RunAnalysis["findings"] | undefined;
  const analysis: RunAnalysis = {
    ...{ summary, agents, messages, communication, path, errors, figures },
    rows: resolvedRows(run),
    // Settling looks for none.
    get findings() {
      findings ??= findFindings({ run, input, summary, agents, messages, errors, path });
      return findings;
    },
  };
  return { analysis, model };
}

/** What is said of each span: known before anything else of the analysis. */
export function resolvedRows(run: ResolvedRun): ResolvedRows {
  const { columns, kind, usage } = run;
  const counted = new Uint8Array(columns.count);
  const priced = new Uint8Array(columns.count);
  const unpriced = new Uint8Array(columns.count);
  for (let row = 0; row < columns.count; row++) {
    if (kind[row] !== KIND.llm) continue;
    counted[row] = 1;
    priced[row] = usage.priced[row] as number;
    unpriced[row] = hasUsage(usage, row) && !usage.priced[row] ? 1 : 0;
  }
  return {
    ...{ agent: run.attribution.agent, kind, shownParent: run.shownParent, hidden: run.hidden, status: run.status },
    ...{ counted, priced, unpriced, own: ownTimes(run.work) },
    tokensInput: usage.input,
    tokensOutput: usage.output,
    tokensCacheRead: usage.cacheRead,
    tokensCacheWrite: usage.cacheWrite,
    tokensReasoning: usage.reasoning,
    costNano: usage.cost,
  };
}
