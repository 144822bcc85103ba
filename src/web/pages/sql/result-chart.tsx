import { useComputed, useSignal } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import { agentColor } from "../../base/agent-color.ts";
import { formatCount, UNKNOWN } from "../../base/format.ts";
import { visibleLine } from "../../base/visible-text.ts";
import type { Inks } from "../../plots/canvas.ts";
import { seriesHues } from "../../plots/chart-data.ts";
import { TIME_LABELS } from "../../plots/chart-options.ts";
import type { ResultChart } from "../../plots/result-chart.ts";
import { inks } from "../../state/inks.ts";

const AXIS_PX = 56;
const TILTED_PX = 96;
const NAME_CHARACTERS = 16;
/** What fits below a chart that is not wide. */
const LINE_CHARACTERS = 100;
const LEGEND_PX = 32;
/** How much of the place of a name its bars take. */
const BARS_SHARE = 0.8;
/** uPlot's word for positions and sizes on the axis, as opposed to pixels. */
const SCALE_VALUES = 1;

/** A result as lines or bars. What it shows stands in the table too. */
export function ResultChartView({ chart }: { readonly chart: ResultChart }) {
  const frame = useRef<HTMLDivElement>(null);
  const size = useSignal({ width: 0, height: 0 });
  const drawn = useComputed(() => ({ ...size.value, inks: inks.value }));
  useLayoutEffect(() => {
    const element = frame.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(() => {
      size.value = { width: element.clientWidth, height: element.clientHeight };
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  useEffect(() => {
    const { width, height } = drawn.value;
    if (frame.current === null || width === 0 || height <= LEGEND_PX) return undefined;
    const data = [chart.xs, ...chart.series.map(({ values }) => values)] as uPlot.AlignedData;
    const plot = new uPlot(
      optionsOf(chart, { width, height: height - LEGEND_PX }, drawn.value.inks),
      data,
      frame.current,
    );
    return () => plot.destroy();
  }, [chart, drawn.value]);
  const names = chart.series.map(({ name }) => visibleLine(name, 60)).join(", ");
  return (
    <>
      <div ref={frame} class="result-chart" role="img" aria-label={`${chart.kind} chart of ${names}`} />
      {chart.left > 0 && (
        <p class="result-note muted">
          {chart.left} more {chart.kind === "bar" ? "bars" : "lines"} are in the table only
        </p>
      )}
    </>
  );
}

function optionsOf(
  chart: ResultChart,
  size: { readonly width: number; readonly height: number },
  colours: Inks,
): uPlot.Options {
  const { kind, x, names, series } = chart;
  const hues = seriesHues(series.map(({ name }) => name));
  const axis = {
    font: colours.smallFont,
    stroke: colours.ink3,
    grid: { stroke: colours.line, width: 1 },
    ticks: { stroke: colours.line, width: 1 },
  };
  return {
    ...size,
    scales: { x: kind === "line" ? { time: true } : { time: false, range: [-0.6, names.length - 0.4] } },
    axes: [
      { ...axis, ...(kind === "line" ? { values: TIME_LABELS } : namesAxis(names)) },
      { ...axis, size: AXIS_PX, values: counts },
    ],
    legend: { live: true },
    cursor: { points: { size: 6 } },
    series: [
      {
        label: visibleLine(x, 60),
        value: kind === "line" ? "{YYYY}-{MM}-{DD} {HH}:{mm}:{ss}" : (_plot, at) => visibleLine(names[at] ?? "", 60),
      },
      ...series.map(({ name }, place) => {
        const color = agentColor(hues[place] as number, "solid", colours.isDark);
        return {
          label: visibleLine(name, 60),
          stroke: color,
          width: 1.5,
          value: (_plot: uPlot, value: number | null) => (value === null ? UNKNOWN : formatNumber(value)),
          ...(kind === "line" ? {} : barStyle(place, series.length, color)),
        };
      }),
    ],
  };
}

/** Names lie where there is room for them, else they are tilted. */
function namesAxis(names: readonly string[]): Partial<uPlot.Axis> {
  const isTilted = names.reduce((sum, { length }) => sum + Math.min(length, NAME_CHARACTERS) + 4, 0) > LINE_CHARACTERS;
  return {
    ...(isTilted ? { size: TILTED_PX, rotate: -40 } : {}),
    space: 18,
    splits: () => names.map((_, place) => place),
    values: () => names.map((name) => visibleLine(name, NAME_CHARACTERS)),
    grid: { show: false },
  };
}

/** Bars of several series stand side by side around their name. */
function barStyle(place: number, count: number, color: string): Partial<uPlot.Series> {
  const share = BARS_SHARE / count;
  const paths = uPlot.paths.bars?.({
    align: 1,
    disp: {
      x0: { unit: SCALE_VALUES, values: ({ data: [xs] }) => Array.from(xs, (x) => x - BARS_SHARE / 2 + place * share) },
      size: { unit: SCALE_VALUES, values: () => [share] },
    },
  });
  return { fill: color, width: 0, points: { show: false }, ...(paths === undefined ? {} : { paths }) };
}

function counts(_plot: uPlot, splits: number[]): string[] {
  return splits.map(formatNumber);
}

/** Counts short, small numbers with what counts in them. */
function formatNumber(value: number): string {
  return Math.abs(value) >= 1000 ? formatCount(value) : String(Number(value.toPrecision(4)));
}
