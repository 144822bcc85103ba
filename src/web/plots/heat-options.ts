// How a heatmap of values looks and answers the pointer, as uPlot wants it said: axes, cursor and brush are those of other
// charts, the cells are drawn below them.

import type uPlot from "uplot";
import type { Size } from "./canvas.ts";
import { type ChartLook, MS_PER_S, stepBelow, takeBrush, timeAxis, VALUE_AXIS_PX, xRange } from "./chart-options.ts";
import { bandAt, type HeatBand, type ValueHeat } from "./value-heat.ts";

export interface HeatLook extends Pick<ChartLook, "inks" | "format" | "window" | "onStep" | "onBrush"> {
  /** Read whenever it is drawn. */
  readonly heat: () => ValueHeat;
  /** The band below the pointer; undefined when it has left. */
  readonly onBand: (band: number | undefined) => void;
}

const LABEL_PX_MIN = 24;

/** How strong a cell of a count is drawn, 0…1: by the root, so that the few are seen beside the many. */
export function heatStrength(count: number, mostCount: number): number {
  return mostCount <= 0 ? 0 : 0.14 + 0.86 * Math.sqrt(count / mostCount);
}

export function heatOptions(look: HeatLook, { width, height }: Size): uPlot.Options {
  return {
    ...{ width, height },
    legend: { show: false },
    cursor: { y: false, drag: { x: look.onBrush !== undefined, y: false, setScale: false }, points: { show: false } },
    scales: { x: { time: true, range: () => xRange(look.window()) }, y: { range: () => [0, 1] } },
    axes: [timeAxis(look.inks), bandAxis(look)],
    series: [{}, { show: true, paths: () => null, points: { show: false } }],
    hooks: {
      drawClear: [(chart) => drawCells(chart, look)],
      setCursor: [
        (chart) => look.onStep(stepBelow(chart, look.window())),
        (chart) => look.onBand(bandBelow(chart, look.heat())),
      ],
      setSelect: [(chart) => takeBrush(chart, look.onBrush)],
    },
  };
}

/** uPlot's data: seconds, and nothing else to draw. */
export function heatData(atMs: readonly number[]): uPlot.AlignedData {
  return [atMs.map((at) => at / MS_PER_S), atMs.map(() => null)];
}

function bandBelow(chart: uPlot, heat: ValueHeat): number | undefined {
  const { left = -1, top = -1 } = chart.cursor;
  return left < 0 || top < 0 ? undefined : bandAt(heat, chart.posToVal(top, "y"));
}

function bandAxis({ inks: { ink3, smallFont }, format, heat }: HeatLook): uPlot.Axis {
  return {
    ...{ stroke: ink3, font: smallFont, size: VALUE_AXIS_PX, gap: 6 },
    splits: (chart) => labelledEdges(heat().bands, chart.height).map(({ at }) => at),
    values: (chart) => labelledEdges(heat().bands, chart.height).map(({ value }) => format(value)),
    grid: { show: false },
    ticks: { show: false },
  };
}

/** The ends of bands that have room for a label. */
function labelledEdges(bands: readonly HeatBand[], heightPx: number): { at: number; value: number }[] {
  const edges = bands.flatMap(({ low, high, bottom, top }) => [
    ...(low === undefined ? [] : [{ at: bottom, value: low }]),
    ...(high === undefined ? [] : [{ at: top, value: high }]),
  ]);
  const shown: { at: number; value: number }[] = [];
  for (const edge of edges) {
    const last = shown.at(-1);
    if (last === undefined || (edge.at - last.at) * heightPx >= LABEL_PX_MIN) shown.push(edge);
  }
  return shown;
}

function drawCells(chart: uPlot, { heat, inks, window }: HeatLook): void {
  const { bands, cells, mostCount } = heat();
  const { left, top, width, height } = chart.bbox;
  const { ctx: context } = chart;
  context.save();
  context.beginPath();
  context.rect(left, top, width, height);
  context.clip();
  context.fillStyle = inks.raised;
  context.fillRect(left, top, width, height);
  const gap = Math.max(1, devicePixelRatio);
  const stepS = window().stepMs / MS_PER_S;
  context.fillStyle = inks.accent;
  for (const { atMs, band, count } of cells) {
    const { bottom, top: end } = bands[band] as HeatBand;
    const x = chart.valToPos(atMs / MS_PER_S, "x", true);
    const right = chart.valToPos(atMs / MS_PER_S + stepS, "x", true);
    const y = chart.valToPos(end, "y", true);
    const low = chart.valToPos(bottom, "y", true);
    context.globalAlpha = heatStrength(count, mostCount);
    context.fillRect(x, y, Math.max(gap, right - x - gap), Math.max(gap, low - y - gap));
  }
  context.restore();
}
