import { type SumFigures, sumFigures } from "../../store/queries/points-sums.ts";
import type { FigureQuestion, Figures, MetricFigures } from "./figure-question.ts";

/** Figures of updowns: levels that go up and down. */
export async function updownFigures(question: FigureQuestion): Promise<MetricFigures[]> {
  const { store, project, filter, grouping, state, limit } = question;
  const rows = await sumFigures(store, project, "updown", filter, grouping, state, limit);
  return rows.map((row) => {
    const { metric, unit, group, step } = row;
    return { metric, unit, group, step, kind: "updown", figures: figuresOf(row), exact: true };
  });
}

/** Of a level that is sent as its changes only what they add up to is known. */
function figuresOf({ count, deltaCount, deltaSum, last, sum, min, max }: SumFigures): Figures {
  if (deltaCount === count) return { count, increase: deltaSum };
  return { count, last, min, max, avg: sum / count };
}
