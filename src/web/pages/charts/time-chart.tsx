import { type Signal, useSignal } from "@preact/signals";
import { useMemo, useRef } from "preact/hooks";
import { agentColor } from "../../base/agent-color.ts";
import { formatStep } from "../../base/format.ts";
import { visibleLine } from "../../base/visible-text.ts";
import { barLayout } from "../../plots/bar-layout.ts";
import {
  type ChartColumns,
  type ChartSeries,
  type ChartWindow,
  chartColumns,
  largestSeries,
  seriesHues,
  stepAt,
} from "../../plots/chart-data.ts";
import { barData, chartData, chartOptions } from "../../plots/chart-options.ts";
import { inks } from "../../state/inks.ts";
import { ChartFrame } from "./chart-frame.tsx";
import { pressStepKey, STEP_KEYS } from "./step-keys.ts";

/** What charts over time have in common. */
export interface ChartProps {
  readonly label: string;
  readonly window: ChartWindow;
  readonly format: (value: number | undefined) => string;
  /** Told the interval that was dragged over; without it nothing can be. */
  readonly onBrush?: (fromMs: number, untilMs: number) => void;
  /** The instant that is pointed at, where several charts share it. */
  readonly cursor?: Signal<number | undefined>;
}

interface TimeChartProps extends ChartProps {
  readonly series: readonly ChartSeries[];
  /** Bars that may be added stand on each other, others side by side. */
  readonly shape: "lines" | "bars" | "stacked bars";
  /** Values of whole series by their label: shown while nothing is pointed at, instead of the last ones. */
  readonly totals?: ReadonlyMap<string, number | undefined>;
}

/** More lines nobody tells apart, and bars of more side by side have no width. */
export const DRAWN_MAX = 12;
const SIDE_BY_SIDE_MAX = 6;

/** Lines or bars over time, with a legend that is a table: the values below the pointer, else the last ones. */
export function TimeChart(props: TimeChartProps) {
  const { series, window, shape, format, onBrush } = props;
  const own = useSignal<number | undefined>(undefined);
  const cursor = props.cursor ?? own;
  const pointed = useSignal<number | undefined>(undefined);
  const isStacked = shape === "stacked bars";
  const most = shape === "bars" ? SIDE_BY_SIDE_MAX : DRAWN_MAX;
  const drawn = useMemo(() => largestSeries(series, most), [series, most]);
  const columns = useMemo(() => chartColumns(drawn, window), [drawn, window]);
  const bars = useMemo(
    () => (shape === "lines" ? undefined : barLayout(columns.values, isStacked)),
    [columns, shape, isStacked],
  );
  const data = useMemo(() => (bars === undefined ? chartData(columns) : barData(columns, bars)), [columns, bars]);
  const hues = seriesHues(drawn.map(({ label }) => label));
  const latest = useRef({ window, format, onBrush, bars });
  latest.current = { window, format, onBrush, bars };
  const look = inks.value;
  return (
    <figure
      class="time-chart"
      aria-label={props.label}
      aria-description={STEP_KEYS}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: arrow keys move the cursor of the chart
      tabIndex={0}
      onKeyDown={(event) => pressStepKey(event, { ...{ cursor, window, onBrush }, atMs: columns.atMs })}
      onBlur={() => (cursor.value = undefined)}
    >
      <ChartFrame
        look={[shape, look.isDark, look.font, hues.join(), onBrush === undefined].join(" ")}
        data={data}
        cursor={cursor}
        options={(size, onStep) =>
          chartOptions(
            {
              ...{ inks: look, hues, onStep },
              bars: shape === "lines" ? undefined : () => latest.current.bars ?? [],
              onSeries: (index) => {
                pointed.value = index;
              },
              format: (value) => latest.current.format(value),
              window: () => latest.current.window,
              onBrush: onBrush && ((fromMs, untilMs) => latest.current.onBrush?.(fromMs, untilMs)),
            },
            size,
          )
        }
      />
      <ChartLegend
        labels={drawn.map(({ label }) => label)}
        {...{ hues, columns, cursor, window, format, pointed }}
        totals={props.totals}
        isStacked={isStacked && drawn.length > 1}
        left={series.length - drawn.length}
      />
      <SpokenStep labels={drawn.map(({ label }) => label)} {...{ columns, cursor, window, format }} />
    </figure>
  );
}

interface ChartLegendProps extends Pick<TimeChartProps, "window" | "format"> {
  readonly labels: readonly string[];
  readonly hues: readonly number[];
  readonly columns: ChartColumns;
  readonly cursor: Signal<number | undefined>;
  readonly totals: TimeChartProps["totals"];
  /** The series that is pointed at. */
  readonly pointed: Signal<number | undefined>;
  readonly isStacked: boolean;
  /** Series that are not drawn. */
  readonly left: number;
}

function ChartLegend({ labels, hues, columns, cursor, window, format, totals, left, ...more }: ChartLegendProps) {
  const { isDark } = inks.value;
  const { atMs, values } = columns;
  const step = stepAt(atMs, window, cursor.value);
  const at = step === undefined ? undefined : atMs[step];
  const pointed = step === undefined ? undefined : more.pointed.value;
  const shown = (label: string, column: readonly (number | undefined)[]) => {
    if (step !== undefined) return column[step];
    return totals === undefined ? column.findLast((value) => value !== undefined) : totals.get(label);
  };
  const title = totals === undefined ? "Last values" : "Over the window";
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be scrolled by keyboard too
    <section class="time-chart-legend" aria-label="Legend" tabIndex={0}>
      <table>
        <caption class="muted">{at === undefined ? title : formatStep(at, window.stepMs)}</caption>
        <tbody>
          {labels.map((label, i) => (
            <tr key={label} class={i === pointed ? "pointed" : undefined}>
              <th scope="row">
                <i style={{ background: agentColor(hues[i] as number, "solid", isDark) }} />
                <span class="foreign cut" title={visibleLine(label, 500)}>
                  {visibleLine(label, 120)}
                </span>
              </th>
              <td class="number">{format(shown(label, values[i] ?? []))}</td>
            </tr>
          ))}
          {more.isStacked && step !== undefined && (
            <tr class="time-chart-together">
              <th scope="row">Together</th>
              <td class="number">{format(sumOf(values.map((column) => column[step])))}</td>
            </tr>
          )}
        </tbody>
      </table>
      {left > 0 && <p class="muted">{left} smaller ones are not drawn.</p>}
    </section>
  );
}

/** Undefined when none is known. */
function sumOf(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? undefined : known.reduce((sum, value) => sum + value, 0);
}

type SpokenStepProps = Pick<ChartLegendProps, "labels" | "columns" | "cursor" | "window" | "format">;

/** The step at the cursor, for those who do not see it. */
function SpokenStep({ labels, columns, cursor, window, format }: SpokenStepProps) {
  const step = stepAt(columns.atMs, window, cursor.value);
  const at = step === undefined ? undefined : columns.atMs[step];
  const values = labels.map((label, i) => `${label} ${format(columns.values[i]?.[step ?? 0])}`);
  return (
    <p class="unseen" role="status">
      {at !== undefined && `${formatStep(at, window.stepMs)}. ${values.join(", ")}`}
    </p>
  );
}
