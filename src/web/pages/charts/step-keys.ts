import type { Signal } from "@preact/signals";
import { type ChartWindow, stepAt } from "../../plots/chart-data.ts";

/** Said of a chart that takes these keys. */
export const STEP_KEYS = "Arrow keys move from step to step, Enter zooms in";

interface SteppedChart {
  readonly cursor: Signal<number | undefined>;
  /** Where the steps begin. */
  readonly atMs: readonly number[];
  readonly window: ChartWindow;
  readonly onBrush: ((fromMs: number, untilMs: number) => void) | undefined;
  /** Takes the keys up and down, where a step has values above each other: 1 up, -1 down. */
  readonly onRise?: (by: number) => void;
}

/** A chart's cursor by keyboard: arrows move it, Home and End go to the ends, Enter zooms in, Escape takes it away. */
export function pressStepKey(event: KeyboardEvent, chart: SteppedChart): void {
  if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  const { cursor, atMs, window, onBrush, onRise } = chart;
  const at = stepAt(atMs, window, cursor.peek());
  const target = nextStep(event.key, at, atMs.length);
  const rise = event.key === "ArrowUp" ? 1 : event.key === "ArrowDown" ? -1 : 0;
  if (target !== undefined) cursor.value = atMs[target];
  else if (rise !== 0 && onRise !== undefined) onRise(rise);
  else if (event.key === "Enter" && at !== undefined) {
    const fromMs = atMs[at] ?? 0;
    onBrush?.(fromMs, fromMs + window.stepMs);
  } else if (event.key === "Escape" && at !== undefined) cursor.value = undefined;
  else return;
  event.preventDefault();
  event.stopPropagation();
}

function nextStep(key: string, at: number | undefined, count: number): number | undefined {
  if (count === 0) return undefined;
  if (key === "Home") return 0;
  if (key === "End") return count - 1;
  if (key === "ArrowRight") return Math.min(count - 1, (at ?? -1) + 1);
  return key === "ArrowLeft" ? Math.max(0, (at ?? count) - 1) : undefined;
}
