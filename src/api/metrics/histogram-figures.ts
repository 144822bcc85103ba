import { totalsBetween } from "../../analysis/metrics/cumulative-totals.ts";
import { countsByIndex, type ExponentialBuckets } from "../../analysis/metrics/exponential-buckets.ts";
import { HistogramSum } from "../../analysis/metrics/histogram-sum.ts";
import { increments } from "../../analysis/metrics/increments.ts";
import type { PointGroup } from "../../store/queries/points.ts";
import { type CumulativePoint, cumulativePoints, cumulativeSeries } from "../../store/queries/points-cumulative.ts";
import {
  type ExponentialCounts,
  explicitHistograms,
  exponentialBuckets,
  exponentialTotals,
} from "../../store/queries/points-histograms.ts";
import {
  type FigureQuestion,
  groupKey,
  isCumulative,
  isDelta,
  type MetricFigures,
  pointAt,
  QUANTILES,
} from "./figure-question.ts";

/** Figures of histograms, explicit and exponential, of either temporality. */
export async function histogramFigures(question: FigureQuestion): Promise<MetricFigures[]> {
  const sums = new GroupSums();
  await Promise.all([
    addExplicitDeltas(question, sums),
    addExponentialDeltas(question, sums),
    addCumulative(question, "histogram", sums),
    addCumulative(question, "exponential", sums),
  ]);
  return sums.entries().map(([{ metric, unit, group, step }, sum]) => {
    const { count, min, max } = sum;
    const percentiles = question.quantiles.map((name) => [name, sum.quantile(QUANTILES[name])] as const);
    const figures = {
      ...{ count, sum: sum.sum, min, max, rate: count / question.secondsOf(step) },
      avg: sum.sum === undefined || count === 0 ? undefined : sum.sum / count,
      ...Object.fromEntries(percentiles),
    };
    const exact = question.quantiles.length === 0;
    const buckets = question.withBuckets ? { buckets: sum.buckets() } : {};
    return { metric, unit, group, step, kind: "histogram", figures, exact, ...buckets };
  });
}

type HistogramKind = "histogram" | "exponential";

/** One sum per group and step. */
class GroupSums {
  readonly #sums = new Map<string, readonly [PointGroup, HistogramSum]>();

  of(group: PointGroup): HistogramSum {
    const key = groupKey(group);
    const known = this.#sums.get(key);
    if (known !== undefined) return known[1];
    const sum = new HistogramSum();
    this.#sums.set(key, [group, sum]);
    return sum;
  }

  entries(): (readonly [PointGroup, HistogramSum])[] {
    return [...this.#sums.values()];
  }
}

async function addExplicitDeltas(question: FigureQuestion, sums: GroupSums): Promise<void> {
  const { store, project, filter, grouping, state, limit, entries } = question;
  if (!entries.some((entry) => entry.kind === "histogram" && isDelta(entry))) return;
  for (const row of await explicitHistograms(store, project, filter, grouping, state, limit)) {
    const sum = sums.of(row);
    sum.addTotals(row);
    sum.addExplicit({ bounds: row.bounds, counts: row.buckets });
  }
}

async function addExponentialDeltas(question: FigureQuestion, sums: GroupSums): Promise<void> {
  const { store, project, filter, grouping, state, limit, entries } = question;
  if (!entries.some((entry) => entry.kind === "exponential" && isDelta(entry))) return;
  const areBucketsRead = question.quantiles.length > 0 || question.withBuckets === true;
  const [totals, buckets] = await Promise.all([
    exponentialTotals(store, project, filter, grouping, state, limit),
    areBucketsRead ? exponentialBuckets(store, project, filter, grouping, state, limit) : [],
  ]);
  for (const row of totals) {
    const sum = sums.of(row);
    sum.addTotals(row);
    sum.addExponential({ scale: SCALE_MAX, zero: row.zeroCount, positive: NOTHING, negative: NOTHING });
  }
  for (const row of buckets) sums.of(row).addExponential(bucketsOf(row));
}

/** The largest scale that OpenTelemetry allows: to be brought to any other. */
const SCALE_MAX = 20;
const NOTHING: ReadonlyMap<number, number> = new Map();

function bucketsOf({ scale, isNegative, indexes, counts }: ExponentialCounts): ExponentialBuckets {
  const found = new Map(indexes.map((index, i) => [index, counts[i] as number]));
  return { scale, zero: 0, positive: isNegative ? NOTHING : found, negative: isNegative ? found : NOTHING };
}

async function addCumulative(question: FigureQuestion, kind: HistogramKind, sums: GroupSums): Promise<void> {
  const { store, project, filter, grouping, state } = question;
  const entries = question.entries.filter((entry) => entry.kind === kind);
  if (!isCumulative(entries)) return;
  const [series, points] = await Promise.all([
    cumulativeSeries(store, project, kind, filter, grouping, state),
    cumulativePoints(store, project, kind, filter, grouping, state),
  ]);
  for (const one of series) {
    for (const { at, before, step } of increments(one, filter.sinceNs, true)) {
      const point = pointAt(points, one, at);
      if (point === undefined) continue;
      const earlier = pointAt(points, one, before);
      const sum = sums.of({ ...one, step });
      sum.addTotals(totalsBetween(point, earlier));
      addBuckets(sum, kind, point, 1);
      if (earlier !== undefined) addBuckets(sum, kind, earlier, -1);
    }
  }
}

function addBuckets(sum: HistogramSum, kind: HistogramKind, point: CumulativePoint, factor: 1 | -1): void {
  if (kind === "histogram") {
    sum.addExplicit({ bounds: point.bounds, counts: point.buckets }, factor);
    return;
  }
  const { scale, zeroCount, positiveOffset, negativeOffset, buckets, negativeBuckets } = point;
  const positive = countsByIndex(positiveOffset, buckets);
  const negative = countsByIndex(negativeOffset, negativeBuckets);
  sum.addExponential({ scale, zero: zeroCount, positive, negative }, factor);
}
