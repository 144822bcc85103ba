// How a chart looks and answers the pointer, as uPlot wants it said.

import uPlot from "uplot";
import { agentColor } from "../base/agent-color.ts";
import type { Inks, Size } from "./canvas.ts";
import { type ChartColumns, type ChartWindow, joinedHoles } from "./chart-data.ts";

export interface ChartLook {
  readonly inks: Inks;
  /** One a series. */
  readonly hues: readonly number[];
  readonly shape: "lines" | "bars";
  readonly format: (value: number) => string;
  /** Read whenever data are set. */
  readonly window: () => ChartWindow;
  /** The step below the pointer; undefined when it has left. */
  readonly onStep: (index: number | undefined) => void;
  /** An interval that was dragged over. */
  readonly onBrush: ((fromMs: number, untilMs: number) => void) | undefined;
}

export const MS_PER_S = 1000;
export const VALUE_AXIS_PX = 64;
const TIME_AXIS_PX = 36;
/** Over which one drags an interval, when a chart has `onBrush`. What is dragged over less is a click. */
const BRUSH_PX_MIN = 4;
/** How much of a step its bars take; the rest tells steps apart. */
const BARS_SHARE = 0.8;
/** How far apart the ticks of values may be. */
const VALUE_STEPS = Array.from({ length: 24 }, (_, i) => 10 ** (i - 9)).flatMap((decade) =>
  [1, 2, 2.5, 5].map((times) => Number((times * decade).toPrecision(2))),
);
/** uPlot's word for positions and sizes in seconds, as opposed to pixels. */
const SCALE_VALUES = 1;

/** Labels of the time axis by the distance of its ticks in seconds; a second line where the day or the year changes. */
export const TIME_LABELS: (number | string | null)[][] = [
  [365 * 86_400, "{YYYY}", null, null, null, null, null, null, 1],
  [28 * 86_400, "{MMM}", "\n{YYYY}", null, null, null, null, null, 1],
  [86_400, "{D} {MMM}", "\n{YYYY}", null, null, null, null, null, 1],
  [60, "{HH}:{mm}", "\n{D} {MMM} {YYYY}", null, "\n{D} {MMM}", null, null, null, 1],
  [1, "{HH}:{mm}:{ss}", "\n{D} {MMM} {YYYY}", null, "\n{D} {MMM}", null, null, null, 1],
  [0.001, ":{ss}.{fff}", "\n{D} {MMM} {YYYY}", null, "\n{D} {MMM}", null, "\n{HH}:{mm}", null, 1],
];

/** uPlot's data: seconds; null for a break, undefined for a hole that a line goes over. */
export function chartData({ atMs, values }: ChartColumns): uPlot.AlignedData {
  return [atMs.map((at) => at / MS_PER_S), ...values.map(withBreaks)];
}

function withBreaks(column: readonly (number | undefined)[]): (number | null | undefined)[] {
  const joined = joinedHoles(column);
  return column.map((value, i) => (value === undefined && !joined[i] ? null : value));
}

export function chartOptions(look: ChartLook, { width, height }: Size): uPlot.Options {
  return {
    ...{ width, height },
    legend: { show: false },
    cursor: { y: false, drag: { x: look.onBrush !== undefined, y: false, setScale: false }, points: { size: 6 } },
    scales: {
      x: { time: true, range: () => xRange(look.window()) },
      y: { range: (_chart, least, largest) => yRange(least, largest) },
    },
    axes: [timeAxis(look.inks), valueAxis(look)],
    series: [{}, ...look.hues.map((_, index) => seriesLook(look, index))],
    hooks: {
      setCursor: [(chart) => look.onStep(look.shape === "bars" ? stepBelow(chart) : nearestStep(chart))],
      setSelect: [(chart) => takeBrush(chart, look.onBrush)],
    },
  };
}

export function xRange({ fromMs, untilMs }: ChartWindow): uPlot.Range.MinMax {
  return [fromMs / MS_PER_S, Math.max(untilMs, fromMs + 1) / MS_PER_S];
}

/** The step nearest to the pointer: of a line, which has its values where steps begin. */
function nearestStep({ cursor: { idx, left = -1 } }: uPlot): number | undefined {
  return left < 0 ? undefined : (idx ?? undefined);
}

/** The step that the pointer is in: of what is drawn as wide as its step. */
export function stepBelow(chart: uPlot): number | undefined {
  const nearest = nearestStep(chart);
  if (nearest === undefined) return undefined;
  const isAfter = (chart.data[0][nearest] ?? 0) > chart.posToVal(chart.cursor.left ?? 0, "x");
  return isAfter ? Math.max(0, nearest - 1) : nearest;
}

/** From 0, so that heights may be compared; with room above. */
function yRange(least: number | null, largest: number | null): uPlot.Range.MinMax {
  if (least === null || largest === null || (least === 0 && largest === 0)) return [0, 1];
  return uPlot.rangeNum(Math.min(0, least), Math.max(0, largest), 0.1, true);
}

export function timeAxis({ ink3, line, smallFont }: Inks): uPlot.Axis {
  return {
    ...{ stroke: ink3, font: smallFont, size: TIME_AXIS_PX, space: 70, gap: 4 },
    values: TIME_LABELS,
    grid: { show: false },
    ticks: { stroke: line, width: 1, size: 4 },
  };
}

function valueAxis({ inks: { ink3, line, smallFont }, format }: ChartLook): uPlot.Axis {
  return {
    ...{ stroke: ink3, font: smallFont, size: VALUE_AXIS_PX, space: 32, gap: 6 },
    incrs: VALUE_STEPS.filter((step) => isTold(step, format)),
    values: (_chart, splits) => withoutRepeats(splits.map(format)),
    grid: { stroke: line, width: 1 },
    ticks: { show: false },
  };
}

/** Whether ticks so far apart have labels of their own: `0.1 %` at 0.05 % would be a lie. */
function isTold(step: number, format: ChartLook["format"]): boolean {
  const labels = [0, 1, 2, 3, 4].map((times) => format(times * step));
  return new Set(labels).size === labels.length;
}

/** Labels, each once: of two ticks that round to the same text the lower one keeps it. */
function withoutRepeats(labels: readonly string[]): string[] {
  return labels.map((label, i) => (label === labels[i - 1] ? "" : label));
}

function seriesLook(look: ChartLook, index: number): uPlot.Series {
  const { isDark } = look.inks;
  const color = agentColor(look.hues[index] as number, "solid", isDark);
  if (look.shape === "bars") {
    const paths = uPlot.paths.bars?.({ align: 1, disp: barPlaces(look, index) });
    return {
      ...{ stroke: color, fill: color, width: 0, points: { show: false } },
      ...(paths === undefined ? {} : { paths }),
    };
  }
  return { stroke: color, width: 1.5, points: { show: true, size: 4, width: 0, fill: color, filter: lonelyPoints } };
}

/** Bars of one step stand side by side, each series in its place. */
function barPlaces({ hues, window }: ChartLook, index: number): uPlot.Series.BarsPathBuilderDisplay {
  const width = () => (window().stepMs / MS_PER_S) * (BARS_SHARE / hues.length);
  return {
    x0: { unit: SCALE_VALUES, values: ({ data: [atS] }) => Array.from(atS, (at) => at + index * width()) },
    size: { unit: SCALE_VALUES, values: () => [width()] },
  };
}

/** Values between two breaks: a line through them is not to be seen. */
function lonelyPoints({ data }: uPlot, series: number): number[] | null {
  const values = Array.from(data[series] ?? []);
  const isBreak = (i: number) => i < 0 || i >= values.length || values[i] === null;
  return [...values.keys()].filter((i) => typeof values[i] === "number" && isBreak(i - 1) && isBreak(i + 1));
}

export function takeBrush(chart: uPlot, onBrush: ChartLook["onBrush"]): void {
  const { left, width } = chart.select;
  if (width === 0) return;
  const at = (px: number) => Math.round(chart.posToVal(px, "x") * MS_PER_S);
  const [fromMs, untilMs] = [at(left), at(left + width)];
  chart.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
  if (width >= BRUSH_PX_MIN) onBrush?.(fromMs, untilMs);
}
