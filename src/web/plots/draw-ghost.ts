import type { Context, Inks, Size } from "./canvas.ts";
import type { Ghost } from "./ghost.ts";
import { ROW_PX } from "./row-layout.ts";
import { lengthMs, type Viewport } from "./viewport.ts";

const GHOST_PX = 3;
const GHOST_TOP = ROW_PX - GHOST_PX - 1;
const WIDTH_MIN = 2;
/** The predicted path is drawn over it. */
const GHOST_ALPHA = 0.5;

interface Frame {
  readonly view: Viewport;
  readonly inks: Inks;
  readonly leftPx: number;
}

/** A thin bar below a span's own, where it would be: in the accent where its own work would be faster or slower. */
export function drawGhost(
  context: Context,
  { width }: Size,
  { view, inks, leftPx }: Frame,
  { start, end, isScaled }: Ghost,
  { row, y }: { readonly row: number; readonly y: number },
): void {
  const pxPerMs = (width - leftPx) / lengthMs(view);
  const from = Math.max(-WIDTH_MIN, ((start[row] as number) - view.startMs) * pxPerMs);
  const to = Math.min(width, Math.max(((end[row] as number) - view.startMs) * pxPerMs, from + WIDTH_MIN));
  // Also where it has no place: NaN.
  if (!(to > 0)) return;
  context.globalAlpha = GHOST_ALPHA;
  context.fillStyle = isScaled[row] === 1 ? inks.accent : inks.ink3;
  context.fillRect(leftPx + from, y + GHOST_TOP, to - from, GHOST_PX);
  context.globalAlpha = 1;
}
