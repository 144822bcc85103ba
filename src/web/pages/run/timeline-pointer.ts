// The pointer over lanes, ruler and waterfall. Drag moves time (and the list), Shift and drag zooms to what it drew, a
// click selects, a double click zooms to a span; two fingers zoom and move. The wheel zooms at the pointer over lanes and ruler, and with Ctrl, ⌘
// or a pinch everywhere; over the waterfall it scrolls the list, sideways it moves time.

import { realOf } from "../../plots/time-scale.ts";
import { msOf } from "../../plots/viewport.ts";
import type { TimelineFrame } from "./timeline-frame.ts";
import { instantAt } from "./timeline-frame.ts";
import { followPinch } from "./timeline-pinch.ts";

/** What lies under the pointer in one part of the timeline. */
export interface Hit {
  /** Position of a span; −1: none. */
  readonly position: number;
  /** On its fold mark. */
  readonly isFoldMark: boolean;
}

export interface PointerTarget {
  readonly hit: (x: number, y: number) => Hit;
  /** Scrolls the list by pixels while the pointer drags. */
  readonly scrollBy?: (pixels: number) => void;
  readonly wheelZooms: boolean;
  /** A click beside all spans is on an instant. */
  readonly onInstant?: (ms: number) => void;
}

interface Drag {
  readonly isRange: boolean;
  readonly fromMs: number | undefined;
  readonly startX: number;
  readonly startY: number;
  x: number;
  y: number;
  hasMoved: boolean;
}

const CLICK_PX = 4;
const WHEEL_ZOOM = 0.0016;
const WHEEL_STEP_MAX = 240;
const LINE_PX = 16;

/** Listens on an element until the answered function is called. */
export function followPointer(element: HTMLElement, frame: TimelineFrame, target: PointerTarget): () => void {
  let drag: Drag | undefined;
  const pinch = followPinch(element, frame, () => {
    drag = undefined;
  });
  const at = (event: MouseEvent) => {
    const box = element.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };
  const down = (event: PointerEvent) => {
    if (event.button !== 0 || !event.isPrimary) return;
    const { x, y } = at(event);
    drag = { isRange: event.shiftKey, fromMs: instantAt(frame, x), startX: x, startY: y, x, y, hasMoved: false };
    element.setPointerCapture(event.pointerId);
  };
  const move = (event: PointerEvent) => {
    const { x, y } = at(event);
    if (drag === undefined && event.pointerType === "touch") return;
    if (drag === undefined) hover(frame, target, event, x, y);
    else continueDrag(frame, target, drag, x, y);
  };
  const up = (event: PointerEvent) => {
    const done = drag;
    drag = undefined;
    if (done === undefined) return;
    const { x, y } = at(event);
    if (!done.hasMoved) click(frame, target, x, y);
    else if (done.isRange) zoomToDrawn(frame);
  };
  const leave = () => {
    frame.timeline.hover.value = undefined;
  };
  const cancel = () => {
    drag = undefined;
    frame.drawnRange.value = undefined;
  };
  const doubleClick = (event: MouseEvent) => {
    const { x, y } = at(event);
    zoomToSpan(frame, target.hit(x, y).position);
  };
  const wheel = (event: WheelEvent) => turnWheel(frame, target, event, at(event).x);
  element.addEventListener("pointerdown", down);
  element.addEventListener("pointermove", move);
  element.addEventListener("pointerup", up);
  element.addEventListener("pointercancel", cancel);
  element.addEventListener("pointerleave", leave);
  element.addEventListener("dblclick", doubleClick);
  element.addEventListener("wheel", wheel, { passive: false });
  return () => {
    pinch();
    element.removeEventListener("pointerdown", down);
    element.removeEventListener("pointermove", move);
    element.removeEventListener("pointerup", up);
    element.removeEventListener("pointercancel", cancel);
    element.removeEventListener("pointerleave", leave);
    element.removeEventListener("dblclick", doubleClick);
    element.removeEventListener("wheel", wheel);
  };
}

function hover(frame: TimelineFrame, target: PointerTarget, event: PointerEvent, x: number, y: number): void {
  const ms = instantAt(frame, x);
  const { position } = target.hit(x, y);
  frame.timeline.hover.value = {
    position,
    isInRows: !target.wheelZooms,
    ms: ms ?? Number.NaN,
    x: event.clientX,
    y: event.clientY,
  };
}

function continueDrag(
  { timeline, width, leftPx, drawnRange }: TimelineFrame,
  target: PointerTarget,
  drag: Drag,
  x: number,
  y: number,
): void {
  if (!drag.hasMoved && Math.hypot(x - drag.startX, y - drag.startY) < CLICK_PX) return;
  drag.hasMoved = true;
  timeline.hover.value = undefined;
  const barsWidth = Math.max(1, width.peek() - leftPx.peek());
  if (drag.isRange && drag.fromMs !== undefined) {
    const inside = Math.min(Math.max(x - leftPx.peek(), 0), barsWidth);
    const toMs = realOf(timeline.scale.peek(), msOf(timeline.view.peek(), barsWidth, inside));
    drawnRange.value = { fromMs: drag.fromMs, toMs };
  } else {
    if (drag.fromMs !== undefined && timeline.zoom.peek() !== undefined) timeline.panBy((drag.x - x) / barsWidth);
    target.scrollBy?.(drag.y - y);
  }
  drag.x = x;
  drag.y = y;
}

function zoomToDrawn({ timeline, drawnRange }: TimelineFrame): void {
  const range = drawnRange.peek();
  drawnRange.value = undefined;
  if (range !== undefined) timeline.zoomToRange(range.fromMs, range.toMs);
}

function click(frame: TimelineFrame, { hit, onInstant }: PointerTarget, x: number, y: number): void {
  const { timeline } = frame;
  const { position, isFoldMark } = hit(x, y);
  if (position < 0) {
    const ms = instantAt(frame, x);
    if (ms !== undefined) onInstant?.(ms);
    return;
  }
  if (isFoldMark) {
    timeline.toggleMark(position);
    return;
  }
  timeline.select(position);
  timeline.isPanelOpen.value = true;
}

function zoomToSpan({ timeline }: TimelineFrame, position: number): void {
  const model = timeline.model.peek();
  const row = model?.tree.rows[position];
  if (model === undefined || row === undefined) return;
  const start = model.columns.start[row] as number;
  const end = model.ends[row] as number;
  const room = (end - start) * 0.05;
  timeline.zoomToRange(start - room, end + room);
}

function turnWheel(frame: TimelineFrame, target: PointerTarget, event: WheelEvent, x: number): void {
  const unit = event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? 1 : LINE_PX;
  const sideways = event.shiftKey && event.deltaX === 0 ? event.deltaY : event.deltaX;
  const isZoom = event.ctrlKey || event.metaKey || (target.wheelZooms && !event.shiftKey);
  if (isZoom && Math.abs(event.deltaY) >= Math.abs(event.deltaX)) {
    event.preventDefault();
    const delta = Math.min(Math.max(event.deltaY * unit, -WHEEL_STEP_MAX), WHEEL_STEP_MAX);
    frame.timeline.zoomBy(Math.exp(delta * WHEEL_ZOOM), instantAt(frame, x));
  } else if (Math.abs(sideways) > Math.abs(event.shiftKey ? 0 : event.deltaY)) {
    event.preventDefault();
    const barsWidth = Math.max(1, frame.width.peek() - frame.leftPx.peek());
    frame.timeline.panBy((sideways * unit) / barsWidth);
  }
}
