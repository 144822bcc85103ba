// What the charts of an agent show, made from the key figures' series. Pure.

import type { KeyMetricName } from "../../analysis/key-metrics.ts";
import type { KeyMetricSeries, KeyMetrics } from "../../model/key-metrics-shapes.ts";
import { seriesHues } from "../plots/chart-data.ts";
import { type StepChart, type StepLayer, stepsOf } from "../plots/step-chart.ts";

const MIN_MS = 60_000;
/** More models nobody tells apart in a stack; the others stand together. */
const MODELS_MAX = 5;

type Values = (number | undefined)[];

function metricOf(metrics: readonly KeyMetricSeries[], name: KeyMetricName): KeyMetricSeries | undefined {
  return metrics.find((metric) => metric.name === name);
}

/** A part of a figure on all steps of the window; undefined where it was not measured. */
export function partByStep(answer: KeyMetrics, metric: KeyMetricSeries | undefined, part: string): Values {
  const { fromMs, stepMs, count } = stepsOf(answer);
  const values = new Array<number | undefined>(count).fill(undefined);
  for (const { at, parts } of metric?.series ?? []) {
    const step = Math.floor((Date.parse(at) - fromMs) / stepMs);
    if (step >= 0 && step < count) values[step] = parts[part];
  }
  return values;
}

/** How many minutes of each step lie in the window: rates by it are counts again. */
export function minutesByStep(answer: KeyMetrics): number[] {
  const { fromMs, stepMs, count } = stepsOf(answer);
  const [since, until] = [Date.parse(answer.since), Date.parse(answer.until)];
  return Array.from({ length: count }, (_, i) => {
    const from = fromMs + i * stepMs;
    return Math.max(0, Math.min(until, from + stepMs) - Math.max(since, from)) / MIN_MS;
  });
}

function times(values: Values, by: readonly number[]): Values {
  return values.map((value, i) => (value === undefined ? undefined : value * (by[i] as number)));
}

function ownMetrics(answer: KeyMetrics): readonly KeyMetricSeries[] {
  return answer.groups[0]?.metrics ?? [];
}

const STATE_LAYERS = [
  { part: "llmMs", label: "Model calls", paint: { shade: "solid" } },
  { part: "toolMs", label: "Tools", paint: { shade: "medium" } },
  { part: "workingMs", label: "Own work", paint: { shade: "soft" } },
  { part: "waitingMs", label: "Waiting", paint: { shade: "faint" } },
  { part: "idleMs", label: "Idle", paint: { ink: "lineStrong" } },
] as const;

/** In which state it was: how many of it at once, on average over each step. */
export function stateChart(answer: KeyMetrics): StepChart {
  const metric = metricOf(ownMetrics(answer), "agent_utilization");
  const lengths = minutesByStep(answer).map((minutes) => (minutes === 0 ? 0 : 1 / (minutes * MIN_MS)));
  return {
    shape: "stack",
    layers: STATE_LAYERS.map(({ part, label, paint }) => ({
      ...{ label, paint },
      values: times(partByStep(answer, metric, part), lengths),
    })),
  };
}

export function completionChart(answer: KeyMetrics): StepChart {
  const metric = metricOf(ownMetrics(answer), "task_completion_time");
  return {
    shape: "lines",
    layers: [
      { label: "p50", paint: { shade: "solid" }, values: partByStep(answer, metric, "p50") },
      { label: "p90", paint: { ink: "ink2" }, values: partByStep(answer, metric, "p90") },
      { label: "p99", paint: { ink: "ink3" }, values: partByStep(answer, metric, "p99") },
    ],
  };
}

/** Its tasks that ended, by outcome. */
export function taskChart(answer: KeyMetrics): StepChart {
  const metrics = ownMetrics(answer);
  const rates = partByStep(answer, metricOf(metrics, "throughput"), "tasksPerMin");
  const failing = partByStep(answer, metricOf(metrics, "error_rate"), "tasks");
  const ended = times(rates, minutesByStep(answer)).map((count) =>
    count === undefined ? undefined : Math.round(count),
  );
  const failed = ended.map((count, i) => (count === undefined ? undefined : Math.round(count * (failing[i] ?? 0))));
  return {
    shape: "stack",
    layers: [
      { label: "Failed", paint: { ink: "fail" }, values: failed },
      {
        label: "Completed",
        paint: { shade: "medium" },
        values: ended.map((count, i) => (count === undefined ? undefined : count - (failed[i] ?? 0))),
      },
    ],
  };
}

export function errorChart(answer: KeyMetrics): StepChart {
  const metric = metricOf(ownMetrics(answer), "error_rate");
  return {
    shape: "lines",
    layers: [
      { label: "Tasks", paint: { ink: "fail" }, values: partByStep(answer, metric, "tasks") },
      { label: "Model calls", paint: { shade: "solid" }, values: partByStep(answer, metric, "llmCalls") },
      { label: "Tool calls", paint: { ink: "ink3" }, values: partByStep(answer, metric, "toolCalls") },
    ],
  };
}

/** Money or tokens in each step, by model: those with most, and the others together. */
export function modelChart(byModel: KeyMetrics, part: "usdPerMin" | "tokensPerMin"): StepChart {
  const minutes = minutesByStep(byModel);
  const known = byModel.groups
    .map(({ group = "", metrics }) => {
      const values = times(partByStep(byModel, metricOf(metrics, "throughput"), part), minutes);
      return { group, values, total: values.reduce<number>((sum, value) => sum + (value ?? 0), 0) };
    })
    .filter(({ total }) => total > 0)
    .sort((a, b) => b.total - a.total);
  const shown = known.slice(0, MODELS_MAX);
  const hues = seriesHues(shown.map(({ group }) => group));
  const layers: StepLayer[] = shown.map(({ group, values }, i) => ({
    ...{ label: group, values },
    paint: { hue: hues[i] as number },
  }));
  const others = known.slice(MODELS_MAX);
  if (others.length > 0) {
    const values = minutes.map((_, i) => others.reduce((sum, one) => sum + (one.values[i] ?? 0), 0));
    layers.push({ label: `${others.length} others`, paint: { ink: "lineStrong" }, values });
  }
  return { shape: "stack", layers };
}
