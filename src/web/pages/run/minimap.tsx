import { computed } from "@preact/signals";
import { useRef } from "preact/hooks";
import { drawMinimap, type MinimapScene } from "../../plots/draw-minimap.ts";
import { Plot } from "../../plots/plot.tsx";
import { drawnOf, realOf, realView } from "../../plots/time-scale.ts";
import { breaksInSight } from "../../plots/time-ticks.ts";
import { fit, lengthMs, msOf, xOf } from "../../plots/viewport.ts";
import { inks } from "../../state/inks.ts";
import type { TimelineFrame } from "./timeline-frame.ts";

const EDGE_PX = 6;

type Grip = "start" | "end" | "window" | "new";

/** The whole run, and the window of it that is seen: the window can be moved, drawn anew, and made wider or narrower. */
export function Minimap({ frame }: { readonly frame: TimelineFrame }) {
  const { timeline, width, leftPx } = frame;
  const element = useRef<HTMLDivElement>(null);
  const scene = useRef(computed<MinimapScene>(() => ({ model: timeline.drawn.value, inks: inks.value })));
  const grip = useRef<{ readonly kind: Grip; readonly fromMs: number; lastX: number } | undefined>(undefined);
  const mapWidth = Math.max(1, width.value - leftPx.value);
  const whole = fit(timeline.drawnBounds());
  const scale = timeline.scale.value;
  const left = Math.max(0, xOf(whole, mapWidth, timeline.view.value.startMs));
  const right = Math.min(mapWidth, xOf(whole, mapWidth, timeline.view.value.endMs));
  const xAt = (event: PointerEvent) => event.clientX - (element.current?.getBoundingClientRect().left ?? 0);
  const msAt = (x: number) => realOf(scale, msOf(whole, mapWidth, x));
  const down = (event: PointerEvent) => {
    const x = xAt(event);
    grip.current = { kind: gripAt(x, left, right, timeline.zoom.peek() !== undefined), fromMs: msAt(x), lastX: x };
    element.current?.setPointerCapture(event.pointerId);
  };
  const move = (event: PointerEvent) => {
    const held = grip.current;
    if (held === undefined) return;
    const x = xAt(event);
    const view = timeline.view.peek();
    const seen = realView(scale, view);
    if (held.kind === "window") timeline.panBy((((x - held.lastX) / mapWidth) * lengthMs(whole)) / lengthMs(view));
    else if (held.kind === "start") timeline.zoomToRange(msAt(x), seen.endMs);
    else if (held.kind === "end") timeline.zoomToRange(seen.startMs, msAt(x));
    else timeline.zoomToRange(held.fromMs, msAt(x));
    held.lastX = x;
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
        {breaksInSight(scale, whole, mapWidth).map(({ gap, x, width: breakWidth }) => (
          <div key={gap.startMs} class="minimap-break" style={{ left: `${x}px`, width: `${breakWidth}px` }} />
        ))}
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
  const at = drawnOf(timeline.scale.value, cursorMs);
  const x = xOf(fit(timeline.drawnBounds()), Math.max(1, width.value - leftPx.value), at);
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
