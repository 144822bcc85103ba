import { type Signal, useSignal } from "@preact/signals";
import { useMemo, useRef } from "preact/hooks";
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
  stepAt,
} from "../../plots/chart-data.ts";
import { chartData, chartOptions } from "../../plots/chart-options.ts";
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
  readonly shape: "lines" | "bars";
  /** Values of whole series by their label: shown while nothing is pointed at, instead of the last ones. */
  readonly totals?: ReadonlyMap<string, number | undefined>;
}

/** More lines nobody tells apart. */
export const DRAWN_MAX = 12;

/** Lines or bars over time, with a legend that is a table: the values below the pointer, else the last ones. */
export function TimeChart(props: TimeChartProps) {
  const { series, window, shape, format, onBrush } = props;
  const own = useSignal<number | undefined>(undefined);
  const cursor = props.cursor ?? own;
  const drawn = useMemo(() => largestSeries(series, DRAWN_MAX), [series]);
  const columns = useMemo(() => chartColumns(drawn, window), [drawn, window]);
  const data = useMemo(() => chartData(columns), [columns]);
  const hues = seriesHues(drawn.map(({ label }) => label));
  const latest = useRef({ window, format, onBrush });
  latest.current = { window, format, onBrush };
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
              ...{ inks: look, hues, shape, onStep },
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
        {...{ hues, columns, cursor, window, format }}
        totals={props.totals}
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
  /** Series that are not drawn. */
  readonly left: number;
}

function ChartLegend({ labels, hues, columns, cursor, window, format, totals, left }: ChartLegendProps) {
  const { isDark } = inks.value;
  const { atMs, values } = columns;
  const step = stepAt(atMs, window, cursor.value);
  const at = step === undefined ? undefined : atMs[step];
  const shown = (label: string, column: readonly (number | undefined)[]) => {
    if (step !== undefined) return column[step];
    return totals === undefined ? column.findLast((value) => value !== undefined) : totals.get(label);
  };
  const title = totals === undefined ? "Last values" : "Over the window";
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be scrolled by keyboard too
    <section class="time-chart-legend" aria-label="Legend" tabIndex={0}>
      <table>
        <caption class="muted">{at === undefined ? title : formatInstantExact(new Date(at).toISOString())}</caption>
        <tbody>
          {labels.map((label, i) => (
            <tr key={label}>
              <th scope="row">
                <i style={{ background: agentColor(hues[i] as number, "solid", isDark) }} />
                <span class="foreign cut">{visibleLine(label, 120)}</span>
              </th>
              <td class="number">{format(shown(label, values[i] ?? []))}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {left > 0 && <p class="muted">{left} smaller ones are not drawn.</p>}
    </section>
  );
}

/** The step at the cursor, for those who do not see it. */
function SpokenStep({ labels, columns, cursor, window, format }: Omit<ChartLegendProps, "hues" | "totals" | "left">) {
  const step = stepAt(columns.atMs, window, cursor.value);
  const at = step === undefined ? undefined : columns.atMs[step];
  const values = labels.map((label, i) => `${label} ${format(columns.values[i]?.[step ?? 0])}`);
  return (
    <p class="unseen" role="status">
      {at !== undefined && `${formatInstantExact(new Date(at).toISOString())}. ${values.join(", ")}`}
    </p>
  );
}
