import { LIMITS } from "../../model/limits.ts";
import { isInRollUps } from "../../store/queries/points.ts";
import type { CatalogEntry } from "../../store/queries/points-catalog.ts";
import { type GaugeFigures, type GaugeSource, gaugeFigures } from "../../store/queries/points-gauges.ts";
import { MS_PER_MIN } from "../../store/queries/points-pieces.ts";
import { type FigureQuestion, type MetricFigures, QUANTILES, type QuantileName } from "./figure-question.ts";

/**
 * Figures of gauges. Quantiles are exact over a million points of a question, the smallest metrics first; beyond, they
 * come from the sketches of the roll-ups, or of the points where roll-ups cannot answer.
 */
export async function gaugeMetricFigures(question: FigureQuestion): Promise<MetricFigures[]> {
  const { small, large } = divide(question.entries);
  const answers = await Promise.all([ask(question, small, "exact"), ask(question, large, sourceOfLarge(question))]);
  return answers.flat();
}

/** The names of metrics that are small enough for exact quantiles, and of the others. */
function divide(entries: readonly CatalogEntry[]): { small: string[]; large: string[] } {
  const sizes = new Map<string, number>();
  for (const { metric, points } of entries) sizes.set(metric, (sizes.get(metric) ?? 0) + points);
  const [small, large]: [string[], string[]] = [[], []];
  let points = 0;
  for (const [metric, size] of [...sizes].sort(([, a], [, b]) => a - b)) {
    points += size;
    (points <= LIMITS.exactPoints ? small : large).push(metric);
  }
  return { small, large };
}

function sourceOfLarge({ filter, state, grouping, quantiles }: FigureQuestion): GaugeSource {
  if (isInRollUps(filter, state) && (grouping.stepMs ?? MS_PER_MIN) % MS_PER_MIN === 0) return "roll-ups";
  return quantiles.length === 0 ? "exact" : "sketch";
}

async function ask(question: FigureQuestion, name: readonly string[], source: GaugeSource): Promise<MetricFigures[]> {
  if (name.length === 0) return [];
  const { store, project, filter, grouping, quantiles, state, limit } = question;
  const levels = quantiles.map((quantile) => QUANTILES[quantile]);
  const rows = await gaugeFigures(store, project, { ...filter, name }, grouping, levels, source, state, limit);
  return rows.map((row) => present(row, quantiles, source === "exact" || quantiles.length === 0));
}

function present(row: GaugeFigures, quantiles: readonly QuantileName[], exact: boolean): MetricFigures {
  const { metric, unit, group, step, count, sum, min, max, last } = row;
  const percentiles = Object.fromEntries(quantiles.map((name, i) => [name, row.quantiles[i]]));
  const figures = { count, sum, avg: sum / count, min, max, last, ...percentiles };
  return { metric, unit, group, step, kind: "gauge", figures, exact };
}
