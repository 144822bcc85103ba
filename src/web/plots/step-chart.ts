// Values by step of time as stacked bars or as lines: scale, ticks, and what lies below a point. Pure.

import type { AgentShade } from "../base/agent-color.ts";

/** What a layer is painted with: a shade of the chart's own agent, a hue of its own, or an ink of the page. */
export type LayerPaint =
  | { readonly shade: AgentShade }
  | { readonly hue: number }
  | { readonly ink: "fail" | "ink2" | "ink3" | "lineStrong" };

export interface StepLayer {
  readonly label: string;
  readonly paint: LayerPaint;
  /** By step; undefined: nothing was measured. */
  readonly values: readonly (number | undefined)[];
}

export interface StepChart {
  readonly shape: "stack" | "lines";
  /** From the bottom up. */
  readonly layers: readonly StepLayer[];
}

/** Steps of time of equal length, and where they begin. */
export interface Steps {
  readonly fromMs: number;
  readonly stepMs: number;
  readonly count: number;
}

/** Of the drawing, in pixels: the plot itself without its axes. */
export interface StepFrame {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

const NICE = [1, 2, 2.5, 5, 10];
const TICKS = 3;

/** The steps that a window touches; they begin at multiples of their length. */
export function stepsOf({ since, until, stepMs }: { since: string; until: string; stepMs: number }): Steps {
  const first = Math.floor(Date.parse(since) / stepMs);
  const last = Math.floor((Date.parse(until) - 1) / stepMs);
  return { fromMs: first * stepMs, stepMs, count: Math.max(0, last - first + 1) };
}

/** The highest value that is drawn: of stacks, their sum. */
export function highestOf({ shape, layers }: StepChart, count: number): number {
  let highest = 0;
  for (let step = 0; step < count; step++) {
    let sum = 0;
    for (const { values } of layers) {
      const value = values[step] ?? 0;
      sum += value;
      highest = Math.max(highest, shape === "stack" ? sum : value);
    }
  }
  return highest;
}

/** Round values from 0 up, the last one not below the highest value. */
export function valueTicks(highest: number): readonly number[] {
  if (!(highest > 0)) return [0, 1];
  const least = highest / TICKS;
  const decade = 10 ** Math.floor(Math.log10(least));
  const step = (NICE.find((nice) => nice * decade >= least * (1 - 1e-9)) ?? 10) * decade;
  return Array.from({ length: Math.ceil(highest / step - 1e-9) + 1 }, (_, i) => i * step);
}

/** The step below a point, or undefined beside the plot. */
export function stepAtPx(x: number, { left, width }: StepFrame, count: number): number | undefined {
  const step = Math.floor(((x - left) / width) * count);
  return step >= 0 && step < count ? step : undefined;
}

/** Sum of a layer's values, or undefined where nothing was measured. */
export function layerTotal({ values }: StepLayer): number | undefined {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? undefined : known.reduce((sum, value) => sum + value, 0);
}
