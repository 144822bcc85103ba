import { computed, useComputed } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { formatCounted } from "../../base/format.ts";
import type { PathScene } from "../../plots/draw-path.ts";
import { drawRows } from "../../plots/draw-rows.ts";
import type { Ghost } from "../../plots/ghost.ts";
import { Plot } from "../../plots/plot.tsx";
import { indentOf, ROW_PX, rowColumns } from "../../plots/row-layout.ts";
import type { RowsScene } from "../../plots/rows-scene.ts";
import { allDrawn, type TimeScale } from "../../plots/time-scale.ts";
import { inks } from "../../state/inks.ts";
import type { OpenRun } from "../../state/open-run.ts";
import { SelectionTwin } from "./selection-twin.tsx";
import type { TimelineFrame } from "./timeline-frame.ts";
import { followPointer, type Hit } from "./timeline-pointer.ts";

const FOLD_MARK_PX = 16;
/** Lines that stay around a selected line when it is brought into sight. */
const LINES_AROUND = 2;

/** The waterfall: one canvas in a list of any length that the browser scrolls. */
export function TimelineRows({ frame }: { readonly frame: TimelineFrame }) {
  const { timeline, rowsScrollPx } = frame;
  const scroller = useRef<HTMLDivElement>(null);
  const scene = useScene(frame);
  useEffect(() => {
    const element = scroller.current;
    if (element === null) return undefined;
    return followPointer(element, frame, {
      hit: (x, y) => hitRow(frame, x, y),
      scrollBy: (pixels) => element.scrollBy(0, pixels),
      wheelZooms: false,
    });
  }, []);
  const lineCount = timeline.visible.value.length;
  const topLine = timeline.topLine.value;
  // While the frame is taller than it will be, it cannot be scrolled as far as the URL says: the place is kept.
  const heldBackAtPx = useRef<number | undefined>(undefined);
  const scrollToTopLine = () => {
    const element = scroller.current;
    if (element === null || timeline.visible.peek().length === 0) return;
    const wantedPx = timeline.topLine.peek() * ROW_PX;
    if (Math.floor(element.scrollTop / ROW_PX) !== timeline.topLine.peek()) element.scrollTop = wantedPx;
    heldBackAtPx.current = element.scrollTop <= wantedPx - ROW_PX ? element.scrollTop : undefined;
  };
  useLayoutEffect(scrollToTopLine, [topLine, lineCount > 0]);
  useLayoutEffect(() => {
    const observer = new ResizeObserver(scrollToTopLine);
    if (scroller.current !== null) observer.observe(scroller.current);
    return () => observer.disconnect();
  }, []);
  const wishes = timeline.revealWishes.value;
  useLayoutEffect(() => {
    if (wishes > 0 && scroller.current !== null) reveal(scroller.current, timeline.selectedLine.peek());
  }, [wishes]);
  return (
    <section
      ref={scroller}
      class="timeline-rows"
      aria-label="Spans"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys
      tabIndex={0}
      data-lines={lineCount}
      data-row-px={ROW_PX}
      onScroll={() => {
        rowsScrollPx.value = scroller.current?.scrollTop ?? 0;
        if (rowsScrollPx.peek() === heldBackAtPx.current) return;
        timeline.topLine.value = Math.floor(rowsScrollPx.peek() / ROW_PX);
      }}
    >
      <div class="timeline-list" style={{ height: `${lineCount * ROW_PX}px` }}>
        <div class="timeline-sticky">
          <Plot scene={scene} draw={drawMarked} />
        </div>
      </div>
      <SelectionTwin timeline={timeline} />
      {timeline.built.value === undefined && <SpansToCome run={frame.run} />}
    </section>
  );
}

/** A large run's figures are there before its spans. */
function SpansToCome({ run }: { readonly run: OpenRun }) {
  const count = run.figures.value?.spanCount;
  if (count === undefined || run.skeleton.failure.value !== undefined) return null;
  return (
    <p class="waiting timeline-waiting muted" role="status">
      Reading {formatCounted(count, "span")} …
    </p>
  );
}

let isMarked = false;

/** Marks when a run's spans were on the screen for the first time: what the tests measure. */
function drawMarked(
  context: CanvasRenderingContext2D,
  size: { width: number; height: number },
  scene: RowsScene,
): void {
  drawRows(context, size, scene);
  if (isMarked || scene.model === undefined) return;
  isMarked = true;
  performance.mark("talea:spans-drawn");
}

function useScene({ timeline, leftPx, rowsScrollPx, run }: TimelineFrame) {
  const path = useComputed(() => pathOnScale(run.pathLine.value, timeline.scale.value));
  const ghost = useComputed(() => ghostOnScale(timeline.ghost.value, timeline.scale.value));
  const ref = useRef(
    computed<RowsScene>(() => ({
      model: timeline.drawn.value,
      visible: timeline.visible.value,
      marked: run.markedRows.value,
      repeats: timeline.foldedRepeats.value.isOn ? timeline.repeats.value : undefined,
      view: timeline.view.value,
      inks: inks.value,
      leftPx: leftPx.value,
      scrollPx: rowsScrollPx.value,
      selected: timeline.selectedPosition.value,
      hovered: timeline.hoveredPosition.value,
      path: path.value,
      ghost: ghost.value,
    })),
  );
  return ref.current;
}

function pathOnScale(path: PathScene | undefined, scale: TimeScale): PathScene | undefined {
  return path === undefined || scale.gaps.length === 0 ? path : { ...path, times: allDrawn(scale, path.times) };
}

function ghostOnScale(ghost: Ghost | undefined, scale: TimeScale): Ghost | undefined {
  if (ghost === undefined || scale.gaps.length === 0) return ghost;
  const [start, end] = [allDrawn(scale, ghost.start), allDrawn(scale, ghost.end)];
  return { ...ghost, start, end, path: pathOnScale(ghost.path, scale) };
}

function hitRow({ timeline, leftPx, rowsScrollPx }: TimelineFrame, x: number, y: number): Hit {
  const line = Math.floor((y + rowsScrollPx.peek()) / ROW_PX);
  const position = timeline.visible.peek()[line] ?? -1;
  const tree = timeline.model.peek()?.tree;
  if (position < 0 || tree === undefined) return { position: -1, isFoldMark: false };
  const left = indentOf(tree.depth[position] as number, rowColumns(leftPx.peek()));
  const hasMark = timeline.canFold(position) || timeline.hasSeriesAt(position);
  const isFoldMark = hasMark && x >= left - 2 && x < left + FOLD_MARK_PX;
  return { position, isFoldMark };
}

/** The next line comes into sight at the edge, one from afar in the middle. */
function reveal(element: HTMLElement, line: number): void {
  if (line < 0) return;
  const { scrollTop, clientHeight } = element;
  const around = Math.min(LINES_AROUND * ROW_PX, clientHeight / 4);
  const top = line * ROW_PX - around;
  const bottom = (line + 1) * ROW_PX + around;
  if (top >= scrollTop && bottom <= scrollTop + clientHeight) return;
  const isFar = bottom < scrollTop || top > scrollTop + clientHeight;
  if (isFar) element.scrollTop = (top + bottom - clientHeight) / 2;
  else element.scrollTop = top < scrollTop ? top : bottom - clientHeight;
}
