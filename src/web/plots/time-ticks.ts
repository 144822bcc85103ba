import { drawnOf, type Gap, realOf, type TimeScale, UNFOLDED_TIME } from "./time-scale.ts";
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

/** Later than so many steps an instant has too many digits: behind a folded gap time is counted from there. */
const STEPS_MAX = 2000;

/**
 * Round instants at a readable distance, with labels in the unit of their distance. `view` is on the scale; folded gaps
 * have none.
 */
export function timeTicks(view: Viewport, widthPx: number, scale: TimeScale = UNFOLDED_TIME): Tick[] {
  if (widthPx <= 0) return [];
  const stepMs = stepFor((lengthMs(view) * TICK_PX_MIN) / widthPx);
  const ticks: Tick[] = [];
  let lastX = Number.NEGATIVE_INFINITY;
  const seenFromMs = realOf(scale, view.startMs);
  for (const { startMs, endMs, isBehindGap } of stretchesInSight(scale, view)) {
    const isFar = isBehindGap && endMs > STEPS_MAX * stepMs;
    const zeroMs = isFar ? startMs : 0;
    for (let i = Math.ceil((Math.max(startMs, seenFromMs) - zeroMs) / stepMs); zeroMs + i * stepMs <= endMs; i++) {
      const x = xOf(view, widthPx, drawnOf(scale, zeroMs + i * stepMs));
      if (x < 0 || x > widthPx || (isFar && i === 0) || x - lastX < TICK_PX_MIN - 1) continue;
      lastX = x;
      const label = labelOf(i * stepMs, stepMs, endMs - zeroMs);
      ticks.push({ x, label: isFar ? `+${label}` : label });
    }
  }
  return ticks;
}

interface Stretch extends Viewport {
  readonly isBehindGap: boolean;
}

/** Between the folded gaps, in real time, as far as they are seen. */
function stretchesInSight(scale: TimeScale, view: Viewport): Stretch[] {
  const seen = { startMs: realOf(scale, view.startMs), endMs: realOf(scale, view.endMs) };
  const stretches: Stretch[] = [];
  let startMs = seen.startMs;
  let isBehindGap = false;
  for (const gap of scale.gaps) {
    if (gap.endMs <= seen.startMs) {
      // Counted from the gap's end also where that is out of sight.
      startMs = gap.endMs;
      isBehindGap = true;
    } else if (gap.startMs < seen.endMs) {
      if (gap.startMs > startMs) stretches.push({ startMs, endMs: gap.startMs, isBehindGap });
      startMs = gap.endMs;
      isBehindGap = true;
    }
  }
  if (startMs < seen.endMs) stretches.push({ startMs, endMs: seen.endMs, isBehindGap });
  return stretches;
}

/** A folded gap as it is seen. */
export interface TimeBreak {
  readonly gap: Gap;
  /** How long it is. */
  readonly ms: number;
  readonly x: number;
  readonly width: number;
  readonly middleX: number;
}

/** `view` is on the scale. */
export function breaksInSight(scale: TimeScale, view: Viewport, widthPx: number): TimeBreak[] {
  return scale.gaps.flatMap((gap) => {
    const from = Math.max(0, xOf(view, widthPx, drawnOf(scale, gap.startMs)));
    const to = Math.min(widthPx, xOf(view, widthPx, drawnOf(scale, gap.endMs)));
    if (to <= from) return [];
    return [{ gap, ms: gap.endMs - gap.startMs, x: from, width: to - from, middleX: (from + to) / 2 }];
  });
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
