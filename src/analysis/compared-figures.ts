// The figures by which whole runs are compared.

import type { FigureUnit } from "../model/comparison-words.ts";
import type { Run } from "../model/shapes.ts";
import { differenceOf, type Pair } from "./compared-spans.ts";

export interface ComparedFigure {
  readonly id: string;
  readonly title: string;
  readonly unit: FigureUnit;
  readonly doc: string;
  /** Undefined: not known of this run. */
  readonly read: (run: Run) => number | undefined;
  /** False: a part of it is not known, so that two of them have no difference. */
  readonly isWhole?: (run: Run) => boolean;
}

export const COMPARED_FIGURES: readonly ComparedFigure[] = [
  {
    ...{ id: "durationMs", title: "Duration", unit: "ms" },
    doc: "First root start → last root end",
    read: ({ durationMs }) => durationMs,
    isWhole: ({ endedAt }) => endedAt !== undefined,
  },
  {
    ...{ id: "costUsd", title: "Cost", unit: "usd" },
    doc: "Of model calls with a known price",
    read: ({ cost }) => cost.usd,
    isWhole: ({ cost }) => cost.unpricedCalls === 0,
  },
  {
    ...{ id: "tokensInput", title: "Tokens in", unit: "tokens" },
    doc: "Input tokens, cached ones included",
    read: (run) => tokensOf(run, "input"),
  },
  {
    ...{ id: "tokensOutput", title: "Tokens out", unit: "tokens" },
    doc: "Output tokens, reasoning included",
    read: (run) => tokensOf(run, "output"),
  },
  { ...{ id: "llmCalls", title: "Model calls", unit: "count" }, doc: "Model calls", read: ({ llmCalls }) => llmCalls },
  { ...{ id: "toolCalls", title: "Tool calls", unit: "count" }, doc: "Tool calls", read: ({ toolCalls }) => toolCalls },
  {
    ...{ id: "messages", title: "Messages", unit: "count" },
    doc: "Messages between agents",
    read: ({ messageCount }) => messageCount,
  },
  {
    ...{ id: "errors", title: "Errors", unit: "count" },
    doc: "Spans that ended in error; control flow is none",
    read: ({ errorCount }) => errorCount,
  },
  {
    ...{ id: "spans", title: "Spans", unit: "count" },
    doc: "Spans, each identity once",
    read: ({ spanCount }) => spanCount,
  },
  {
    ...{ id: "utilization", title: "Utilization", unit: "share" },
    doc: "Σ busy ÷ Σ present over the run's agents",
    read: ({ figures }) => figures?.utilization,
  },
  {
    ...{ id: "concurrency", title: "Concurrency", unit: "ratio" },
    doc: "Σ busy of agents ÷ wall time",
    read: ({ figures }) => figures?.concurrency,
  },
  {
    ...{ id: "communicationShareOfTime", title: "Communication, time", unit: "share" },
    doc: "Transfers between agents on the critical path ÷ wall time",
    read: ({ figures }) => figures?.communicationShareOfTime,
  },
  {
    ...{ id: "communicationShareOfTokens", title: "Communication, tokens", unit: "share" },
    doc: "Tokens read and written of other agents' messages ÷ all tokens",
    read: ({ figures }) => figures?.communicationShareOfTokens,
  },
] satisfies readonly ComparedFigure[];

/** Model calls that say nothing of tokens leave them unknown. */
function tokensOf({ tokens, llmCalls }: Run, side: "input" | "output"): number | undefined {
  return tokens.input + tokens.output === 0 && llmCalls > 0 ? undefined : tokens[side];
}

/** One figure of two runs. */
export function compareFigure({ read, isWhole = () => true }: ComparedFigure, a: Run, b: Run): Pair {
  const values = { a: read(a), b: read(b) };
  return { ...values, difference: isWhole(a) && isWhole(b) ? differenceOf(values.a, values.b) : undefined };
}
