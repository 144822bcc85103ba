import { type Signal, useSignal } from "@preact/signals";
import { useLayoutEffect, useMemo, useRef } from "preact/hooks";
import uPlot from "uplot";
import { agentColor } from "../../base/agent-color.ts";
import { formatInstantExact } from "../../base/format.ts";
import { visibleLine } from "../../base/visible-text.ts";
import {
  type ChartColumns,
  type ChartSeries,
  type ChartWindow,
  chartColumns,
  largestSeries,
  seriesHues,
} from "../../plots/chart-data.ts";
import { chartData, chartOptions } from "../../plots/chart-options.ts";
import { inks } from "../../state/inks.ts";

interface TimeChartProps {
  readonly label: string;
  readonly series: readonly ChartSeries[];
  readonly window: ChartWindow;
  readonly shape: "lines" | "bars";
  readonly format: (value: number | undefined) => string;
  /** Told the interval that was dragged over; without it nothing can be. */
  readonly onBrush?: (fromMs: number, untilMs: number) => void;
}

/** More lines nobody tells apart. */
export const DRAWN_MAX = 12;

/** Lines or bars over time, with a legend that is a table: the values below the pointer, else the last ones. */
export function TimeChart(props: TimeChartProps) {
  const { series, window, format } = props;
  const step = useSignal<number | undefined>(undefined);
  const drawn = useMemo(() => largestSeries(series, DRAWN_MAX), [series]);
  const columns = useMemo(() => chartColumns(drawn, window), [drawn, window]);
  const hues = seriesHues(drawn.map(({ label }) => label));
  return (
    <figure class="time-chart" aria-label={props.label}>
      <Drawing {...props} columns={columns} hues={hues} step={step} />
      <ChartLegend
        labels={drawn.map(({ label }) => label)}
        hues={hues}
        columns={columns}
        step={step}
        format={format}
        left={series.length - drawn.length}
      />
    </figure>
  );
}

interface DrawingProps extends TimeChartProps {
  readonly columns: ChartColumns;
  readonly hues: readonly number[];
  readonly step: Signal<number | undefined>;
}

/** The canvas: made anew when its look changes, else only given other data, so that a drag outlives a refresh. */
function Drawing({ columns, hues, step, window, shape, format, onBrush }: DrawingProps) {
  const frame = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot | undefined>(undefined);
  const latest = useRef({ columns, window, format, onBrush });
  latest.current = { columns, window, format, onBrush };
  const look = inks.value;
  useLayoutEffect(() => {
    const element = frame.current;
    if (element === null) return undefined;
    const size = () => ({ width: element.clientWidth, height: element.clientHeight });
    const options = chartOptions(
      {
        ...{ inks: look, hues, shape },
        format: (value) => latest.current.format(value),
        window: () => latest.current.window,
        onStep: (index) => {
          step.value = index;
        },
        onBrush: onBrush && ((fromMs, untilMs) => latest.current.onBrush?.(fromMs, untilMs)),
      },
      size(),
    );
    const made = new uPlot(options, chartData(latest.current.columns), element);
    chart.current = made;
    const observer = new ResizeObserver(() => made.setSize(size()));
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.destroy();
      chart.current = undefined;
    };
  }, [look, hues.join(), shape, onBrush === undefined]);
  useLayoutEffect(() => chart.current?.setData(chartData(columns)), [columns, format]);
  return <div ref={frame} class="time-chart-drawing" aria-hidden="true" />;
}

interface ChartLegendProps {
  readonly labels: readonly string[];
  readonly hues: readonly number[];
  readonly columns: ChartColumns;
  readonly step: Signal<number | undefined>;
  readonly format: (value: number | undefined) => string;
  /** Series that are not drawn. */
  readonly left: number;
}

function ChartLegend({ labels, hues, columns: { atMs, values }, step, format, left }: ChartLegendProps) {
  const { isDark } = inks.value;
  const at = step.value === undefined ? undefined : atMs[step.value];
  const shown = (column: readonly (number | undefined)[]) =>
    step.value === undefined ? column.findLast((value) => value !== undefined) : column[step.value];
  return (
    <div class="time-chart-legend">
      <table>
        <caption class="muted">
          {at === undefined ? "Last values" : formatInstantExact(new Date(at).toISOString())}
        </caption>
        <tbody>
          {labels.map((label, i) => (
            <tr key={label}>
              <th scope="row">
                <i style={{ background: agentColor(hues[i] as number, "solid", isDark) }} />
                <span class="foreign cut">{visibleLine(label, 120)}</span>
              </th>
              <td class="number">{format(shown(values[i] ?? []))}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {left > 0 && <p class="muted">{left} smaller ones are not drawn.</p>}
    </div>
  );
}
