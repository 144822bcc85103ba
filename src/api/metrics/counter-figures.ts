import { increments } from "../../analysis/metrics/increments.ts";
import { type CumulativeSeries, cumulativeSeries } from "../../store/queries/points-cumulative.ts";
import { sumFigures } from "../../store/queries/points-sums.ts";
import { type FigureQuestion, groupKey, isCumulative, type MetricFigures } from "./figure-question.ts";

/** Figures of counters: what they grew by, whatever their temporality. */
export async function counterFigures(question: FigureQuestion): Promise<MetricFigures[]> {
  const { store, project, filter, grouping, state, limit, entries, secondsOf } = question;
  const [sums, series] = await Promise.all([
    sumFigures(store, project, "counter", filter, grouping, state, limit),
    isCumulative(entries) ? cumulativeSeries(store, project, "counter", filter, grouping, state) : [],
  ]);
  const grown = growth(series, filter.sinceNs);
  return sums.map((row) => {
    const { metric, unit, group, step, count, last, deltaSum } = row;
    const increase = deltaSum + (grown.get(groupKey(row)) ?? 0);
    const rate = increase / secondsOf(step);
    return { metric, unit, group, step, kind: "counter", figures: { count, last, increase, rate }, exact: true };
  });
}

/** What cumulative series grew by, by group and step. */
function growth(series: readonly CumulativeSeries[], sinceNs: bigint): ReadonlyMap<string, number> {
  const grown = new Map<string, number>();
  for (const one of series) {
    for (const { at, before, step } of increments(one, sinceNs, false)) {
      const key = groupKey({ ...one, step });
      const increase = (one.values[at] as number) - (before < 0 ? 0 : (one.values[before] as number));
      grown.set(key, (grown.get(key) ?? 0) + increase);
    }
  }
  return grown;
}
