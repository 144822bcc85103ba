import { useLayoutEffect, useRef } from "preact/hooks";
import { formatCount, formatCounted } from "../../base/format.ts";
import { type Context, prepareCanvas, readInks, type Size } from "../../plots/canvas.ts";
import { drawLanes } from "../../plots/draw-lanes.ts";
import { drawRows } from "../../plots/draw-rows.ts";
import { drawRuler } from "../../plots/draw-ruler.ts";
import { layoutLanes } from "../../plots/lane-layout.ts";
import { ROW_PX } from "../../plots/row-layout.ts";
import type { OpenRun } from "../../state/open-run.ts";

const WIDTH = 860;
const LEFT_PX = 330;
const RULER_PX = 24;
/** Paper is finer than screens. */
const RATIO = 2;
/** A picture is not cut by the end of a page: many short ones leave little of it empty. */
const ROWS_A_PICTURE = 12;
const ROWS_MAX = 600;

/** The timeline as it is seen, for paper: in light colours, as wide as the page, with all its lines. */
export function PrintedTimeline({ run }: { readonly run: OpenRun }) {
  const { timeline } = run;
  const model = timeline.drawn.value;
  if (model === undefined) return null;
  const visible = timeline.visible.value;
  const lines = Math.min(visible.length, ROWS_MAX);
  const left = visible.length - lines;
  const inks = readInks(false);
  const shared = { model, inks, view: timeline.view.value, leftPx: LEFT_PX, marked: run.markedRows.value };
  const unpointed = { selected: -1, hovered: -1 };
  const layout = layoutLanes(timeline.drawnLanes.value);
  const utilization = run.utilization.value;
  const lanes = {
    ...shared,
    ...unpointed,
    layout,
    utilization,
    scrollPx: 0,
    arrows: undefined,
    selectedSpan: undefined,
  };
  const rows = { ...shared, ...unpointed, visible, repeats: undefined, path: undefined, ghost: undefined };
  const pictures = Array.from({ length: Math.ceil(lines / ROWS_A_PICTURE) }, (_, i) => i * ROWS_A_PICTURE);
  return (
    <section>
      <h2>
        {left === 0
          ? "Timeline"
          : `Timeline: the first ${formatCount(lines)} of ${formatCounted(visible.length, "line")}`}
      </h2>
      <Picture
        height={RULER_PX}
        draw={(context, size) => drawRuler(context, size, { ...shared, scale: timeline.scale.peek() })}
      />
      <Picture height={layout.height} draw={(context, size) => drawLanes(context, size, lanes)} />
      {pictures.map((first) => (
        <Picture
          key={first}
          height={Math.min(ROWS_A_PICTURE, lines - first) * ROW_PX}
          draw={(context, size) => drawRows(context, size, { ...rows, scrollPx: first * ROW_PX })}
        />
      ))}
      {left > 0 && (
        <p class="muted">
          {formatCounted(left, "more line")} left out. Fold or zoom the timeline before printing to have others on
          paper.
        </p>
      )}
    </section>
  );
}

interface PictureProps {
  readonly height: number;
  readonly draw: (context: Context, size: Size) => void;
}

/** Drawn at once: what is drawn in the next frame comes too late for paper. */
function Picture({ height, draw }: PictureProps) {
  const ref = useRef<HTMLCanvasElement>(null);
  useLayoutEffect(() => {
    const size = { width: WIDTH, height };
    const context = ref.current === null ? undefined : prepareCanvas(ref.current, size, RATIO);
    if (context !== undefined) draw(context, size);
  });
  // biome-ignore lint/a11y/noAriaHiddenOnFocusable: a canvas takes no focus; on paper nothing does
  return <canvas ref={ref} class="print-canvas" aria-hidden="true" />;
}
