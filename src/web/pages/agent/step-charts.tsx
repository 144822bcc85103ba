import { type Signal, useComputed, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { formatInstantExact, formatShare, UNKNOWN } from "../../base/format.ts";
import { visibleLine } from "../../base/visible-text.ts";
import { drawStepChart, layerColor, type StepScene, stepFrame } from "../../plots/draw-step-chart.ts";
import { Plot } from "../../plots/plot.tsx";
import { highestOf, layerTotal, type StepChart, type StepLayer, type Steps, stepAtPx } from "../../plots/step-chart.ts";
import { inks } from "../../state/inks.ts";

export interface ChartDefinition {
  readonly id: string;
  readonly title: string;
  readonly hint: string;
  readonly chart: StepChart;
  /** What the legend says of the whole window: each layer's sum, its share of all layers, or a figure of its own. */
  readonly total: "sum" | "share" | "figure";
  readonly figures?: ReadonlyMap<string, number | undefined>;
  readonly format: (value: number) => string;
}

interface StepChartsProps {
  readonly label: string;
  readonly charts: readonly ChartDefinition[];
  readonly steps: Steps;
  readonly hue: number;
  /** The step that all charts point at. */
  readonly cursor: Signal<number | undefined>;
  /** Told the interval that was dragged over, or that Enter was pressed on. */
  readonly onBrush: (fromMs: number, untilMs: number) => void;
}

/** Charts over the same steps of time: pointing at one points at all; arrow keys move, a drag or Enter zooms. */
export function StepCharts({ label, charts, steps, hue, cursor, onBrush }: StepChartsProps) {
  const brush = useSignal<readonly [number, number] | undefined>(undefined);
  const zoom = (first: number, last: number) => {
    const at = (step: number) => steps.fromMs + step * steps.stepMs;
    cursor.value = undefined;
    onBrush(at(first), at(last + 1));
  };
  const press = (event: KeyboardEvent) => {
    const at = cursor.peek();
    const by = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (by !== 0) cursor.value = Math.min(steps.count - 1, Math.max(0, (at ?? (by > 0 ? -1 : steps.count)) + by));
    else if (event.key === "Enter" && at !== undefined) zoom(at, at);
    else if (event.key === "Escape" && at !== undefined) cursor.value = undefined;
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset brings a frame and a legend of its own
    <div
      class="step-charts"
      role="group"
      aria-label={`${label}: arrow keys move from step to step, Enter zooms in`}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: arrow keys move the cursor of the charts
      tabIndex={0}
      onKeyDown={press}
      onBlur={() => (cursor.value = undefined)}
    >
      {charts.map((definition) => (
        <OneChart key={definition.id} {...{ definition, steps, hue, cursor, brush, zoom }} />
      ))}
      <p class="unseen" role="status">
        {spoken(charts, steps, cursor.value)}
      </p>
    </div>
  );
}

interface OneChartProps {
  readonly definition: ChartDefinition;
  readonly steps: Steps;
  readonly hue: number;
  readonly cursor: Signal<number | undefined>;
  readonly brush: Signal<readonly [number, number] | undefined>;
  readonly zoom: (first: number, last: number) => void;
}

function OneChart({ definition, steps, hue, cursor, brush, zoom }: OneChartProps) {
  const { id, title, hint, chart, format } = definition;
  const drawn = useSignal({ chart, steps, format });
  useEffect(() => {
    drawn.value = { chart, steps, format };
  }, [chart, steps.fromMs, steps.stepMs, steps.count]);
  const scene = useRef(
    useComputed<StepScene>(() => ({
      ...drawn.value,
      ...{ hue, inks: inks.value, cursor: cursor.value, brush: sorted(brush.value) },
    })),
  ).current;
  const stepBelow = (event: PointerEvent) => {
    const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
    return stepAtPx(event.clientX - box.left, stepFrame(box), steps.count);
  };
  const down = (event: PointerEvent) => {
    const step = stepBelow(event);
    if (step === undefined || event.button !== 0) return;
    (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
    brush.value = [step, step];
  };
  const move = (event: PointerEvent) => {
    const step = stepBelow(event);
    cursor.value = step;
    const from = brush.peek()?.[0];
    if (from !== undefined && step !== undefined) brush.value = [from, step];
  };
  const up = () => {
    const over = sorted(brush.peek());
    brush.value = undefined;
    if (over !== undefined && over[1] > over[0]) zoom(...over);
  };
  return (
    <figure class="step-chart" data-chart={id} aria-label={title}>
      <figcaption>
        <strong data-tip={hint}>{title}</strong>
        <Legend definition={definition} steps={steps} hue={hue} cursor={cursor} />
      </figcaption>
      <div
        class="step-chart-plot"
        onPointerDown={down}
        onPointerMove={move}
        onPointerUp={up}
        onPointerCancel={() => (brush.value = undefined)}
        onPointerLeave={() => (cursor.value = undefined)}
      >
        <Plot scene={scene} draw={drawStepChart} />
        {isBare(chart, steps.count) && <span class="step-chart-nothing muted">nothing in this window</span>}
      </div>
    </figure>
  );
}

/** Nothing to see: no bar, and not one known value on a line, where 0 is a value. */
function isBare({ shape, layers }: StepChart, count: number): boolean {
  if (shape === "stack") return highestOf({ shape, layers }, count) === 0;
  return layers.every(({ values }) => values.slice(0, count).every((value) => value === undefined));
}

function sorted(pair: readonly [number, number] | undefined): readonly [number, number] | undefined {
  return pair && [Math.min(...pair), Math.max(...pair)];
}

type LegendProps = Pick<OneChartProps, "definition" | "steps" | "hue" | "cursor">;

/** What the layers are: at the cursor, or over the window. */
function Legend({ definition, steps, hue, cursor }: LegendProps) {
  const step = cursor.value;
  const { layers } = definition.chart;
  return (
    <span class="step-chart-legend">
      {step !== undefined && <time class="unseen">{clockOf(steps, step)}</time>}
      {layers.map((layer) => (
        <span key={layer.label} class="step-chart-key">
          <i style={{ background: layerColor(layer.paint, hue, inks.value) }} aria-hidden="true" />
          <span class="foreign cut">{visibleLine(layer.label, 40)}</span>
          <span class="number">{valueText(definition, layer, step)}</span>
        </span>
      ))}
    </span>
  );
}

function valueText(definition: ChartDefinition, layer: StepLayer, step: number | undefined): string {
  const { chart, total, figures, format } = definition;
  const shown = (one: StepLayer) => (step === undefined ? layerTotal(one) : one.values[step]);
  const value = total === "figure" && step === undefined ? figures?.get(layer.label) : shown(layer);
  if (value === undefined) return UNKNOWN;
  if (total !== "share") return format(value);
  const all = chart.layers.reduce((sum, one) => sum + (shown(one) ?? 0), 0);
  return all === 0 ? UNKNOWN : formatShare(value / all);
}

function clockOf({ fromMs, stepMs }: Steps, step: number): string {
  return formatInstantExact(new Date(fromMs + step * stepMs).toISOString()).slice(0, 16);
}

/** The step at the cursor, for those who do not see it. */
function spoken(charts: readonly ChartDefinition[], steps: Steps, step: number | undefined): string {
  if (step === undefined) return "";
  const parts = charts.map((definition) => {
    const texts = definition.chart.layers.map((layer) => `${layer.label} ${valueText(definition, layer, step)}`);
    return `${definition.title}: ${texts.join(", ")}`;
  });
  return `${clockOf(steps, step)}. ${parts.join(". ")}`;
}
