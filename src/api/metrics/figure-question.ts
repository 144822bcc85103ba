// What is asked of metrics and what is answered, the same for all kinds.

import type { Bucket } from "../../analysis/metrics/bucket-quantile.ts";
import type { FigureName } from "../../model/metric-figures.ts";
import type { MetricKind } from "../../model/vocabulary.ts";
import type { StoreClient } from "../../store/client.ts";
import type { PointFilter, PointGroup, PointGrouping, PointState } from "../../store/queries/points.ts";
import type { CatalogEntry } from "../../store/queries/points-catalog.ts";
import type { CumulativePoint, CumulativeSeries } from "../../store/queries/points-cumulative.ts";

export const QUANTILES = { p50: 0.5, p90: 0.9, p99: 0.99 } as const;
export type QuantileName = keyof typeof QUANTILES;

export type Figures = { readonly [name in FigureName]?: number | undefined };

/** The figures of a group of series in one step. */
export interface MetricFigures extends PointGroup {
  readonly kind: MetricKind;
  readonly figures: Figures;
  /** Of a summary: what its sender stated. */
  readonly quantiles?: Readonly<Record<string, number>>;
  readonly exact: boolean;
  /** Of a histogram, where they were asked for. */
  readonly buckets?: readonly Bucket[];
}

/** A question to metrics of one kind. */
export interface FigureQuestion {
  readonly store: StoreClient;
  readonly project: string;
  readonly state: PointState;
  readonly filter: PointFilter;
  readonly grouping: PointGrouping;
  /** The percentiles that are wanted. */
  readonly quantiles: readonly QuantileName[];
  /** Whether the buckets of histograms are wanted. */
  readonly withBuckets?: boolean;
  /** The metrics that the filter finds, of the kind. */
  readonly entries: readonly CatalogEntry[];
  /** At most so many rows: groups times steps. */
  readonly limit: number;
  /** How long a step lasts inside the window, in seconds. */
  readonly secondsOf: (step: number) => number;
}

/** Tells the group and step of a row apart from others. */
export function groupKey({ metric, unit, group, step }: PointGroup): string {
  return [metric, unit, ...group, step].join("\0");
}

export function isDelta({ temporalities }: CatalogEntry): boolean {
  return temporalities.includes("delta");
}

/** Whether any of the metrics has points that count since a start. */
export function isCumulative(entries: readonly CatalogEntry[]): boolean {
  return entries.some(({ temporalities }) => temporalities.some((temporality) => temporality !== "delta"));
}

/** A point of a walk; undefined for −1, and for one that was deleted meanwhile. */
export function pointAt(
  points: ReadonlyMap<string, CumulativePoint>,
  { key, times }: Pick<CumulativeSeries, "key" | "times">,
  at: number,
): CumulativePoint | undefined {
  return points.get(`${key} ${times[at]}`);
}
