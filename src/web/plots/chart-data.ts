// Series as a chart takes them: one column of instants, and a column of values for each series, with holes where nothing
// was measured. A hole is neither 0 nor a straight line between its neighbours, unless the series is measured more seldom
// than the chart has steps.

import { agentHue } from "../base/agent-color.ts";

export interface ChartSeries {
  readonly label: string;
  /** Start of a step and its value, oldest first. */
  readonly points: readonly (readonly [atMs: number, value: number])[];
}

/** The window that a chart shows, and its steps: multiples of their length since 1970. */
export interface ChartWindow {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly stepMs: number;
}

/** Values by step; undefined where there is none. */
export interface ChartColumns {
  readonly atMs: readonly number[];
  readonly values: readonly (readonly (number | undefined)[])[];
}

/** What the server answers at most, and a screen has room for. */
const STEPS_MAX = 12_000;
const HUES = 12;

/** The columns of a chart: all steps of the window, also those in which no series has a value. */
export function chartColumns(series: readonly ChartSeries[], { fromMs, untilMs, stepMs }: ChartWindow): ChartColumns {
  const first = Math.floor(fromMs / stepMs);
  const steps = Math.min(STEPS_MAX, Math.max(0, Math.ceil(untilMs / stepMs) - first));
  const atMs = Array.from({ length: steps }, (_, i) => (first + i) * stepMs);
  const values = series.map(({ points }) => {
    const column = new Array<number | undefined>(steps).fill(undefined);
    for (const [at, value] of points) {
      const step = Math.floor(at / stepMs) - first;
      if (step >= 0 && step < steps) column[step] = value;
    }
    return column;
  });
  return { atMs, values };
}

/** By how much a distance may exceed the usual one, for senders that are not punctual. */
const LATE_FACTOR = 1.5;

/**
 * Which holes a line goes over: those no longer than the usual distance between the series' own values. A gauge that is
 * sent every minute is a line too where the chart has steps of 30 s, and breaks where the sender was silent.
 */
export function joinedHoles(column: readonly (number | undefined)[]): boolean[] {
  const joined = new Array<boolean>(column.length).fill(false);
  const known = [...column.keys()].filter((i) => column[i] !== undefined);
  const distances = known.slice(1).map((at, i) => at - (known[i] as number));
  const usual = distances.toSorted((a, b) => a - b)[Math.floor(distances.length / 2)] ?? 0;
  for (const [i, distance] of distances.entries()) {
    const from = known[i] as number;
    if (distance <= usual * LATE_FACTOR) joined.fill(true, from + 1, from + distance);
  }
  return joined;
}

/**
 * A hue for each series, 0…11: that of its label, so that it stays while others come and go, and the next free one where
 * two would have the same.
 */
export function seriesHues(labels: readonly string[]): number[] {
  const taken = new Set<number>();
  return labels.map((label) => {
    let hue = agentHue(label);
    while (taken.has(hue) && taken.size < HUES) hue = (hue + 5) % HUES;
    taken.add(hue);
    return hue;
  });
}

/** The series with most to show, at most `count`, largest first. */
export function largestSeries<S extends ChartSeries>(series: readonly S[], count: number): S[] {
  const weights = new Map(
    series.map((one) => [one, one.points.reduce((sum, [, value]) => sum + Math.abs(value), 0)] as const),
  );
  return series.toSorted((a, b) => (weights.get(b) as number) - (weights.get(a) as number)).slice(0, count);
}

/** The step that an instant lies in; undefined outside of the window. */
export function stepAt(atMs: readonly number[], { stepMs }: ChartWindow, at: number | undefined): number | undefined {
  if (at === undefined) return undefined;
  const step = Math.floor((at - (atMs[0] ?? 0)) / stepMs);
  return step >= 0 && step < atMs.length ? step : undefined;
}
