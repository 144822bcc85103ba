import { type Signal, useSignal } from "@preact/signals";
import { useMemo, useRef } from "preact/hooks";
import { formatCount, formatCounted, formatStep } from "../../base/format.ts";
import { chartColumns, stepAt } from "../../plots/chart-data.ts";
import { heatData, heatOptions } from "../../plots/heat-options.ts";
import { type CountedStep, type HeatBand, type ValueHeat, valueHeat } from "../../plots/value-heat.ts";
import { inks } from "../../state/inks.ts";
import { ChartFrame } from "./chart-frame.tsx";
import { pressStepKey, STEP_KEYS } from "./step-keys.ts";
import type { ChartProps } from "./time-chart.tsx";

interface HeatChartProps extends ChartProps {
  readonly steps: readonly CountedStep[];
}

/** How many values of which size fell into which step, with a legend that is a table: of one step, else of all. */
export function HeatChart(props: HeatChartProps) {
  const { steps, window, format, onBrush } = props;
  const own = useSignal<number | undefined>(undefined);
  const cursor = props.cursor ?? own;
  const band = useSignal<number | undefined>(undefined);
  const heat = useMemo(() => valueHeat(steps), [steps]);
  const atMs = useMemo(() => chartColumns([], window).atMs, [window]);
  const data = useMemo(() => heatData(atMs), [atMs, heat]);
  const latest = useRef({ heat, window, format, onBrush });
  latest.current = { heat, window, format, onBrush };
  const onRise = (by: number) => {
    const from = band.peek() ?? (by > 0 ? -1 : heat.bands.length);
    band.value = Math.min(heat.bands.length - 1, Math.max(0, from + by));
    if (cursor.peek() === undefined) cursor.value = atMs.at(-1);
  };
  const look = inks.value;
  return (
    <figure
      class="time-chart"
      aria-label={props.label}
      aria-description={STEP_KEYS}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: arrow keys move from cell to cell
      tabIndex={0}
      onKeyDown={(event) => pressStepKey(event, { cursor, atMs, window, onBrush, onRise })}
      onBlur={() => {
        cursor.value = undefined;
        band.value = undefined;
      }}
    >
      <ChartFrame
        look={[look.isDark, look.font, onBrush === undefined].join(" ")}
        data={data}
        cursor={cursor}
        options={(size, onStep) =>
          heatOptions(
            {
              ...{ inks: look, onStep },
              format: (value) => latest.current.format(value),
              heat: () => latest.current.heat,
              window: () => latest.current.window,
              onBand: (index) => {
                band.value = index;
              },
              onBrush: onBrush && ((fromMs, untilMs) => latest.current.onBrush?.(fromMs, untilMs)),
            },
            size,
          )
        }
      />
      <HeatLegend {...{ heat, atMs, cursor, band, window, format }} />
    </figure>
  );
}

interface HeatLegendProps extends Pick<HeatChartProps, "window" | "format"> {
  readonly heat: ValueHeat;
  readonly atMs: readonly number[];
  readonly cursor: Signal<number | undefined>;
  readonly band: Signal<number | undefined>;
}

function HeatLegend({ heat, atMs, cursor, band, window, format }: HeatLegendProps) {
  const step = stepAt(atMs, window, cursor.value);
  const at = step === undefined ? undefined : atMs[step];
  const counts = countsOf(heat, window.stepMs, at);
  const pointed = band.value;
  const title = (index: number) => bandTitle(heat.bands[index] as HeatBand, format);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be scrolled by keyboard too
    <section class="time-chart-legend heat-legend" aria-label="Legend" tabIndex={0}>
      {heat.mostCount > 1 && (
        <p class="heat-scale muted" aria-hidden="true">
          1<i />
          {formatCount(heat.mostCount)}
        </p>
      )}
      <p class="heat-pointed" role="status">
        {at !== undefined && pointed !== undefined && pointed < heat.bands.length
          ? `${title(pointed)}: ${formatCounted(counts.get(pointed) ?? 0, "value")}`
          : heat.mostCount > 1
            ? "Stronger: more values in the step"
            : "One value in each cell"}
      </p>
      <table>
        <caption class="muted">{at === undefined ? "Over the window" : formatStep(at, window.stepMs)}</caption>
        <tbody>
          {[...counts]
            .sort(([a], [b]) => b - a)
            .map(([index, count]) => (
              <tr key={index} class={index === pointed ? "pointed" : ""}>
                <th scope="row">{title(index)}</th>
                <td class="number">{formatCount(count)}</td>
              </tr>
            ))}
        </tbody>
      </table>
    </section>
  );
}

/** Counts by band: of one step, or of all. */
function countsOf({ cells }: ValueHeat, stepMs: number, at: number | undefined): Map<number, number> {
  const counts = new Map<number, number>();
  for (const { atMs, band, count } of cells) {
    if (at !== undefined && Math.floor(atMs / stepMs) !== Math.floor(at / stepMs)) continue;
    counts.set(band, (counts.get(band) ?? 0) + count);
  }
  return counts;
}

/** `250 ms – 500 ms`, `up to 5 ms`, `over 10 s`. */
function bandTitle({ low, high }: HeatBand, format: HeatChartProps["format"]): string {
  if (low === high) return format(low);
  if (low === undefined) return `up to ${format(high)}`;
  return high === undefined ? `over ${format(low)}` : `${format(low)} – ${format(high)}`;
}
