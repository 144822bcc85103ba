// What the parts of the timeline share: the width of the names' column, and what the pointer is over.

import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { isPhone } from "../../base/phone.ts";
import { isNumber, storedSetting } from "../../base/stored-setting.ts";
import { type LaneLayout, layoutLanes, layoutSteadyLanes, STEADY_LANE_HEIGHT } from "../../plots/lane-layout.ts";
import { drawnOf, realOf } from "../../plots/time-scale.ts";
import { msOf, xOf } from "../../plots/viewport.ts";
import type { OpenRun } from "../../state/open-run.ts";
import type { Timeline } from "../../state/timeline.ts";

export const LEFT_PX_MIN = 180;
/** Bars need room, too. */
const PHONE_LEFT_PX_MIN = 150;
const LEFT_SHARE_MAX = 0.45;

/** Width of the names' column, as the reader wants it. */
export const leftWidth = storedSetting("timeline.left", 440, isNumber);

/** Height of the lanes as the reader wants it; 0: as the run needs it. */
export const lanesHeight = storedSetting("timeline.lanes", 0, isNumber);
/** A run that goes on has room for so many lanes, whether they are there or not. */
const STEADY_LANES = 4;

/** A range of time that is being drawn with Shift. */
export interface DrawnRange {
  readonly fromMs: number;
  readonly toMs: number;
}

export interface TimelineFrame {
  readonly run: OpenRun;
  readonly timeline: Timeline;
  /** Width of all parts in pixels. */
  readonly width: Signal<number>;
  /** Width of the names' column, less than half of all. */
  readonly leftPx: ReadonlySignal<number>;
  readonly drawnRange: Signal<DrawnRange | undefined>;
  readonly rowsScrollPx: Signal<number>;
  readonly lanesScrollPx: Signal<number>;
  readonly laneLayout: ReadonlySignal<LaneLayout>;
  /** Height of the part that shows them. */
  readonly lanesPx: ReadonlySignal<number>;
}

export function makeFrame(run: OpenRun): TimelineFrame {
  const width = signal(0);
  const { timeline } = run;
  const laneLayout = computed(() => {
    const lanes = timeline.drawnLanes.value;
    return run.isSeenLive.value ? layoutSteadyLanes(lanes) : layoutLanes(lanes);
  });
  return {
    run,
    timeline,
    width,
    leftPx: computed(() => {
      const least = isPhone.value ? PHONE_LEFT_PX_MIN : LEFT_PX_MIN;
      return Math.max(least, Math.min(leftWidth.value, Math.round(width.value * LEFT_SHARE_MAX)));
    }),
    drawnRange: signal(undefined),
    rowsScrollPx: signal(0),
    lanesScrollPx: signal(0),
    laneLayout,
    lanesPx: computed(() => {
      const wanted = lanesHeight.value;
      if (run.isSeenLive.value) return wanted || STEADY_LANES * STEADY_LANE_HEIGHT;
      return Math.min(wanted || Number.POSITIVE_INFINITY, laneLayout.value.height);
    }),
  };
}

export function barsWidth({ width, leftPx }: TimelineFrame): number {
  return Math.max(1, width.value - leftPx.value);
}

/** Where an instant is drawn, in pixels after the names' column. */
export function barsXOf(frame: TimelineFrame, ms: number): number {
  const { view, scale } = frame.timeline;
  return xOf(view.value, barsWidth(frame), drawnOf(scale.value, ms));
}

/** The place in drawn time under a place of the window; undefined left of the bars. */
export function drawnAt(frame: TimelineFrame, x: number): number | undefined {
  const { timeline, width, leftPx } = frame;
  if (x < leftPx.peek()) return undefined;
  return msOf(timeline.view.peek(), Math.max(1, width.peek() - leftPx.peek()), x - leftPx.peek());
}

/** The instant under a place of the window; undefined left of the bars. */
export function instantAt(frame: TimelineFrame, x: number): number | undefined {
  const at = drawnAt(frame, x);
  return at === undefined ? undefined : realOf(frame.timeline.scale.peek(), at);
}
