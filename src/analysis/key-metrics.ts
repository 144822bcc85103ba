// The five key figures, from sums that add up: over runs, agents or calls, over any window. What they mean stands here
// and nowhere else; docs/figures.md explains them with examples.

import { addBuckets, type Buckets, bucketQuantile, bucketsEnd, countOf } from "../base/histogram.ts";

export type KeyMetricName =
  | "task_completion_time"
  | "agent_utilization"
  | "communication_overhead"
  | "error_rate"
  | "throughput";

export interface KeyMetricDefinition {
  readonly name: KeyMetricName;
  readonly title: string;
  /** `ms`, `1` for shares, `1/min`. */
  readonly unit: "ms" | "1" | "1/min";
  /** How it is computed, in one line. */
  readonly formula: string;
  readonly doc: string;
}

/** In the order in which they are shown. */
export const KEY_METRICS: readonly KeyMetricDefinition[] = [
  {
    name: "task_completion_time",
    title: "Task completion time",
    unit: "ms",
    formula: "p50 of end − start",
    doc: "How long what ended in the window took: runs from their first root's start to their last root's end, tasks of an agent, or calls of a model or tool. Open ones are not in it.",
  },
  {
    name: "agent_utilization",
    title: "Agent utilization",
    unit: "1",
    formula: "Σ busy ÷ Σ present",
    doc: "Which part of the time between its first and last span an agent works (model calls, tools, own work) rather than waits or idles.",
  },
  {
    name: "communication_overhead",
    title: "Communication overhead",
    unit: "1",
    formula: "Σ transfers on critical paths ÷ Σ wall time",
    doc: "Which part of the runs' time went to passing work between agents. Its part `tokens` is what agents read and write of each other's messages ÷ all tokens, estimated.",
  },
  {
    name: "error_rate",
    title: "Error rate",
    unit: "1",
    formula: "failed ÷ ended",
    doc: "Of runs; of tasks for an agent; of calls for a model or tool, each attempt counted. Control flow is no error.",
  },
  {
    name: "throughput",
    title: "Throughput",
    unit: "1/min",
    formula: "ended ÷ minutes",
    doc: "Runs, tasks or calls that ended, each minute of the window.",
  },
];

/** How many ended, and how many of them failed. */
export interface Outcomes {
  readonly ended: number;
  readonly failed: number;
}

/** What the figures are computed from. What the subject does not have is absent, never 0. */
export interface KeySums {
  /** The completion times of the subject, milliseconds. */
  readonly completion: Buckets;
  readonly longestMs?: number | undefined;
  readonly runs?: Outcomes;
  readonly tasks?: Outcomes;
  readonly llmCalls?: Outcomes;
  readonly toolCalls?: Outcomes;
  readonly busyMs?: number;
  /** Of busy: in model calls, in tools, in own work. */
  readonly llmMs?: number;
  readonly toolMs?: number;
  readonly workingMs?: number;
  readonly waitingMs?: number;
  readonly idleMs?: number;
  readonly presentMs?: number;
  /** Transfers on critical paths, and the wall time of the runs of which they are known. */
  readonly transferMs?: number;
  readonly transferOfMs?: number;
  /** Tokens of other agents' messages, and all tokens of the runs of which they are known. */
  readonly messageTokens?: number;
  readonly messageTokensOf?: number;
  readonly messages?: number;
  readonly tokensInput?: number;
  readonly tokensOutput?: number;
  readonly costUsd?: number;
  readonly unpricedCalls?: number;
}

/** One of the five figures. */
export interface KeyFigure {
  readonly name: KeyMetricName;
  readonly unit: string;
  /** Absent when there is nothing to measure. */
  readonly value?: number;
  /** What it consists of, or is often looked at together with. */
  readonly parts: Readonly<Record<string, number>>;
}

type Parts = Readonly<Record<string, number | undefined>>;

/** The five figures of what `minutes` of time brought. */
export function keyFigures(sums: KeySums, minutes: number): KeyFigure[] {
  const of: Readonly<Record<KeyMetricName, Parts>> = {
    task_completion_time: completionParts(sums),
    agent_utilization: utilizationParts(sums),
    communication_overhead: {
      time: ratio(sums.transferMs, sums.transferOfMs),
      tokens: ratio(sums.messageTokens, sums.messageTokensOf),
      messagesPerMin: perMin(sums.messages, minutes),
    },
    error_rate: {
      runs: rateOf(sums.runs),
      tasks: rateOf(sums.tasks),
      calls: rateOf(sums.llmCalls, sums.toolCalls),
      llmCalls: rateOf(sums.llmCalls),
      toolCalls: rateOf(sums.toolCalls),
    },
    throughput: {
      runsPerMin: perMin(sums.runs?.ended, minutes),
      tasksPerMin: perMin(sums.tasks?.ended, minutes),
      llmCallsPerMin: perMin(sums.llmCalls?.ended, minutes),
      toolCallsPerMin: perMin(sums.toolCalls?.ended, minutes),
      tokensPerMin: perMin(total(sums.tokensInput, sums.tokensOutput), minutes),
      inputTokensPerMin: perMin(sums.tokensInput, minutes),
      outputTokensPerMin: perMin(sums.tokensOutput, minutes),
      usdPerMin: perMin(sums.costUsd, minutes),
      tokens: total(sums.tokensInput, sums.tokensOutput),
      inputTokens: sums.tokensInput,
      outputTokens: sums.tokensOutput,
      usd: sums.costUsd,
    },
  };
  const main: Readonly<Record<KeyMetricName, string>> = {
    task_completion_time: "p50",
    agent_utilization: "utilization",
    communication_overhead: "time",
    error_rate: sums.runs !== undefined ? "runs" : sums.tasks !== undefined ? "tasks" : "calls",
    throughput: sums.runs !== undefined ? "runsPerMin" : sums.tasks !== undefined ? "tasksPerMin" : callsPerMin(sums),
  };
  return KEY_METRICS.map(({ name, unit }) => {
    const parts = knownParts(of[name]);
    const value = parts[main[name]];
    const { utilization: _, ...others } = parts;
    return { name, unit, ...(value === undefined ? {} : { value }), parts: others };
  });
}

function completionParts({ completion, longestMs }: KeySums): Parts {
  const longest = bucketsEnd(completion);
  const hasAny = completion.counts.length > 0;
  return {
    p50: bucketQuantile(completion, 0.5),
    p90: bucketQuantile(completion, 0.9),
    p99: bucketQuantile(completion, 0.99),
    // The longest that was ever noted may have been taken back.
    max: hasAny ? Math.min(longestMs ?? Number.POSITIVE_INFINITY, longest) : undefined,
    count: hasAny ? countOf(completion) : undefined,
  };
}

function utilizationParts({ busyMs, llmMs, toolMs, workingMs, waitingMs, idleMs, presentMs }: KeySums): Parts {
  const states = { llmMs, toolMs, workingMs, waitingMs, idleMs };
  return { utilization: ratio(busyMs, presentMs), busyMs, ...states, presentMs };
}

function callsPerMin({ llmCalls }: KeySums): string {
  return llmCalls === undefined ? "toolCallsPerMin" : "llmCallsPerMin";
}

function knownParts(parts: Parts): Record<string, number> {
  return Object.fromEntries(
    Object.entries(parts).filter((entry): entry is [string, number] => Number.isFinite(entry[1])),
  );
}

function ratio(part: number | undefined, whole: number | undefined): number | undefined {
  return part === undefined || whole === undefined || whole <= 0 ? undefined : part / whole;
}

function rateOf(...outcomes: readonly (Outcomes | undefined)[]): number | undefined {
  const known = outcomes.filter((one) => one !== undefined);
  return ratio(total(...known.map(({ failed }) => failed)), total(...known.map(({ ended }) => ended)));
}

function perMin(count: number | undefined, minutes: number): number | undefined {
  return count === undefined || minutes <= 0 ? undefined : count / minutes;
}

function total(...values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? undefined : known.reduce((sum, value) => sum + value, 0);
}

/** Adds sums of one subject up, for example those of its steps. */
export function addKeySums(all: readonly KeySums[]): KeySums {
  const sum = (of: (sums: KeySums) => number | undefined) => total(...all.map(of));
  const outcomes = (of: (sums: KeySums) => Outcomes | undefined): Outcomes | undefined => {
    const known = all.map(of).filter((one) => one !== undefined);
    if (known.length === 0) return undefined;
    return {
      ended: total(...known.map((one) => one.ended)) ?? 0,
      failed: total(...known.map((one) => one.failed)) ?? 0,
    };
  };
  const numbers: Partial<Record<keyof KeySums, number | Outcomes>> = {};
  for (const name of SUMMED) {
    const value = sum((sums) => sums[name]);
    if (value !== undefined) numbers[name] = value;
  }
  for (const name of COUNTED) {
    const value = outcomes((sums) => sums[name]);
    if (value !== undefined) numbers[name] = value;
  }
  const longest = all.reduce((max, { longestMs }) => Math.max(max, longestMs ?? 0), 0);
  return {
    ...(numbers as Omit<KeySums, "completion">),
    longestMs: longest > 0 ? longest : undefined,
    completion: addBuckets(all.map(({ completion }) => completion)),
  };
}

const COUNTED = ["runs", "tasks", "llmCalls", "toolCalls"] as const;
const SUMMED = [
  "busyMs",
  "llmMs",
  "toolMs",
  "workingMs",
  "waitingMs",
  "idleMs",
  "presentMs",
  "transferMs",
  "transferOfMs",
  "messageTokens",
  "messageTokensOf",
  "messages",
  "tokensInput",
  "tokensOutput",
  "costUsd",
  "unpricedCalls",
] as const;
