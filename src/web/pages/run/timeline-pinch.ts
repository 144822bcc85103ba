// Two fingers on the timeline: apart they zoom in, together they zoom out, and what lies between them follows them.

import { instantAt, type TimelineFrame } from "./timeline-frame.ts";

/** Nearer fingers would zoom by leaps. */
const DISTANCE_PX_MIN = 24;

/** Listens on an element until the answered function is called; `onStart`: what one finger began is over. */
export function followPinch(element: HTMLElement, frame: TimelineFrame, onStart: () => void): () => void {
  const fingers = new Map<number, number>();
  const xOf = (event: PointerEvent) => event.clientX - element.getBoundingClientRect().left;
  const span = () => {
    const [a = 0, b = 0] = fingers.values();
    return { middle: (a + b) / 2, distance: Math.max(DISTANCE_PX_MIN, Math.abs(a - b)) };
  };
  const down = (event: PointerEvent) => {
    if (event.pointerType !== "touch") return;
    if (event.isPrimary) fingers.clear();
    fingers.set(event.pointerId, xOf(event));
    if (fingers.size < 2) return;
    element.setPointerCapture(event.pointerId);
    onStart();
  };
  const move = (event: PointerEvent) => {
    if (!fingers.has(event.pointerId)) return;
    const before = span();
    fingers.set(event.pointerId, xOf(event));
    if (fingers.size !== 2) return;
    const after = span();
    const barsWidth = Math.max(1, frame.width.peek() - frame.leftPx.peek());
    frame.timeline.zoomBy(before.distance / after.distance, instantAt(frame, before.middle));
    if (frame.timeline.zoom.peek() !== undefined) frame.timeline.panBy((before.middle - after.middle) / barsWidth);
  };
  const up = (event: PointerEvent) => {
    fingers.delete(event.pointerId);
  };
  element.addEventListener("pointerdown", down);
  element.addEventListener("pointermove", move);
  element.addEventListener("pointerup", up);
  element.addEventListener("pointercancel", up);
  return () => {
    element.removeEventListener("pointerdown", down);
    element.removeEventListener("pointermove", move);
    element.removeEventListener("pointerup", up);
    element.removeEventListener("pointercancel", up);
  };
}
