// The pointer over a graph: drag moves it, the wheel zooms where it is, a click selects, a double click opens.

import type { GraphPick } from "../plots/agent-graph.ts";
import { pickAt } from "../plots/graph-hit.ts";
import type { Point } from "../plots/graph-places.ts";
import { movePlane, onPlane } from "../plots/plane.ts";
import type { GraphPlotProps } from "./graph-plot.tsx";
import type { GraphStage } from "./graph-stage.ts";

const CLICK_PX = 4;
const NEAR_PX = 6;
const WHEEL_ZOOM = 0.0016;
const WHEEL_STEP_MAX = 240;
const LINE_PX = 16;

interface Drag extends Point {
  readonly from: Point;
  readonly hasMoved: boolean;
}

/** Listens on an element until the answered function is called. */
export function followGraphPointer(element: HTMLElement, stage: GraphStage, props: GraphPlotProps): () => void {
  let drag: Drag | undefined;
  const pointOf = (event: MouseEvent): Point => {
    const box = element.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };
  const pick = (event: MouseEvent) => pickedAt(stage, props, pointOf(event));
  const listeners = {
    pointerdown: (event: PointerEvent) => {
      if (event.button !== 0) return;
      const from = pointOf(event);
      drag = { ...from, from, hasMoved: false };
      element.setPointerCapture(event.pointerId);
    },
    pointermove: (event: PointerEvent) => {
      if (drag !== undefined) {
        drag = continued(drag, pointOf(event), stage);
        return;
      }
      const found = pick(event);
      element.classList.toggle("over", found !== undefined);
      stage.hover.value = found && { pick: found, x: event.clientX, y: event.clientY };
    },
    pointerup: (event: PointerEvent) => {
      if (drag !== undefined && !drag.hasMoved) props.onSelect(pick(event));
      drag = undefined;
    },
    pointercancel: () => {
      drag = undefined;
    },
    pointerleave: () => {
      stage.hover.value = undefined;
    },
    dblclick: (event: MouseEvent) => {
      const found = pick(event);
      if (found !== undefined) props.onOpen(found);
    },
    wheel: (event: WheelEvent) => turnWheel(stage, event, pointOf(event)),
  };
  const entries = Object.entries(listeners) as [string, EventListener][];
  for (const [name, listener] of entries) element.addEventListener(name, listener, { passive: false });
  return () => {
    for (const [name, listener] of entries) element.removeEventListener(name, listener);
  };
}

function pickedAt(stage: GraphStage, { graph }: GraphPlotProps, at: Point): GraphPick | undefined {
  const plane = stage.plane.peek();
  return pickAt(graph.peek(), stage.places.peek(), stage.curves.peek(), onPlane(plane, at), NEAR_PX / plane.scale);
}

function continued(drag: Drag, to: Point, stage: GraphStage): Drag {
  if (!drag.hasMoved && Math.hypot(to.x - drag.from.x, to.y - drag.from.y) < CLICK_PX) return drag;
  stage.hover.value = undefined;
  stage.show(movePlane(stage.plane.peek(), to.x - drag.x, to.y - drag.y));
  return { ...to, from: drag.from, hasMoved: true };
}

function turnWheel(stage: GraphStage, event: WheelEvent, at: Point): void {
  event.preventDefault();
  const unit = event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? 1 : LINE_PX;
  if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
    const sideways = event.deltaX === 0 ? event.deltaY : event.deltaX;
    stage.show(movePlane(stage.plane.peek(), -sideways * unit, 0));
    return;
  }
  const delta = Math.min(Math.max(event.deltaY * unit, -WHEEL_STEP_MAX), WHEEL_STEP_MAX);
  stage.zoomBy(Math.exp(-delta * WHEEL_ZOOM), at);
}
