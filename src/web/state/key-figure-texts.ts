// How the key figures read: their values, what they are compared with, and what stands behind them.

import { KEY_METRICS, type KeyMetricDefinition, type KeyMetricName } from "../../analysis/key-metrics.ts";
import type { KeyMetricSeries } from "../../model/key-metrics-shapes.ts";
import { formatCount, formatDuration, formatShare, UNKNOWN } from "../base/format.ts";

const DEFINITIONS: ReadonlyMap<KeyMetricName, KeyMetricDefinition> = new Map(KEY_METRICS.map((one) => [one.name, one]));

export function definitionOf(name: KeyMetricName): KeyMetricDefinition {
  return DEFINITIONS.get(name) as KeyMetricDefinition;
}

/** A value with its unit. */
export function formatFigure(unit: string, value: number | undefined): string {
  if (unit === "ms") return formatDuration(value);
  if (unit === "1") return formatShare(value);
  return formatRate(value);
}

const PER = [
  { unit: "min", times: 1 },
  { unit: "h", times: 60 },
  { unit: "day", times: 1440 },
] as const;

/** A rate per minute; rare things per hour or day, so that there is a number to read: `12 / min`, `1.5 / h`. */
export function formatRate(perMin: number | undefined): string {
  if (perMin === undefined) return UNKNOWN;
  const { unit, times } = PER.find(({ times }) => perMin * times >= 1) ?? (perMin === 0 ? PER[0] : PER[2]);
  const value = perMin * times;
  return `${value === 0 || value >= 100 ? formatCount(value) : String(Number(value.toPrecision(2)))} / ${unit}`;
}

/** Whether more of a figure is better, worse, or neither. */
const DIRECTION: Readonly<Record<KeyMetricName, "more" | "less" | "neither">> = {
  task_completion_time: "less",
  agent_utilization: "neither",
  communication_overhead: "less",
  error_rate: "less",
  throughput: "neither",
};

/** Changes below are noise. */
const NOISE = 0.005;

export interface FigureChange {
  /** `+12 %`, `−3 points`, `new`. */
  readonly text: string;
  readonly judgement: "better" | "worse" | "neither";
}

/** What became of a figure since the window before; undefined when either is unknown. Shares change by points. */
export function changeOf({ name, unit, value, before }: KeyMetricSeries): FigureChange | undefined {
  if (value === undefined || before?.value === undefined) return undefined;
  const isShare = unit === "1";
  if (!isShare && before.value === 0) return undefined;
  const change = isShare ? value - before.value : value / before.value - 1;
  if (Math.abs(change) < NOISE) return { text: "as before", judgement: "neither" };
  const sign = change > 0 ? "+" : "−";
  const amount = Math.abs(change) * 100;
  const digits = amount < 10 ? amount.toFixed(1).replace(/\.0$/, "") : Math.round(amount).toLocaleString("en-US");
  const better = DIRECTION[name];
  const judgement = better === "neither" ? "neither" : change > 0 === (better === "more") ? "better" : "worse";
  return { text: `${sign}${digits} ${isShare ? "points" : "%"}`, judgement };
}

/** What stands below a figure: what is counted, and the parts that one wants to see with it. */
export function sidelineOf({ name, parts }: KeyMetricSeries): string {
  const share = (part: string) => formatShare(parts[part]);
  switch (name) {
    case "task_completion_time":
      return parts["p90"] === undefined
        ? NOTHING_ENDED
        : `p90 ${formatDuration(parts["p90"])} · p99 ${formatDuration(parts["p99"])}`;
    case "agent_utilization":
      return parts["presentMs"] === undefined
        ? NOTHING_ENDED
        : `waiting ${formatShare((parts["waitingMs"] ?? 0) / parts["presentMs"])} · idle ${formatShare((parts["idleMs"] ?? 0) / parts["presentMs"])}`;
    case "communication_overhead":
      if (parts["time"] !== undefined) return `of the time · ${share("tokens")} of the tokens`;
      return parts["messagesPerMin"] === undefined ? NOTHING_ENDED : `messages ${formatRate(parts["messagesPerMin"])}`;
    case "error_rate":
      if (parts["runs"] !== undefined) return `of runs · tasks ${share("tasks")} · calls ${share("calls")}`;
      if (parts["tasks"] !== undefined) return `of tasks · calls ${share("calls")}`;
      return parts["calls"] === undefined ? NOTHING_ENDED : "of calls";
    case "throughput":
      return throughputSideline(parts);
  }
}

const NOTHING_ENDED = "nothing ended in this window";

function throughputSideline(parts: KeyMetricSeries["parts"]): string {
  const tokens = parts["tokensPerMin"] === undefined ? "" : ` · tokens ${formatRate(parts["tokensPerMin"])}`;
  if (parts["runsPerMin"] !== undefined) return `runs · tasks ${formatRate(parts["tasksPerMin"])}${tokens}`;
  if (parts["tasksPerMin"] !== undefined) return `tasks${tokens}`;
  return tokens === "" ? NOTHING_ENDED : `calls${tokens}`;
}

/** Which values have no neighbour: a line through them is not to be seen. */
export function lonelyValues(values: readonly (number | undefined)[]): number[] {
  const isKnown = (i: number) => values[i] !== undefined;
  return [...values.keys()].filter((i) => isKnown(i) && !isKnown(i - 1) && !isKnown(i + 1));
}

/** The values of a series on all steps of the window; undefined where nothing ended. */
export function valuesByStep(
  { series }: KeyMetricSeries,
  window: { readonly since: string; readonly until: string; readonly stepMs: number },
): (number | undefined)[] {
  const first = Math.floor(Date.parse(window.since) / window.stepMs);
  const last = Math.floor((Date.parse(window.until) - 1) / window.stepMs);
  const values = new Array<number | undefined>(Math.max(0, Math.min(last - first + 1, 5_000))).fill(undefined);
  for (const { at, value } of series) {
    const step = Math.floor(Date.parse(at) / window.stepMs) - first;
    if (step >= 0 && step < values.length) values[step] = value;
  }
  return values;
}
