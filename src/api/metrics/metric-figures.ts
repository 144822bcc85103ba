// The figures of metrics by group and step: asks the store kind by kind, and brings the answers to one shape.

import type { MetricKind } from "../../model/vocabulary.ts";
import { counterFigures } from "./counter-figures.ts";
import type { FigureQuestion, MetricFigures } from "./figure-question.ts";
import { gaugeMetricFigures } from "./gauge-figures.ts";
import { histogramFigures } from "./histogram-figures.ts";
import { metricKind } from "./metric-filter.ts";
import { summaryFigures } from "./summary-figures.ts";
import { updownFigures } from "./updown-figures.ts";

const BY_KIND: Readonly<Record<MetricKind, (question: FigureQuestion) => Promise<MetricFigures[]>>> = {
  gauge: gaugeMetricFigures,
  counter: counterFigures,
  updown: updownFigures,
  histogram: histogramFigures,
  summary: summaryFigures,
};

/** The figures of all metrics among `entries`, by name. */
export async function metricFigures(question: FigureQuestion): Promise<MetricFigures[]> {
  const kinds = Map.groupBy(question.entries, ({ kind }) => metricKind(kind));
  const found = await Promise.all([...kinds].map(([kind, entries]) => BY_KIND[kind]({ ...question, entries })));
  return found.flat().sort(compareGroups);
}

function compareGroups(a: MetricFigures, b: MetricFigures): number {
  for (const [left, right] of [
    [a.metric, b.metric],
    [a.kind, b.kind],
    [a.unit, b.unit],
    ...a.group.map((value, i) => [value, b.group[i] as string] as const),
  ] as const) {
    if (left !== right) return left < right ? -1 : 1;
  }
  return a.step - b.step;
}
