import { increments } from "../../analysis/metrics/increments.ts";
import type { PointGroup } from "../../store/queries/points.ts";
import { type CumulativePoint, cumulativePoints, cumulativeSeries } from "../../store/queries/points-cumulative.ts";
import {
  type FigureQuestion,
  type Figures,
  groupKey,
  type MetricFigures,
  pointAt,
  QUANTILES,
} from "./figure-question.ts";

/** What the summaries of a group say in one step. */
interface Stated extends PointGroup {
  readonly series: Set<string>;
  count: number;
  sum: number;
  /** The newest of its points, and when. */
  point: CumulativePoint;
  time: bigint;
}

/**
 * Figures of summaries. Count and sum are since a start, as a counter's. Quantiles are their sender's: those of several
 * series cannot be put together, so only a group of one series has any: its newest.
 */
export async function summaryFigures(question: FigureQuestion): Promise<MetricFigures[]> {
  const { store, project, filter, grouping, state, secondsOf } = question;
  const [series, points] = await Promise.all([
    cumulativeSeries(store, project, "summary", filter, grouping, state),
    cumulativePoints(store, project, "summary", filter, grouping, state),
  ]);
  const groups = new Map<string, Stated>();
  for (const one of series) {
    for (const { at, before, step } of increments(one, filter.sinceNs, true)) {
      const point = pointAt(points, one, at);
      const earlier = pointAt(points, one, before);
      if (point === undefined) continue;
      const count = point.count - (earlier?.count ?? 0);
      const sum = point.sum - (earlier?.sum ?? 0);
      add(groups, { ...one, step }, one.series, { count, sum, point, time: one.times[at] as bigint });
    }
  }
  return [...groups.values()].map((stated) => present(stated, secondsOf(stated.step)));
}

function add(
  groups: Map<string, Stated>,
  group: PointGroup,
  series: string,
  { count, sum, point, time }: Pick<Stated, "count" | "sum" | "point" | "time">,
): void {
  const key = groupKey(group);
  const known = groups.get(key);
  if (known === undefined) {
    const { metric, unit, group: values, step } = group;
    groups.set(key, { metric, unit, group: values, step, series: new Set([series]), count, sum, point, time });
    return;
  }
  known.series.add(series);
  known.count += count;
  known.sum += sum;
  if (time > known.time) Object.assign(known, { point, time });
}

function present({ metric, unit, group, step, series, count, sum, point }: Stated, seconds: number): MetricFigures {
  const stated = series.size === 1 ? point.bounds.map((q, i) => [q, point.quantileValues[i] as number] as const) : [];
  const statedAt = new Map(stated.filter(([, value]) => Number.isFinite(value)));
  const figures: Figures = {
    ...{ count, sum, avg: count === 0 ? undefined : sum / count, rate: count / seconds },
    ...{ min: statedAt.get(0), max: statedAt.get(1) },
    ...{ p50: statedAt.get(QUANTILES.p50), p90: statedAt.get(QUANTILES.p90), p99: statedAt.get(QUANTILES.p99) },
  };
  const quantiles = Object.fromEntries([...statedAt].map(([q, value]) => [String(q), value]));
  return { metric, unit, group, step, kind: "summary", figures, quantiles, exact: statedAt.size === 0 };
}
