import "./timeline.css";
import { computed, useComputed, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { useCommands } from "../../base/commands.ts";
import { drawRuler, type RulerScene } from "../../plots/draw-ruler.ts";
import { Plot } from "../../plots/plot.tsx";
import { encodeViewport } from "../../plots/viewport.ts";
import { inks } from "../../state/inks.ts";
import type { OpenRun } from "../../state/open-run.ts";
import { Minimap } from "./minimap.tsx";
import { timelineSpanActions, timelineTimeActions } from "./timeline-commands.ts";
import { LEFT_PX_MIN, leftWidth, makeFrame, type TimelineFrame } from "./timeline-frame.ts";
import { growWhileSeen } from "./timeline-growth.ts";
import { TIMELINE_SPAN_COMMANDS, TIMELINE_TIME_COMMANDS } from "./timeline-keys.ts";
import { TimelineLanes } from "./timeline-lanes.tsx";
import { TimelineOverlay } from "./timeline-overlay.tsx";
import { followPointer } from "./timeline-pointer.ts";
import { TimelineRows } from "./timeline-rows.tsx";

/** Agent lanes over a waterfall, under one ruler: all parts share zoom, pointer and selection. */
export function TimelineView({ run }: { readonly run: OpenRun }) {
  const frame = useSignal(makeFrame(run)).value;
  const element = useRef<HTMLDivElement>(null);
  // As a signal: a view that follows a growing run changes with every frame, and only this attribute with it.
  const zoom = useComputed(() => encodeViewport(frame.timeline.view.value));
  useCommands(TIMELINE_SPAN_COMMANDS, () => timelineSpanActions(run));
  useCommands(TIMELINE_TIME_COMMANDS, () => timelineTimeActions(run));
  useEffect(() => growWhileSeen(frame), []);
  useEffect(() => {
    if (element.current === null) return undefined;
    const observer = new ResizeObserver(([entry]) => {
      frame.width.value = entry?.contentRect.width ?? 0;
    });
    observer.observe(element.current);
    return () => observer.disconnect();
  }, []);
  return (
    <div ref={element} class="timeline" data-zoom={zoom} data-selected={frame.timeline.selected.value}>
      <Minimap frame={frame} />
      <Ruler frame={frame} />
      <TimelineLanes frame={frame} />
      <TimelineRows frame={frame} />
      <Divider frame={frame} />
      <TimelineOverlay frame={frame} />
    </div>
  );
}

function Ruler({ frame }: { readonly frame: TimelineFrame }) {
  const element = useRef<HTMLDivElement>(null);
  const scene = useRef(
    computed<RulerScene>(() => ({
      view: frame.timeline.view.value,
      scale: frame.timeline.scale.value,
      inks: inks.value,
      leftPx: frame.leftPx.value,
    })),
  );
  // Until spans are there nobody knows what instants these are.
  const hasTime = useComputed(() => frame.timeline.built.value !== undefined);
  useEffect(() => {
    if (element.current === null) return undefined;
    return followPointer(element.current, frame, {
      hit: () => ({ position: -1, isFoldMark: false }),
      wheelZooms: true,
      onInstant: (ms) => frame.timeline.placeCursor(ms),
    });
  }, []);
  return (
    <div ref={element} class="timeline-ruler">
      <div class="timeline-heads muted" style={{ width: `${frame.leftPx.value}px` }}>
        <span class="grow">Span</span>
        <span class="timeline-head-agent">Agent</span>
        <span class="timeline-head-duration">Duration</span>
      </div>
      {hasTime.value && <Plot scene={scene.current} draw={drawRuler} />}
    </div>
  );
}

/** Between names and bars; can be moved. */
function Divider({ frame }: { readonly frame: TimelineFrame }) {
  const move = (event: PointerEvent) => {
    if ((event.buttons & 1) === 0) return;
    const box = (event.currentTarget as HTMLElement).parentElement?.getBoundingClientRect();
    leftWidth.value = Math.max(LEFT_PX_MIN, Math.round(event.clientX - (box?.left ?? 0)));
  };
  return (
    <div
      class="timeline-divider"
      style={{ left: `${frame.leftPx.value}px` }}
      onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
      onPointerMove={move}
    />
  );
}
