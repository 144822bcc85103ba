// What the settled tables have to add up to, by the pure functions alone: numbers by name, `agents ann tasks`.

import { minutesOf } from "../../src/analysis/agent-minutes.ts";
import { analyse } from "../../src/analysis/analyse.ts";
import { KIND, STATUS } from "../../src/analysis/codes.ts";
import type { RunAgent, RunAnalysis, RunInput, TokenSums } from "../../src/analysis/run-analysis.ts";
import { bucketIndex, TRANSIT_SCALE } from "../../src/base/histogram.ts";

export interface AnalysedRun {
  readonly input: RunInput;
  readonly analysis: RunAnalysis;
}

export function analysed(input: RunInput): AnalysedRun {
  return { input, analysis: analyse(input) };
}

/** Sums by name. A name that nothing was added to is 0. */
export class Sums {
  readonly values = new Map<string, number>();

  /** Adds numbers under a prefix; what is unknown adds nothing. */
  add(prefix: string, numbers: Readonly<Record<string, number | undefined>>): void {
    for (const [name, value] of Object.entries(numbers)) {
      const key = `${prefix} ${name}`;
      if (value !== undefined && Number.isFinite(value)) this.values.set(key, (this.values.get(key) ?? 0) + value);
    }
  }
}

export const STATES = ["llm", "tool", "working", "waiting", "human", "idle", "present"] as const;
const NS_PER_MS = 1e6;

export function analysedSums(runs: readonly AnalysedRun[]): Sums {
  const sums = new Sums();
  for (const run of runs) {
    addRun(sums, run);
    for (const agent of run.analysis.agents) addAgent(sums, run, agent);
    addMessages(sums, run);
    addEdges(sums, run);
    addCalls(sums, run);
  }
  return sums;
}

function tokenColumns({ input, output, cacheRead, cacheWrite, reasoning }: TokenSums): Record<string, number> {
  return {
    ...{ tokens_input: input, tokens_output: output, tokens_cache_read: cacheRead },
    ...{ tokens_cache_write: cacheWrite, tokens_reasoning: reasoning },
  };
}

function addRun(sums: Sums, { analysis: { summary, figures } }: AnalysedRun): void {
  sums.add(`runs ${summary.status}`, {
    ...{ runs: 1, duration_ns: summary.durationNs, span_count: summary.spanCount, error_count: summary.errorCount },
    ...tokenColumns(summary.tokens),
    ...{ cost_nano: summary.costNano, unpriced_calls: summary.unpricedCalls, priced: summary.priced ? 1 : 0 },
    ...{ llm_calls: summary.llmCalls, tool_calls: summary.toolCalls, message_count: summary.messageCount },
    ...{ agentic: summary.agentic ? 1 : 0, utilization: figures.utilization, concurrency: figures.concurrency },
    communication_time: figures.communicationShareOfTime,
    communication_tokens: figures.communicationShareOfTokens,
    critical_path_ms: figures.criticalPath === undefined ? undefined : figures.criticalPath / NS_PER_MS,
  });
}

function addAgent(sums: Sums, { input }: AnalysedRun, agent: RunAgent): void {
  const { name, activity, completionMs } = agent;
  sums.add(`run_agents ${name}`, {
    ...{ runs: 1, span_count: agent.spanCount, tasks: agent.tasks, task_errors: agent.taskErrors },
    ...tokenColumns(agent.tokens),
    ...{ cost_nano: agent.costNano, unpriced_calls: agent.unpricedCalls, priced: agent.priced ? 1 : 0 },
    ...{ llm_calls: agent.llmCalls, llm_errors: agent.llmErrors },
    ...{ tool_calls: agent.toolCalls, tool_errors: agent.toolErrors },
    ...{ messages_sent: agent.messagesSent, messages_received: agent.messagesReceived },
    ...Object.fromEntries(STATES.map((state) => [`${state}_ns`, activity[state]])),
  });
  for (const ms of completionMs) sums.add(`run_agents ${name} bucket`, { [bucketIndex(ms)]: 1 });
  for (const minute of minutesOf(activity, input.columns.t0Ns)) {
    const states = STATES.map((state) => [`${state}_ns`, minute[state]] as const);
    sums.add(`agent_minutes ${name} ${minute.minute}`, Object.fromEntries(states));
  }
}

function addMessages(sums: Sums, { analysis: { messages } }: AnalysedRun): void {
  for (const { from, to, kind, transit, bytes, tokens, costNano } of messages) {
    const transitMs = transit === undefined ? undefined : transit / NS_PER_MS;
    sums.add(`messages ${from} ${to} ${kind}`, { count: 1, transit_ms: transitMs, bytes, tokens, cost_nano: costNano });
  }
}

function addEdges(sums: Sums, { analysis: { communication } }: AnalysedRun): void {
  for (const { from, to, count, kinds, bytes, tokens, costNano, transits } of communication.edges) {
    const { delegate, reply, handoff, send, broadcast } = kinds;
    sums.add(`run_edges ${from} ${to}`, {
      ...{
        messages: count,
        delegates: delegate,
        replies: reply,
        handoffs: handoff,
        sends: send,
        broadcasts: broadcast,
      },
      ...{ bytes, tokens, cost_nano: costNano },
    });
    for (const ns of transits) {
      sums.add(`run_edges ${from} ${to} bucket`, { [bucketIndex(ns / NS_PER_MS, TRANSIT_SCALE)]: 1 });
    }
  }
}

/** Ended calls of models and tools, and how long each took, by what is called and who calls. */
export function callsOf({ input: { columns }, analysis: { rows, agents } }: AnalysedRun) {
  return Array.from(rows.kind, (kind, row) => ({ kind, row }))
    .filter(({ kind, row }) => kind === KIND.llm || (kind === KIND.tool && !rows.hidden[row]))
    .filter(({ row }) => rows.status[row] !== STATUS.open)
    .map(({ kind, row }) => ({
      row,
      kind: kind === KIND.llm ? "llm" : "tool",
      name: columns.texts.text((kind === KIND.llm ? columns.model : columns.tool)[row] as number),
      agent: agents[rows.agent[row] as number]?.name ?? "",
      isFailed: rows.status[row] === STATUS.error,
      ms: ((columns.end[row] as number) - (columns.start[row] as number)) / NS_PER_MS,
    }));
}

function addCalls(sums: Sums, run: AnalysedRun): void {
  const { rows } = run.analysis;
  const groups = Map.groupBy(callsOf(run), ({ kind, name, agent }) => `run_calls ${kind} ${name} ${agent}`);
  for (const [group, calls] of groups) {
    sums.add(group, { priced: calls.some(({ row }) => rows.priced[row] === 1) ? 1 : 0 });
  }
  for (const { row, kind, name, agent, isFailed, ms } of callsOf(run)) {
    sums.add(`run_calls ${kind} ${name} ${agent}`, {
      ...{ calls: 1, errors: isFailed ? 1 : 0 },
      ...tokenColumns({
        ...{ input: rows.tokensInput[row] as number, output: rows.tokensOutput[row] as number },
        ...{ cacheRead: rows.tokensCacheRead[row] as number, cacheWrite: rows.tokensCacheWrite[row] as number },
        reasoning: rows.tokensReasoning[row] as number,
      }),
      ...{ cost_nano: rows.costNano[row] as number, unpriced_calls: rows.unpriced[row] as number },
    });
    sums.add(`run_calls ${kind} ${name} ${agent} bucket`, { [bucketIndex(ms)]: 1 });
  }
}
