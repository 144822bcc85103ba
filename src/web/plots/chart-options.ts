// How a chart looks and answers the pointer, as uPlot wants it said.

import uPlot from "uplot";
import { agentColor } from "../base/agent-color.ts";
import { type BarLayout, barAt } from "./bar-layout.ts";
import type { Inks, Size } from "./canvas.ts";
import { type ChartColumns, type ChartWindow, joinedHoles } from "./chart-data.ts";
import { barPaths, stepGapPx } from "./draw-bar-chart.ts";

export interface ChartLook {
  readonly inks: Inks;
  /** One a series. */
  readonly hues: readonly number[];
  /** Where bars stand, read whenever data are set; undefined: lines. */
  readonly bars: (() => BarLayout) | undefined;
  /** The series whose bar is below the pointer. */
  readonly onSeries?: (index: number | undefined) => void;
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
/** Multiples of a step that the labels of an axis must tell exactly. */
const TICKS_TOLD = 8;
/** Of a step: positions in pixels and back are not exact. */
const STEP_TOLERANCE = 1e-3;
/** How far apart the ticks of values may be. */
const VALUE_STEPS = Array.from({ length: 24 }, (_, i) => 10 ** (i - 9)).flatMap((decade) =>
  [1, 2, 2.5, 5].map((times) => Number((times * decade).toPrecision(2))),
);
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

/** The same of bars: what they reach to. */
export function barData({ atMs }: ChartColumns, bars: BarLayout): uPlot.AlignedData {
  return [atMs.map((at) => at / MS_PER_S), ...bars.map((column) => column.map((bar) => bar?.to ?? null))];
}

function withBreaks(column: readonly (number | undefined)[]): (number | null | undefined)[] {
  const joined = joinedHoles(column);
  return column.map((value, i) => (value === undefined && !joined[i] ? null : value));
}

export function chartOptions(look: ChartLook, { width, height }: Size): uPlot.Options {
  const { bars, window } = look;
  return {
    ...{ width, height },
    legend: { show: false },
    cursor: {
      ...{ x: bars === undefined, y: false },
      drag: { x: look.onBrush !== undefined, y: false, setScale: false },
      points: { show: bars === undefined, size: 6 },
    },
    scales: {
      x: { time: true, range: () => xRange(look.window()) },
      y: { range: (_chart, least, largest) => yRange(least, largest) },
    },
    axes: [timeAxis(look.inks), valueAxis(look)],
    series: [{}, ...look.hues.map((_, index) => seriesLook(look, index))],
    hooks: {
      setCursor: [
        (chart) => look.onStep(bars === undefined ? nearestStep(chart) : stepBelow(chart, window())),
        ...(bars === undefined ? [] : [stepShade(look), (chart: uPlot) => look.onSeries?.(seriesBelow(chart, look))]),
      ],
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
export function stepBelow(chart: uPlot, { stepMs }: ChartWindow): number | undefined {
  const nearest = nearestStep(chart);
  if (nearest === undefined) return undefined;
  const pointedS = chart.posToVal(chart.cursor.left ?? 0, "x") + (stepMs / MS_PER_S) * STEP_TOLERANCE;
  return (chart.data[0][nearest] ?? 0) > pointedS ? Math.max(0, nearest - 1) : nearest;
}

/** Shades the step that is pointed at, over its whole width. */
function stepShade({ window }: ChartLook): (chart: uPlot) => void {
  const shade = document.createElement("i");
  shade.className = "time-chart-step";
  return (chart) => {
    if (shade.parentElement !== chart.over) chart.over.prepend(shade);
    const step = stepBelow(chart, window());
    shade.hidden = step === undefined;
    if (step === undefined) return;
    const atS = chart.data[0][step] ?? 0;
    const left = chart.valToPos(atS, "x");
    const stepPx = chart.valToPos(atS + window().stepMs / MS_PER_S, "x") - left;
    shade.style.left = `${left - stepGapPx(stepPx) / 2}px`;
    shade.style.width = `${stepPx}px`;
  };
}

function seriesBelow(chart: uPlot, { bars, window }: ChartLook): number | undefined {
  const step = stepBelow(chart, window());
  const { left = -1, top = -1 } = chart.cursor;
  if (bars === undefined || step === undefined || top < 0) return undefined;
  const begin = chart.valToPos(chart.data[0][step] ?? 0, "x");
  const stepPx = chart.valToPos((chart.data[0][step] ?? 0) + window().stepMs / MS_PER_S, "x") - begin;
  return barAt(bars(), step, (left - begin) / (stepPx - stepGapPx(stepPx)), chart.posToVal(top, "y"));
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
    values: (_chart, splits) => withoutRepeats(splits.map((value) => (value === 0 ? "0" : format(value)))),
    grid: { stroke: line, width: 1 },
    ticks: { show: false },
  };
}

/** Whether ticks so far apart are told as they are: `0.1 %` at 0.05 %, or `11 / h` at 10.5 / h, would be a lie. */
export function isTold(step: number, format: ChartLook["format"]): boolean {
  const labels = Array.from({ length: TICKS_TOLD }, (_, i) => format((i + 1) * step));
  const [first = ""] = labels;
  const isExact = (label: string, i: number) =>
    unitOf(label) !== unitOf(first) || Math.abs(numberOf(label) - (i + 1) * numberOf(first)) < 1e-9 * numberOf(label);
  return new Set([format(0), ...labels]).size === labels.length + 1 && labels.every(isExact);
}

const LABEL_NUMBER = /\d[\d,.]*/;
const numberOf = (label: string) => Number(LABEL_NUMBER.exec(label)?.[0].replaceAll(",", ""));
const unitOf = (label: string) => label.replace(LABEL_NUMBER, "");

/** Labels, each once: of two ticks that round to the same text the lower one keeps it. */
function withoutRepeats(labels: readonly string[]): string[] {
  return labels.map((label, i) => (label === labels[i - 1] ? "" : label));
}

function seriesLook(look: ChartLook, index: number): uPlot.Series {
  const { isDark } = look.inks;
  const color = agentColor(look.hues[index] as number, "solid", isDark);
  if (look.bars !== undefined) {
    const paths = barPaths(look.bars, () => look.window().stepMs / MS_PER_S);
    return { fill: color, width: 0, points: { show: false }, paths };
  }
  return { stroke: color, width: 1.5, points: { show: true, size: 4, width: 0, fill: color, filter: lonelyPoints } };
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
