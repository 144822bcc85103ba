// What can be shown of a key figure: the figure itself, or what it consists of.

import type { KeyMetricName } from "../../analysis/key-metrics.ts";
import { present } from "../../base/present.ts";
import type { KeyMetricSeries } from "../../model/key-metrics-shapes.ts";

export interface FigurePart {
  /** As the API names it. */
  readonly name: string;
  readonly title: string;
  readonly unit: string | undefined;
  /** Values of different groups may be added. */
  readonly isSum?: true;
}

const percent = (name: string, title: string): FigurePart => ({ name, title, unit: "1" });
const rate = (name: string, title: string): FigurePart => ({ name, title, unit: "1/min", isSum: true });
const amount = (name: string, title: string): FigurePart => ({ name, title, unit: undefined, isSum: true });

const PARTS: Readonly<Record<KeyMetricName, readonly FigurePart[]>> = {
  task_completion_time: [
    ...["p50", "p90", "p99", "max"].map((name) => ({ name, title: name, unit: "ms" })),
    amount("count", "count"),
  ],
  agent_utilization: [
    { name: "busyMs", title: "busy", unit: "ms", isSum: true },
    { name: "waitingMs", title: "waiting", unit: "ms", isSum: true },
    { name: "idleMs", title: "idle", unit: "ms", isSum: true },
  ],
  communication_overhead: [
    percent("time", "share of time"),
    percent("tokens", "share of tokens"),
    rate("messagesPerMin", "messages a minute"),
  ],
  error_rate: [
    percent("runs", "of runs"),
    percent("tasks", "of tasks"),
    percent("llmCalls", "of model calls"),
    percent("toolCalls", "of tool calls"),
  ],
  throughput: [
    rate("runsPerMin", "runs a minute"),
    rate("tasksPerMin", "tasks a minute"),
    rate("llmCallsPerMin", "model calls a minute"),
    rate("toolCallsPerMin", "tool calls a minute"),
    rate("tokensPerMin", "tokens a minute"),
    { name: "usd", title: "money", unit: "USD", isSum: true },
    amount("tokens", "tokens"),
    amount("inputTokens", "tokens in"),
    amount("outputTokens", "tokens out"),
  ],
};

const UNITS: Readonly<Record<KeyMetricName, string>> = {
  task_completion_time: "ms",
  agent_utilization: "1",
  communication_overhead: "1",
  error_rate: "1",
  throughput: "1/min",
};

/** The parts of a figure; none of one that this page does not know. */
export function partsOf(figure: string): readonly FigurePart[] {
  return PARTS[figure as KeyMetricName] ?? [];
}

/** The unit of a figure, or of its part. */
export function partUnit(figure: string, part: string | undefined): string | undefined {
  if (part === undefined) return UNITS[figure as KeyMetricName];
  return partsOf(figure).find(({ name }) => name === part)?.unit;
}

/** Whether values of different groups may be added. */
export function isSumOf(figure: string, part: string | undefined): boolean {
  return partsOf(figure).some(
    ({ name, isSum }) => isSum && (part === undefined ? figure === "throughput" : name === part),
  );
}

/** What a figure, or its part, is called. */
export function partTitle(figure: string, part: string | undefined): string {
  return partsOf(figure).find(({ name }) => name === part)?.title ?? figure.replaceAll("_", " ");
}

/** The same series with a part of the figure in the figure's place. */
export function partOf(series: KeyMetricSeries, part: string | undefined): KeyMetricSeries {
  if (part === undefined) return series;
  const { value: _, ...rest } = series;
  return {
    ...rest,
    ...present({ value: series.parts[part] }),
    series: series.series.map(({ at, parts }) => ({ at, parts, ...present({ value: parts[part] }) })),
  };
}
