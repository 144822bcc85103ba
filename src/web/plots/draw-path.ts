import type { Context, Inks, Size } from "./canvas.ts";
import { ROW_PX } from "./row-layout.ts";
import { lineOfPosition } from "./span-tree.ts";
import type { TimelineModel } from "./timeline-model.ts";
import { lengthMs, type Viewport } from "./viewport.ts";

/** The critical path in the order of time. */
export interface PathScene {
  /** Rows; −1 where a segment lies in none. */
  readonly rows: Int32Array;
  /** Start and end of each segment in ms. */
  readonly times: Float64Array;
  /** By row: 1 where the path passes. */
  readonly isOn: Uint8Array;
}

interface Frame {
  readonly model: TimelineModel;
  readonly visible: Int32Array;
  readonly view: Viewport;
  readonly inks: Inks;
  readonly leftPx: number;
  readonly scrollPx: number;
}

const SEGMENTS_MAX = 5000;
const LINE_OFFSET = ROW_PX / 2 + 7;

/** A line along the bars of the path, with thin steps from one span to the next. */
export function drawPath(context: Context, size: Size, frame: Frame, { rows, times }: PathScene): void {
  const { model, visible, view, inks, leftPx, scrollPx } = frame;
  const pxPerMs = (size.width - leftPx) / lengthMs(view);
  context.save();
  context.beginPath();
  context.rect(leftPx, 0, size.width - leftPx, size.height);
  context.clip();
  const steps = new Path2D();
  const line = new Path2D();
  let drawn = 0;
  let lastY: number | undefined;
  for (let i = 0; i < rows.length && drawn < SEGMENTS_MAX; i++) {
    const start = times[2 * i] as number;
    const end = times[2 * i + 1] as number;
    const row = rows[i] as number;
    const position = row < 0 ? -1 : (model.tree.positions[row] as number);
    if (end < view.startMs || start > view.endMs || position < 0) continue;
    const y = Math.round(lineOfPosition(visible, position) * ROW_PX - scrollPx + LINE_OFFSET);
    const from = leftPx + (Math.max(start, view.startMs) - view.startMs) * pxPerMs;
    const to = leftPx + (Math.min(end, view.endMs) - view.startMs) * pxPerMs;
    if (lastY !== undefined && lastY !== y) {
      steps.moveTo(from, lastY);
      steps.lineTo(from, y);
    }
    line.moveTo(from, y);
    line.lineTo(Math.max(to, from + 1), y);
    lastY = y;
    drawn++;
  }
  context.strokeStyle = inks.ink3;
  context.lineWidth = 0.5;
  context.stroke(steps);
  context.strokeStyle = inks.ink;
  context.lineWidth = 2;
  context.stroke(line);
  context.restore();
}
