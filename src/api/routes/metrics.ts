import { Type } from "typebox";
import { present } from "../../base/present.ts";
import { formatInstant, nsFromMs } from "../../base/time.ts";
import { LIMITS } from "../../model/limits.ts";
import { FIGURE_NAMES, FIGURES_OF_KIND, type FigureName } from "../../model/metric-figures.ts";
import { Metric, MetricSeries, MetricSummary } from "../../model/shapes.ts";
import { type PointFilter, pointState } from "../../store/queries/points.ts";
import { type CatalogEntry, metricCatalog } from "../../store/queries/points-catalog.ts";
import type { ApiParts } from "../api-parts.ts";
import { ApiError } from "../errors.ts";
import {
  type FigureQuestion,
  type Figures,
  type MetricFigures,
  QUANTILES,
  type QuantileName,
} from "../metrics/figure-question.ts";
import { metricFigures } from "../metrics/metric-figures.ts";
import {
  byParameter,
  METRIC_FILTER_NOTE,
  metricFilterParameters,
  metricKind,
  readGroupKeys,
  readMetricFilter,
} from "../metrics/metric-filter.ts";
import { readStep, secondsInStep } from "../metrics/steps.ts";
import { flag, text } from "../query-values.ts";
import { type Route, route } from "../route.ts";
import { presentBuckets } from "../value-buckets.ts";

const open = { additionalProperties: true, description: METRIC_FILTER_NOTE };
const catalogQuery = Type.Object({ ...metricFilterParameters }, open);
const summaryQuery = Type.Object({ ...metricFilterParameters, by: byParameter }, open);
const seriesQuery = Type.Object(
  {
    ...metricFilterParameters,
    by: byParameter,
    agg: Type.Optional(
      Type.Unsafe<FigureName>({
        type: "string",
        enum: [...FIGURE_NAMES],
        description: "Which figure; by default avg, rate or last, as the kind has it",
      }),
    ),
    step: text("Length of a step: milliseconds, or 1m; by default about 120 steps"),
    buckets: flag("Also how many values fell into which bucket, step by step: of histograms"),
  },
  open,
);

const truncated = Type.Optional(Type.Boolean({ description: "true: there are more groups; narrow the question" }));
const ALL_QUANTILES = Object.keys(QUANTILES) as QuantileName[];

const catalog = route({
  url: "/api/v1/metrics",
  summary: "The metrics of a window: kind, unit, series, labels",
  tag: "Metrics",
  query: catalogQuery,
  answer: Type.Object({ metrics: Type.Array(Metric) }),
  handle: async ({ parts, project, query }) => {
    const filter = readMetricFilter(query, parts.clock.nowMs());
    const state = await pointState(parts.store, project);
    const entries = await metricCatalog(parts.store, project, filter, state, true);
    return { metrics: joinHistograms(entries).map(presentEntry) };
  },
});

const summary = route({
  url: "/api/v1/metrics/summary",
  summary: "Figures of metrics over a window, by labels",
  description:
    "Gauges: all nine figures, percentiles exact up to a million points. Counters: count, last, increase, rate. " +
    "Histograms: count, sum, avg, min, max, percentiles from merged buckets. What is unknown is absent.",
  tag: "Metrics",
  query: summaryQuery,
  answer: Type.Object({ metrics: Type.Array(MetricSummary), truncated }),
  handle: async ({ parts, project, query }) => {
    const nowMs = parts.clock.nowMs();
    const filter = readMetricFilter(query, nowMs);
    const by = readGroupKeys(query.by);
    const rows = await metricFigures({
      ...(await prepare(parts, project, filter)),
      grouping: { by },
      quantiles: ALL_QUANTILES,
      limit: LIMITS.metricGroups + 1,
      secondsOf: secondsInStep(filter, undefined, nowMs),
    });
    const metrics = rows.slice(0, LIMITS.metricGroups).map((row) => presentSummary(row, by));
    return { metrics, ...(rows.length > LIMITS.metricGroups ? { truncated: true } : {}) };
  },
});

const series = route({
  url: "/api/v1/metrics/query",
  summary: "One figure of metrics, step by step, by labels",
  description:
    "Steps begin at multiples of their length since 1970, UTC. Steps without points are absent; a rate is per second of " +
    "the part of the step that lies in the window.",
  tag: "Metrics",
  query: seriesQuery,
  answer: Type.Object({ stepMs: Type.Integer(), series: Type.Array(MetricSeries), truncated }),
  handle: async ({ parts, project, query }) => {
    if (query.name === undefined) throw new ApiError("bad_request", "name is needed: which metric?");
    const nowMs = parts.clock.nowMs();
    const filter = readMetricFilter(query, nowMs);
    const by = readGroupKeys(query.by);
    const stepMs = readStep(query.step, filter, nowMs);
    const prepared = await prepare(parts, project, filter);
    const rows = await metricFigures({
      ...prepared,
      entries: entriesWith(prepared.entries, query.agg),
      grouping: { by, stepMs },
      quantiles: ALL_QUANTILES.filter((name) => name === query.agg),
      withBuckets: query.buckets ?? false,
      limit: LIMITS.seriesPoints + 1,
      secondsOf: secondsInStep(filter, stepMs, nowMs),
    });
    const bucketCount = rows.reduce((sum, { buckets }) => sum + (buckets?.length ?? 0), 0);
    if (rows.length > LIMITS.seriesPoints || bucketCount > LIMITS.seriesPoints) {
      throw new ApiError("bad_request", "That are too many groups and steps for one answer: narrow one of them.");
    }
    const found = presentSeries(rows, by, query.agg, stepMs);
    const more = found.length > LIMITS.metricGroups ? { truncated: true } : {};
    return { stepMs, series: found.slice(0, LIMITS.metricGroups), ...more };
  },
});

/** Metrics: which there are, what they come to, how they go. */
export const METRIC_ROUTES: readonly Route[] = [catalog, summary, series];

async function prepare(
  { store }: ApiParts,
  project: string,
  filter: PointFilter,
): Promise<Pick<FigureQuestion, "store" | "project" | "filter" | "state" | "entries">> {
  const state = await pointState(store, project);
  return { store, project, filter, state, entries: await metricCatalog(store, project, filter, state, false) };
}

/** The metrics that have a figure. Throws ApiError when there are metrics and none of them has it. */
function entriesWith(entries: readonly CatalogEntry[], agg: FigureName | undefined): readonly CatalogEntry[] {
  if (agg === undefined) return entries;
  const having = entries.filter(({ kind }) => FIGURES_OF_KIND[metricKind(kind)].includes(agg));
  const [first] = entries;
  if (having.length > 0 || first === undefined) return having;
  const kind = metricKind(first.kind);
  throw new ApiError(
    "bad_request",
    `${first.metric} is a ${kind}: agg may be ${FIGURES_OF_KIND[kind].join(", ")}, not ${agg}.`,
  );
}

/** Explicit and exponential histograms of one name and unit are one metric to clients. */
function joinHistograms(entries: readonly CatalogEntry[]): CatalogEntry[] {
  const joined = Map.groupBy(entries, ({ metric, kind, unit }) => [metric, metricKind(kind), unit].join("\0"));
  return [...joined.values()].map(([first, second]) => {
    if (first === undefined || second === undefined) return first as CatalogEntry;
    return {
      ...first,
      points: first.points + second.points,
      series: first.series + second.series,
      labels: [...new Set([...first.labels, ...second.labels])].sort(),
      lastNs: first.lastNs > second.lastNs ? first.lastNs : second.lastNs,
    };
  });
}

function presentEntry(entry: CatalogEntry): Metric {
  const { metric, kind, unit, description, points, series: count, labels, lastNs } = entry;
  return {
    name: metric,
    kind: metricKind(kind),
    ...present({ unit, description }),
    ...{ points, series: count, labels: [...labels] },
    lastSeenAt: formatInstant(lastNs),
  };
}

function presentSummary(row: MetricFigures, by: readonly string[]): MetricSummary {
  const group = groupOf(row, by);
  const { quantiles } = row;
  return {
    name: row.metric,
    kind: row.kind,
    ...present({ unit: row.unit }),
    attributes: group,
    group,
    ...known(row.figures),
    ...(quantiles === undefined || Object.keys(quantiles).length === 0 ? {} : { quantiles }),
    exact: row.exact,
  };
}

/** Rows are sorted by group and step. */
function presentSeries(
  rows: readonly MetricFigures[],
  by: readonly string[],
  agg: FigureName | undefined,
  stepMs: number,
): MetricSeries[] {
  const groups = Map.groupBy(rows, ({ metric, kind, unit, group }) => [metric, kind, unit, ...group].join("\0"));
  return [...groups.values()].flatMap((steps) => {
    const first = steps[0] as MetricFigures;
    const figure = agg ?? (FIGURES_OF_KIND[first.kind][0] as FigureName);
    const points = steps.flatMap(({ step, figures }): [string, number][] => {
      const value = figures[figure];
      if (value === undefined || !Number.isFinite(value)) return [];
      return [[formatInstant(nsFromMs(step * stepMs)), value]];
    });
    if (points.length === 0) return [];
    const exact = steps.every((step) => step.exact);
    return [
      {
        name: first.metric,
        kind: first.kind,
        ...present({ unit: first.unit }),
        group: groupOf(first, by),
        points,
        exact,
        ...presentBuckets(steps, stepMs),
      },
    ];
  });
}

function groupOf({ group }: MetricFigures, by: readonly string[]): Record<string, string> {
  return Object.fromEntries(by.map((key, i) => [key, group[i] as string]));
}

/** The figures that are known: JSON has no NaN and no infinity, the API no null. */
function known(figures: Figures): { [name in FigureName]?: number } {
  return Object.fromEntries(
    Object.entries(figures).filter(([, value]) => value !== undefined && Number.isFinite(value)),
  ) as { [name in FigureName]?: number };
}
