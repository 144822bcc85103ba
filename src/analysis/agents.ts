// The agents of a run with what each did, used and said.

import { NONE } from "../model/run-columns.ts";
import { activities } from "./activity.ts";
import { isStructural, KIND, STATUS } from "./codes.ts";
import { isBetweenAgents } from "./messages.ts";
import type { ResolvedRun } from "./resolved-run.ts";
import type { RunAgent, RunMessage, TokenSums } from "./run-analysis.ts";
import { findTasks } from "./tasks.ts";
import { addTokens, hasUsage, noTokens } from "./usage.ts";

const NS_PER_MS = 1e6;

interface AgentSums {
  readonly services: Set<string>;
  readonly tokens: TokenSums;
  readonly completionMs: number[];
  readonly taskRows: number[];
  firstStart: number;
  lastEnd: number;
  spanCount: number;
  costNano: number;
  priced: boolean;
  unpricedCalls: number;
  llmCalls: number;
  llmErrors: number;
  toolCalls: number;
  toolErrors: number;
  tasks: number;
  taskErrors: number;
  messagesSent: number;
  messagesReceived: number;
}

/** In order of their first span. */
export function describeAgents(run: ResolvedRun, messages: readonly RunMessage[]): RunAgent[] {
  const { attribution, kind } = run;
  const sums = attribution.names.map(noSums);
  for (let row = 0; row < run.columns.count; row++) {
    const sum = sums[attribution.agent[row] as number];
    if (sum !== undefined) addRow(run, sum, row);
  }
  countTasks(run, sums);
  for (const message of messages.filter(isBetweenAgents)) {
    const sender = sums[run.directory.find(message.from)];
    const receiver = sums[run.directory.find(message.to)];
    if (sender !== undefined) sender.messagesSent++;
    if (receiver !== undefined) receiver.messagesReceived++;
  }
  const activity = activities(run);
  return attribution.names.map((name, agent) => {
    const { services, ...sum } = sums[agent] as AgentSums;
    const entries = attribution.entriesOf[agent] as readonly number[];
    const caller = attribution.caller[entries[0] as number] as number;
    return {
      ...sum,
      name,
      services: [...services],
      parent: caller === NONE ? NONE : (attribution.agent[caller] as number),
      invocations: entries.filter((row) => kind[row] === KIND.agent || isStructural(kind[row] as number)),
      inferred: attribution.inferred[agent] as boolean,
      activity: activity[agent] as RunAgent["activity"],
    };
  });
}

function noSums(): AgentSums {
  return {
    ...{ services: new Set(), tokens: noTokens(), completionMs: [], taskRows: [] },
    ...{ firstStart: Number.POSITIVE_INFINITY, lastEnd: 0, spanCount: 0, costNano: 0, priced: false },
    unpricedCalls: 0,
    ...{ llmCalls: 0, llmErrors: 0, toolCalls: 0, toolErrors: 0, tasks: 0, taskErrors: 0 },
    ...{ messagesSent: 0, messagesReceived: 0 },
  };
}

function addRow({ columns, kind, status, usage, hidden }: ResolvedRun, sum: AgentSums, row: number): void {
  const service = columns.texts.text(columns.service[row] as number);
  if (service !== "") sum.services.add(service);
  sum.firstStart = Math.min(sum.firstStart, columns.start[row] as number);
  sum.lastEnd = Math.max(sum.lastEnd, columns.end[row] as number);
  sum.spanCount++;
  const failed = status[row] === STATUS.error ? 1 : 0;
  if (kind[row] === KIND.llm) {
    addTokens(sum.tokens, usage, row);
    sum.costNano += usage.cost[row] as number;
    if (usage.priced[row]) sum.priced = true;
    else if (hasUsage(usage, row)) sum.unpricedCalls++;
    sum.llmCalls++;
    sum.llmErrors += failed;
  } else if (kind[row] === KIND.tool && !hidden[row]) {
    sum.toolCalls++;
    sum.toolErrors += failed;
  }
}

function countTasks(run: ResolvedRun, sums: readonly AgentSums[]): void {
  const { columns, status } = run;
  for (const { row, agent } of findTasks(run)) {
    const sum = sums[agent];
    if (sum === undefined) continue;
    sum.taskRows.push(row);
    if (status[row] === STATUS.open) continue;
    sum.tasks++;
    if (status[row] === STATUS.error) sum.taskErrors++;
    sum.completionMs.push(((columns.end[row] as number) - (columns.start[row] as number)) / NS_PER_MS);
  }
}
