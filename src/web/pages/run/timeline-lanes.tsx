import { computed, useComputed } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { drawLanes, type LanesScene } from "../../plots/draw-lanes.ts";
import { type LaneArrows, laneArrows } from "../../plots/lane-arrows.ts";
import { laneAt, levelAt, STEADY_LANE_HEIGHT } from "../../plots/lane-layout.ts";
import { Plot } from "../../plots/plot.tsx";
import { spanOfMessage } from "../../plots/sequence-messages.ts";
import { positionAt } from "../../plots/span-search.ts";
import { lengthMs } from "../../plots/viewport.ts";
import { inks } from "../../state/inks.ts";
import { msInRun, type OpenRun } from "../../state/open-run.ts";
import { ResizeHandle } from "../../widgets/resize-handle.tsx";
import { drawnAt, lanesHeight, type TimelineFrame } from "./timeline-frame.ts";
import { followPointer, type Hit } from "./timeline-pointer.ts";

const TOLERANCE_PX = 3;

/** One lane per agent: what it does when, and its spans. */
export function TimelineLanes({ frame }: { readonly frame: TimelineFrame }) {
  const { run, timeline, lanesScrollPx, laneLayout, lanesPx } = frame;
  const scroller = useRef<HTMLDivElement>(null);
  const scene = useScene(frame);
  useEffect(() => {
    const element = scroller.current;
    if (element === null) return undefined;
    return followPointer(element, frame, {
      hit: (x, y) => hitLane(frame, x, y),
      scrollBy: (pixels) => element.scrollBy(0, pixels),
      wheelZooms: true,
    });
  }, []);
  const { height, lanes } = laneLayout.value;
  if (timeline.built.value !== undefined && lanesPx.value === 0) return null;
  return (
    <>
      <div
        ref={scroller}
        class={lanesHeight.value === 0 ? "timeline-lanes" : "timeline-lanes drawn"}
        style={{ height: `${lanesPx.value}px` }}
        data-lanes={lanes.length}
        onScroll={() => {
          lanesScrollPx.value = scroller.current?.scrollTop ?? 0;
        }}
      >
        <div class="timeline-list" style={{ height: `${height}px` }}>
          <div class="timeline-sticky">
            <Plot scene={scene} draw={drawLanes} />
          </div>
        </div>
        {lanes.length === 0 && run.isSeenLive.value && (
          <p class="timeline-no-lanes muted">Each agent gets a lane here with its first span.</p>
        )}
      </div>
      <LanesHandle px={lanesPx.value} boxOf={() => scroller.current?.getBoundingClientRect()} />
    </>
  );
}

interface LanesHandleProps {
  readonly px: number;
  readonly boxOf: () => DOMRect | undefined;
}

/** Below the lanes: draws them higher or lower. */
function LanesHandle({ px, boxOf }: LanesHandleProps) {
  const resize = (to: number) => {
    lanesHeight.value = Math.max(STEADY_LANE_HEIGHT, Math.round(to));
  };
  return (
    <ResizeHandle
      label="Height of the agents' lanes"
      orientation="horizontal"
      now={px}
      min={STEADY_LANE_HEIGHT}
      step={STEADY_LANE_HEIGHT / 2}
      tip="Drag to give the lanes more room or less; a double click undoes it"
      onDrag={(event) => resize(event.clientY - (boxOf()?.top ?? 0))}
      onStep={(by) => resize((boxOf()?.height ?? 0) + by)}
      onReset={() => {
        lanesHeight.value = 0;
      }}
    />
  );
}

function useScene({ timeline, leftPx, lanesScrollPx, laneLayout, run }: TimelineFrame) {
  const arrows = useComputed(() => arrowsOf(run));
  const ref = useRef(
    computed<LanesScene>(() => ({
      model: timeline.drawn.value,
      layout: laneLayout.value,
      view: timeline.view.value,
      inks: inks.value,
      leftPx: leftPx.value,
      scrollPx: lanesScrollPx.value,
      selected: timeline.selectedPosition.value,
      hovered: timeline.hoveredPosition.value,
      utilization: run.utilization.value,
      marked: run.markedRows.value,
      arrows: arrows.value,
      selectedSpan: timeline.selected.value,
    })),
  );
  return ref.current;
}

function arrowsOf(run: OpenRun): LaneArrows | undefined {
  if (!run.areArrowsShown.value) return undefined;
  const timed = (run.messages.data.value?.messages ?? []).map((message) => ({
    ...{ from: message.from, to: message.to, atMs: msInRun(run, message.at) },
    ...{ transitMs: message.transitMs ?? 0, spanId: spanOfMessage(message) },
  }));
  const lanes = run.timeline.drawnLanes.value.map(({ agent }) => agent);
  return laneArrows(timed, lanes, run.timeline.scale.value);
}

function hitLane(frame: TimelineFrame, x: number, y: number): Hit {
  const { timeline, laneLayout, lanesScrollPx, width, leftPx } = frame;
  const none = { position: -1, isFoldMark: false };
  const model = timeline.drawn.peek();
  const at = y + lanesScrollPx.peek();
  const place = laneAt(laneLayout.peek(), at);
  if (model === undefined || place === undefined) return none;
  const drawn = drawnAt(frame, x);
  // On its name: the agent's first span.
  if (drawn === undefined) return { position: place.lane.levels[0]?.positions[0] ?? -1, isFoldMark: false };
  const level = levelAt(place, at);
  if (level === undefined) return none;
  const tolerance = (TOLERANCE_PX * lengthMs(timeline.view.peek())) / Math.max(1, width.peek() - leftPx.peek());
  const positions = place.lane.levels[level]?.positions ?? new Int32Array(0);
  return { position: positionAt(model, positions, drawn, tolerance), isFoldMark: false };
}
