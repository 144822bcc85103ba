// Bars of a chart over time on uPlot's canvas: uPlot's own are all of one width.

import type uPlot from "uplot";
import type { Bar, BarLayout } from "./bar-layout.ts";

/** Of a step's room, what keeps it apart from the next one: a seventh, and nothing where there is no room. */
export function stepGapPx(stepPx: number): number {
  return stepPx < 3 ? 0 : Math.max(1, Math.round(stepPx / 7));
}

/** The paths of one series, for uPlot's `paths`. */
export function barPaths(bars: () => BarLayout, stepS: () => number): uPlot.Series.PathBuilder {
  return (chart, seriesIndex, firstIndex, lastIndex) => {
    const fill = new Path2D();
    const column = bars()[seriesIndex - 1] ?? [];
    const [atS] = chart.data;
    for (let step = firstIndex; step <= lastIndex; step++) {
      const bar = column[step];
      if (bar !== undefined) addBar(fill, chart, bar, atS[step] ?? 0, stepS());
    }
    return { fill, stroke: null };
  };
}

function addBar(path: Path2D, chart: uPlot, bar: Bar, atS: number, stepS: number): void {
  const begin = chart.valToPos(atS, "x", true);
  const stepPx = chart.valToPos(atS + stepS, "x", true) - begin;
  const roomPx = stepPx - stepGapPx(stepPx);
  const left = Math.round(begin + bar.left * roomPx);
  // Neighbours that are wide enough are told apart by more than their colours.
  const apartPx = bar.right < 1 && (bar.right - bar.left) * roomPx >= 4 ? 1 : 0;
  const right = Math.max(left + 1, Math.round(begin + bar.right * roomPx) - apartPx);
  const [from, to] = [chart.valToPos(bar.from, "y", true), chart.valToPos(bar.to, "y", true)].map(Math.round);
  const [top, bottom] = [Math.min(from as number, to as number), Math.max(from as number, to as number)];
  // What is little is seen, and what is nothing is not.
  if (bar.from !== bar.to) path.rect(left, bottom - Math.max(1, bottom - top), right - left, Math.max(1, bottom - top));
}
