// What can be asked of a metric: the same words for the API's questions and for those of the page.

import type { MetricKind } from "./vocabulary.ts";

/** What can be asked of a metric; which of them it has depends on its kind. */
export const FIGURE_NAMES = [
  "count",
  "sum",
  "avg",
  "min",
  "max",
  "last",
  "increase",
  "rate",
  "p50",
  "p90",
  "p99",
] as const;
export type FigureName = (typeof FIGURE_NAMES)[number];

/** Which figures metrics of a kind have; the first is what a chart shows unless told otherwise. */
export const FIGURES_OF_KIND: Readonly<Record<MetricKind, readonly FigureName[]>> = {
  gauge: ["avg", "sum", "min", "max", "last", "count", "p50", "p90", "p99"],
  counter: ["rate", "increase", "last", "count"],
  updown: ["last", "avg", "min", "max", "count", "increase"],
  histogram: ["avg", "count", "sum", "rate", "min", "max", "p50", "p90", "p99"],
  summary: ["avg", "count", "sum", "rate", "min", "max", "p50", "p90", "p99"],
};
