// The answer to a question: series to draw, and a summary of the window by group.

import type { KeyMetricSeries, KeyMetrics } from "../../model/key-metrics-shapes.ts";
import { FIGURES_OF_KIND } from "../../model/metric-figures.ts";
import type { MetricSeries, MetricSummary } from "../../model/shapes.ts";
import { getJson } from "../base/api.ts";
import type { ChartSeries, ChartWindow } from "../plots/chart-data.ts";
import { addSteps, type CountedStep } from "../plots/value-heat.ts";
import { type AskedWindow, windowBounds } from "./asked-window.ts";
import { partOf, partTitle, partUnit } from "./figure-parts.ts";
import { apiQuestionQuery, isSum, type Question } from "./question.ts";
import { figureUnit, readableUnit } from "./value-units.ts";

/** One group over the whole window; what is not known is absent. */
export interface SummaryRow {
  readonly label: string;
  readonly values: Readonly<Record<string, number | undefined>>;
}

export interface Answer {
  readonly series: readonly ChartSeries[];
  /** What is drawn: one of `figures`. */
  readonly drawn: string | undefined;
  /** Values by size, for a heatmap; absent when none were asked for or there are none. */
  readonly steps?: readonly CountedStep[];
  /** Values of different groups may be added. */
  readonly isSum: boolean;
  /** Of what is drawn. */
  readonly unit: string | undefined;
  /** Of what was measured: sums and percentiles of the summary are in it. */
  readonly valueUnit: string | undefined;
  readonly window: ChartWindow;
  /** Names of the figures that the summary has, in the order of its columns. */
  readonly figures: readonly string[];
  readonly rows: readonly SummaryRow[];
  /** There are more groups than the server answers. */
  readonly isTruncated: boolean;
}

/** Asks the server. Throws ApiFailure. */
export function askQuestion(question: Question, window: AskedWindow, signal: AbortSignal): Promise<Answer> {
  return "figure" in question.about
    ? askFigure(question, question.about, window, signal)
    : askMetric(question, window, signal);
}

/** What only steps are asked for. */
const SERIES_ONLY: ReadonlySet<string> = new Set(["agg", "step", "buckets"]);

async function askMetric(question: Question, asked: AskedWindow, signal: AbortSignal): Promise<Answer> {
  const query = apiQuestionQuery(question, asked, Date.now());
  const summaryQuery = new Map([...query].filter(([name]) => !SERIES_ONLY.has(name)));
  const [drawn, summed] = await Promise.all([
    getJson<{ stepMs: number; series: MetricSeries[]; truncated?: true }>("/metrics/query", { query, signal }),
    getJson<{ metrics: MetricSummary[]; truncated?: true }>("/metrics/summary", { query: summaryQuery, signal }),
  ]);
  const first = drawn.series[0] ?? summed.metrics[0];
  const figure = question.agg ?? (first === undefined ? undefined : FIGURES_OF_KIND[first.kind][0]);
  const series = drawn.series.map(({ group, name, points }) => ({
    label: groupLabel(group, name),
    points: points.map(([at, value]) => [Date.parse(at), value] as const),
  }));
  const largest = series.reduce((most, { points }) => points.reduce((m, [, value]) => Math.max(m, value), most), 0);
  const unit = first === undefined ? undefined : readableUnit(first.unit, first.kind, largest);
  return {
    ...{ series, drawn: figure, isSum: isSum(question, figure) },
    ...stepsOf(question, drawn.series),
    unit: question.shape === "heatmap" ? unit : figureUnit(unit, figure),
    valueUnit: unit,
    window: { ...windowBounds(asked, Date.now()), stepMs: drawn.stepMs },
    figures: first === undefined ? [] : FIGURES_OF_KIND[first.kind],
    rows: summed.metrics.map((metric) => ({ label: groupLabel(metric.group, metric.name), values: figuresOf(metric) })),
    isTruncated: drawn.truncated === true || summed.truncated === true,
  };
}

type AnsweredBuckets = Pick<MetricSeries, "buckets">;

/** The values by size of all that was answered, for a heatmap. */
function stepsOf({ shape }: Question, answered: readonly AnsweredBuckets[]): Pick<Answer, "steps"> {
  const known = answered.flatMap(({ buckets }) => (buckets === undefined ? [] : [buckets]));
  if (shape !== "heatmap" || known.length === 0) return {};
  return { steps: addSteps(known.map((steps) => steps.map(({ at, buckets }) => ({ atMs: Date.parse(at), buckets })))) };
}

function figuresOf(metric: MetricSummary): SummaryRow["values"] {
  return Object.fromEntries(FIGURES_OF_KIND[metric.kind].map((figure) => [figure, metric[figure]]));
}

function groupLabel(group: Readonly<Record<string, string>>, name: string): string {
  const values = Object.entries(group).map(([key, value]) => (value === "" ? `without ${key}` : value));
  return values.length === 0 ? name : values.join(" · ");
}

async function askFigure(
  question: Question,
  { figure, part }: { readonly figure: string; readonly part?: string },
  asked: AskedWindow,
  signal: AbortSignal,
): Promise<Answer> {
  const query = apiQuestionQuery(question, asked, Date.now());
  const answer = await getJson<KeyMetrics>("/key-metrics", { query, signal });
  const groups = answer.groups.flatMap(({ group, metrics }) => {
    const found = metrics.find(({ name }) => name === figure);
    return found === undefined ? [] : [{ label: group ?? partTitle(figure, part), found: partOf(found, part) }];
  });
  const unit = partUnit(figure, part);
  const bounds = { fromMs: Date.parse(answer.since), untilMs: Math.min(Date.parse(answer.until), Date.now()) };
  return {
    series: groups.map(({ label, found }) => ({ label, points: knownPoints(found) })).filter(hasPoints),
    ...{ unit, valueUnit: unit, drawn: "value", isSum: isSum(question, undefined) },
    ...stepsOf(
      question,
      groups.map(({ found }) => found),
    ),
    window: { ...bounds, stepMs: answer.stepMs },
    figures: ["value", "min", "max", "last"],
    rows: groups
      .filter(({ found }) => found.value !== undefined)
      .map(({ label, found }) => ({ label, values: { value: found.value, ...extremes(knownPoints(found)) } })),
    isTruncated: answer.truncated === true,
  };
}

function knownPoints({ series }: KeyMetricSeries): (readonly [number, number])[] {
  return series.flatMap(({ at, value }) => (value === undefined ? [] : [[Date.parse(at), value] as const]));
}

function hasPoints({ points }: ChartSeries): boolean {
  return points.length > 0;
}

/** Of the steps. */
function extremes(points: readonly (readonly [number, number])[]): SummaryRow["values"] {
  const values = points.map(([, value]) => value);
  if (values.length === 0) return {};
  return { min: Math.min(...values), max: Math.max(...values), last: values.at(-1) };
}
