import type { AgentShade } from "../base/agent-color.ts";
import type { Context, Inks } from "./canvas.ts";
import { firstEndingAfter } from "./lane-layout.ts";
import { LANE_STATES, type Lane, type LaneState } from "./lanes.ts";
import { paintOf } from "./paints.ts";
import { instantOfY, type SequenceTimes, yOfInstant } from "./sequence-layout.ts";

export const BAR_HALF_PX = 3;

const SHADES: Readonly<Record<LaneState, AgentShade>> = {
  waiting: "faint",
  working: "soft",
  tool: "medium",
  llm: "solid",
};

/** What is seen of a lifeline. */
interface LifelineBox {
  readonly x: number;
  readonly height: number;
  readonly scrollPx: number;
}

/** Intervals in which an agent is busy or waits; at least a pixel of each, and of many in one pixel one. */
export function drawActivity(
  context: Context,
  { agent, activity }: Lane,
  times: SequenceTimes,
  { x, height, scrollPx }: LifelineBox,
  inks: Inks,
): void {
  const paint = paintOf(agent, inks.isDark);
  const fromMs = instantOfY(times, scrollPx);
  const toMs = instantOfY(times, scrollPx + height);
  for (const state of LANE_STATES) {
    const intervals = activity[state];
    context.fillStyle = paint[SHADES[state]];
    context.beginPath();
    let at = firstEndingAfter(intervals, fromMs);
    while (at < intervals.length && (intervals[at] as number) <= toMs) {
      const top = Math.max(-2, yOfInstant(times, intervals[at] as number) - scrollPx);
      const bottom = Math.min(height + 2, yOfInstant(times, intervals[at + 1] as number) - scrollPx);
      const drawnTo = Math.max(bottom, top + 1);
      context.rect(Math.round(x) - BAR_HALF_PX, top, 2 * BAR_HALF_PX, drawnTo - top);
      at = Math.max(at + 2, firstEndingAfter(intervals, instantOfY(times, drawnTo + scrollPx)));
    }
    context.fill();
  }
}
