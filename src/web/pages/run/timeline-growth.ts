// Open bars grow with the clock between two answers of the server. A step is made when it can be seen: when the bars'
// end has moved by half a pixel, for large runs more seldom, and once a second where the end is out of sight or the
// reader wants no motion.

import { effect } from "@preact/signals";
import { lengthMs } from "../../plots/viewport.ts";
import type { TimelineFrame } from "./timeline-frame.ts";

const FRAME_MS = 16;
const CALM_STEP_MS = 1000;
/** A step may draw every span of the run: it takes about a microsecond each, of ten that pass. */
const STEP_MS_PER_SPAN = 0.01;

const wantsNoMotion = matchMedia("(prefers-reduced-motion: reduce)");

/** Lets what is open grow until the answered function is called. Browsers make no frames for a page that is not seen. */
export function growWhileSeen(frame: TimelineFrame): () => void {
  return effect(() => (frame.timeline.built.value?.growing === undefined ? undefined : startGrowing(frame)));
}

function startGrowing(frame: TimelineFrame): () => void {
  let timer: number | undefined;
  let request: number | undefined;
  const plan = () => {
    timer = window.setTimeout(
      () => {
        request = requestAnimationFrame(step);
      },
      Math.max(0, stepMs(frame) - FRAME_MS),
    );
  };
  const step = () => {
    frame.timeline.advanceTo(Date.now());
    plan();
  };
  plan();
  return () => {
    clearTimeout(timer);
    if (request !== undefined) cancelAnimationFrame(request);
  };
}

function stepMs({ timeline, width, leftPx }: TimelineFrame): number {
  const model = timeline.drawn.peek();
  const view = timeline.view.peek();
  const isEndSeen = model !== undefined && model.bounds.endMs <= view.endMs && model.bounds.endMs >= view.startMs;
  if (wantsNoMotion.matches || !isEndSeen) return CALM_STEP_MS;
  const halfPixelMs = lengthMs(view) / Math.max(1, width.peek() - leftPx.peek()) / 2;
  return Math.min(CALM_STEP_MS, Math.max(FRAME_MS, halfPixelMs, model.columns.count * STEP_MS_PER_SPAN));
}
