import { computed } from "@preact/signals";
import { useRef } from "preact/hooks";
import { drawMinimap, type MinimapScene } from "../../plots/draw-minimap.ts";
import { Plot } from "../../plots/plot.tsx";
import { fit, lengthMs, msOf, xOf } from "../../plots/viewport.ts";
import { inks } from "../../state/inks.ts";
import type { TimelineFrame } from "./timeline-frame.ts";

const EDGE_PX = 6;

type Grip = "start" | "end" | "window" | "new";

/** The whole run, and the window of it that is seen: the window can be moved, drawn anew, and made wider or narrower. */
export function Minimap({ frame }: { readonly frame: TimelineFrame }) {
  const { timeline, width, leftPx } = frame;
  const element = useRef<HTMLDivElement>(null);
  const scene = useRef(computed<MinimapScene>(() => ({ model: timeline.model.value, inks: inks.value })));
  const grip = useRef<{ readonly kind: Grip; readonly fromMs: number; lastMs: number } | undefined>(undefined);
  const mapWidth = Math.max(1, width.value - leftPx.value);
  const whole = fit(timeline.bounds());
  const left = Math.max(0, xOf(whole, mapWidth, timeline.view.value.startMs));
  const right = Math.min(mapWidth, xOf(whole, mapWidth, timeline.view.value.endMs));
  const msAt = (event: PointerEvent) =>
    msOf(whole, mapWidth, event.clientX - (element.current?.getBoundingClientRect().left ?? 0));
  const down = (event: PointerEvent) => {
    const ms = msAt(event);
    const x = xOf(whole, mapWidth, ms);
    grip.current = { kind: gripAt(x, left, right, timeline.zoom.peek() !== undefined), fromMs: ms, lastMs: ms };
    element.current?.setPointerCapture(event.pointerId);
  };
  const move = (event: PointerEvent) => {
    const held = grip.current;
    if (held === undefined) return;
    const ms = msAt(event);
    const view = timeline.view.peek();
    if (held.kind === "window") timeline.panBy((ms - held.lastMs) / lengthMs(view));
    else if (held.kind === "start") timeline.zoomToRange(ms, view.endMs);
    else if (held.kind === "end") timeline.zoomToRange(view.startMs, ms);
    else timeline.zoomToRange(held.fromMs, ms);
    held.lastMs = ms;
  };
  return (
    <div class="timeline-minimap">
      <MinimapLegend frame={frame} />
      {/* biome-ignore lint/a11y/noStaticElementInteractions: for pointers only; keys zoom and pan everywhere */}
      <div
        ref={element}
        class="minimap"
        onPointerDown={down}
        onPointerMove={move}
        onPointerUp={() => {
          grip.current = undefined;
        }}
        onDblClick={() => timeline.fitAll()}
      >
        <Plot scene={scene.current} draw={drawMinimap} />
        <div class="minimap-veil" style={{ left: 0, width: `${left}px` }} />
        <div class="minimap-veil" style={{ left: `${right}px`, right: 0 }} />
        <MinimapCursor frame={frame} />
        {timeline.zoom.value !== undefined && (
          <div class="minimap-window" style={{ left: `${left}px`, width: `${Math.max(2, right - left)}px` }} />
        )}
      </div>
    </div>
  );
}

/** The time cursor. */
function MinimapCursor({ frame: { timeline, width, leftPx } }: { readonly frame: TimelineFrame }) {
  const cursorMs = timeline.cursorMs.value;
  if (cursorMs === undefined) return null;
  const x = xOf(fit(timeline.bounds()), Math.max(1, width.value - leftPx.value), cursorMs);
  return <div class="minimap-cursor" style={{ transform: `translateX(${x}px)` }} />;
}

function gripAt(x: number, left: number, right: number, isZoomed: boolean): Grip {
  if (!isZoomed) return "new";
  if (Math.abs(x - left) <= EDGE_PX) return "start";
  if (Math.abs(x - right) <= EDGE_PX) return "end";
  return x > left && x < right ? "window" : "new";
}

/** What the strips' shades mean. */
function MinimapLegend({ frame }: { readonly frame: TimelineFrame }) {
  return (
    <div class="minimap-legend" style={{ width: `${frame.leftPx.value}px` }}>
      {(["model call", "tool", "own work", "waiting"] as const).map((title, i) => (
        <span key={title}>
          <i class={`shade shade-${i}`} aria-hidden="true" />
          {title}
        </span>
      ))}
    </div>
  );
}
