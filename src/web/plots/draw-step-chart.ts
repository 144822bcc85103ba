import { agentColor } from "../base/agent-color.ts";
import type { Context, Inks, Size } from "./canvas.ts";
import { highestOf, type LayerPaint, type StepChart, type StepFrame, type Steps, valueTicks } from "./step-chart.ts";
import { trendInstant, trendLabels } from "./trend-bars.ts";

export interface StepScene {
  readonly chart: StepChart;
  readonly steps: Steps;
  /** The hue of the agent that the chart is about. */
  readonly hue: number;
  readonly inks: Inks;
  readonly format: (value: number) => string;
  /** The step that all charts point at. */
  readonly cursor: number | undefined;
  /** Steps that are dragged over. */
  readonly brush: readonly [first: number, last: number] | undefined;
}

const LEFT_PX = 52;
const BOTTOM_PX = 20;
const TOP_PX = 6;
const TIME_LABEL_PX = 96;
const LINE_PX = 1.5;
const POINTED_PADDING_PX = 8;

export function stepFrame({ width, height }: Size): StepFrame {
  return {
    ...{ left: LEFT_PX, top: TOP_PX },
    width: Math.max(1, width - LEFT_PX),
    height: Math.max(1, height - TOP_PX - BOTTOM_PX),
  };
}

export function layerColor(paint: LayerPaint, hue: number, inks: Inks): string {
  if ("shade" in paint) return agentColor(hue, paint.shade, inks.isDark);
  if ("hue" in paint) return agentColor(paint.hue, "solid", inks.isDark);
  return inks[paint.ink];
}

/** Axes, layers and the cursor. */
export function drawStepChart(context: Context, size: Size, scene: StepScene): void {
  const frame = stepFrame(size);
  const ticks = valueTicks(highestOf(scene.chart, scene.steps.count));
  const top = ticks.at(-1) as number;
  const y = (value: number) => frame.top + frame.height * (1 - value / top);
  drawAxes(context, frame, scene, ticks, y);
  drawCursor(context, frame, scene);
  if (scene.chart.shape === "stack") drawStack(context, frame, scene, y);
  else drawLines(context, frame, scene, y);
}

function drawAxes(
  context: Context,
  { left, top, width, height }: StepFrame,
  { inks, steps, format, cursor }: StepScene,
  ticks: readonly number[],
  y: (value: number) => number,
): void {
  context.font = inks.smallFont;
  context.textBaseline = "middle";
  context.textAlign = "right";
  for (const tick of ticks) {
    context.fillStyle = inks.line;
    context.fillRect(left, Math.round(y(tick)), width, 1);
    context.fillStyle = inks.ink3;
    context.fillText(format(tick), left - 6, y(tick));
  }
  context.textBaseline = "top";
  const labels = trendLabels(
    steps.fromMs,
    steps.fromMs + steps.count * steps.stepMs,
    Math.max(2, Math.round(width / TIME_LABEL_PX)),
  );
  for (const { share, text } of labels) {
    const half = context.measureText(text).width / 2;
    const x = Math.min(Math.max(share * width, half), width - half);
    context.textAlign = "center";
    context.fillText(text, left + x, top + height + 6);
  }
  drawPointedTime(context, { left, top, width, height }, steps, { cursor, inks });
  context.textAlign = "left";
}

/** The time of the step that is pointed at, over the axis: elsewhere it would need room that it does not have. */
function drawPointedTime(
  context: Context,
  { left, top, width, height }: StepFrame,
  { fromMs, stepMs, count }: Steps,
  { cursor, inks }: Pick<StepScene, "cursor" | "inks">,
): void {
  if (cursor === undefined) return;
  const text = trendInstant(fromMs + cursor * stepMs, count * stepMs);
  const half = context.measureText(text).width / 2 + POINTED_PADDING_PX;
  const x = left + Math.min(Math.max(((cursor + 0.5) / count) * width, half), width - half);
  context.fillStyle = inks.ground;
  context.fillRect(x - half, top + height + 2, 2 * half, BOTTOM_PX - 2);
  context.fillStyle = inks.ink;
  context.fillText(text, x, top + height + 6);
}

function drawCursor(
  context: Context,
  { left, top, width, height }: StepFrame,
  { cursor, brush, steps, inks }: StepScene,
): void {
  const perStep = width / steps.count;
  if (brush !== undefined) {
    context.fillStyle = inks.accentGround;
    context.fillRect(left + brush[0] * perStep, top, (brush[1] - brush[0] + 1) * perStep, height);
  }
  if (cursor === undefined) return;
  context.fillStyle = inks.hover;
  context.fillRect(left + cursor * perStep, top, Math.max(1, perStep), height);
  context.fillStyle = inks.lineStrong;
  context.fillRect(Math.round(left + (cursor + 0.5) * perStep), top, 1, height);
}

function drawStack(
  context: Context,
  { left, width }: StepFrame,
  { chart, steps, hue, inks }: StepScene,
  y: (value: number) => number,
): void {
  const perStep = width / steps.count;
  const gap = perStep > 4 ? 1 : 0;
  const sums = new Float64Array(steps.count);
  for (const { paint, values } of chart.layers) {
    context.fillStyle = layerColor(paint, hue, inks);
    for (let step = 0; step < steps.count; step++) {
      const value = values[step];
      if (value === undefined || value <= 0) continue;
      const below = sums[step] as number;
      sums[step] = below + value;
      const from = y(below + value);
      context.fillRect(left + step * perStep, from, Math.max(1, perStep - gap), Math.max(0.5, y(below) - from));
    }
  }
}

/** A value between two that are not known is a dot. */
function drawLines(
  context: Context,
  { left, width }: StepFrame,
  { chart, steps, hue, inks }: StepScene,
  y: (value: number) => number,
): void {
  const perStep = width / steps.count;
  const x = (step: number) => left + (step + 0.5) * perStep;
  context.lineWidth = LINE_PX;
  context.lineJoin = "round";
  for (const { paint, values } of chart.layers.toReversed()) {
    context.strokeStyle = layerColor(paint, hue, inks);
    context.fillStyle = context.strokeStyle;
    context.beginPath();
    for (let step = 0; step < steps.count; step++) {
      const value = values[step];
      if (value === undefined) continue;
      if (values[step - 1] === undefined) {
        context.moveTo(x(step), y(value));
        if (values[step + 1] === undefined) context.rect(x(step) - 1, y(value) - 1, 2, 2);
      } else context.lineTo(x(step), y(value));
    }
    context.stroke();
  }
}
