import { lengthMs, type Viewport, xOf } from "./viewport.ts";

export interface Tick {
  readonly x: number;
  readonly label: string;
}

const NICE_STEPS = [1, 2, 5];
const LONG_STEPS_MS = [10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 21_600, 43_200, 86_400].map(
  (seconds) => seconds * 1000,
);
const TICK_PX_MIN = 84;

/** Round instants at a readable distance, with labels in the unit of their distance. */
export function timeTicks(view: Viewport, widthPx: number): Tick[] {
  if (widthPx <= 0) return [];
  const stepMs = stepFor((lengthMs(view) * TICK_PX_MIN) / widthPx);
  const ticks: Tick[] = [];
  const first = Math.ceil(view.startMs / stepMs);
  const last = Math.floor(view.endMs / stepMs);
  for (let i = first; i <= last; i++) {
    const ms = i * stepMs;
    ticks.push({ x: xOf(view, widthPx, ms), label: labelOf(ms, stepMs, view.endMs) });
  }
  return ticks;
}

function stepFor(leastMs: number): number {
  if (leastMs > 5000)
    return LONG_STEPS_MS.find((step) => step >= leastMs) ?? Math.ceil(leastMs / 86_400_000) * 86_400_000;
  const decade = 10 ** Math.floor(Math.log10(leastMs));
  return (NICE_STEPS.find((step) => step * decade >= leastMs) ?? 10) * decade;
}

function labelOf(ms: number, stepMs: number, endMs: number): string {
  const sign = ms < 0 ? "-" : "";
  const at = Math.abs(ms);
  if (at < stepMs / 2) return "0";
  if (stepMs >= 10_000 && endMs >= 60_000) return sign + longLabel(Math.round(at / 1000));
  if (stepMs >= 100) return `${sign}${decimal(at / 1000, stepMs / 1000)} s`;
  if (stepMs >= 0.1) return `${sign}${decimal(at, stepMs)} ms`;
  return `${sign}${decimal(at * 1000, stepMs * 1000)} µs`;
}

/** As many decimals as the step has. */
function decimal(value: number, step: number): string {
  return value.toFixed(Math.max(0, -Math.floor(Math.log10(step) + 1e-9)));
}

/** `1m 30s`, `2m`, `1h 30m`, `2d`. */
function longLabel(seconds: number): string {
  const parts = [
    [Math.floor(seconds / 86_400), "d"],
    [Math.floor(seconds / 3600) % 24, "h"],
    [Math.floor(seconds / 60) % 60, "m"],
    [seconds % 60, "s"],
  ] as const;
  return parts
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count}${unit}`)
    .join(" ");
}
