import type { Context, Inks, Size } from "./canvas.ts";
import { arrowsInSight, type LaneArrows } from "./lane-arrows.ts";
import { type LaneLayout, type LanePlace, STRIP_HEIGHT, stripTop } from "./lane-layout.ts";
import { paintOf } from "./paints.ts";
import { type Viewport, xOf } from "./viewport.ts";

interface Frame {
  readonly layout: LaneLayout;
  readonly view: Viewport;
  readonly inks: Inks;
  readonly leftPx: number;
  readonly scrollPx: number;
  /** The span that is selected. */
  readonly selectedSpan: string | undefined;
}

/** More would hide the lanes: they are drawn once the reader is close enough. */
export const ARROWS_IN_SIGHT_MAX = 400;
const HEAD_PX = 5;
const HEAD_HALF_PX = 2.5;
const FOOT_PX = 2;
const ALPHA = 0.75;
/** Of very many the single one must not hide what the agents do. */
const CROWDED_FROM = 60;
const CROWDED_ALPHA = 0.3;

/** From the sender's strip to the receiver's, in the sender's colour. */
export function drawLaneArrows(context: Context, size: Size, frame: Frame, arrows: LaneArrows): void {
  const { layout, view, inks, leftPx, scrollPx, selectedSpan } = frame;
  const [first, end] = arrowsInSight(arrows, view);
  if (end - first > ARROWS_IN_SIGHT_MAX) return;
  const barsWidth = size.width - leftPx;
  context.save();
  context.beginPath();
  context.rect(leftPx, 0, barsWidth, size.height);
  context.clip();
  for (let i = first; i < end; i++) {
    const from = layout.lanes[arrows.from[i] as number];
    const to = layout.lanes[arrows.to[i] as number];
    if (from === undefined || to === undefined) continue;
    const [fromY, toY] = [middleOf(from) - scrollPx, middleOf(to) - scrollPx];
    const isSelected = selectedSpan !== undefined && arrows.spanIds[i] === selectedSpan;
    // One that leads to a lane out of sight would only cross the others.
    if (!isSelected && (Math.min(fromY, toY) < 0 || Math.max(fromY, toY) > size.height)) continue;
    context.globalAlpha = isSelected ? 1 : end - first > CROWDED_FROM ? CROWDED_ALPHA : ALPHA;
    context.strokeStyle = isSelected ? inks.accent : paintOf(from.lane.agent, inks.isDark).solid;
    context.lineWidth = isSelected ? 2 : 1;
    const fromX = leftPx + xOf(view, barsWidth, arrows.sent[i] as number);
    const toX = leftPx + xOf(view, barsWidth, arrows.received[i] as number);
    drawLine(context, { x: fromX, y: fromY }, { x: toX, y: toY });
  }
  context.restore();
}

function middleOf(place: LanePlace): number {
  return stripTop(place) + STRIP_HEIGHT / 2;
}

interface End {
  readonly x: number;
  readonly y: number;
}

function drawLine(context: Context, from: End, to: End): void {
  const length = Math.max(1, Math.hypot(to.x - from.x, to.y - from.y));
  const [along, across] = [(to.x - from.x) / length, (to.y - from.y) / length];
  const base = { x: to.x - HEAD_PX * along, y: to.y - HEAD_PX * across };
  context.beginPath();
  context.moveTo(from.x, from.y);
  context.lineTo(base.x, base.y);
  context.stroke();
  context.fillStyle = context.strokeStyle;
  context.beginPath();
  context.moveTo(base.x - HEAD_HALF_PX * across, base.y + HEAD_HALF_PX * along);
  context.lineTo(to.x, to.y);
  context.lineTo(base.x + HEAD_HALF_PX * across, base.y - HEAD_HALF_PX * along);
  context.fill();
  context.beginPath();
  context.arc(from.x, from.y, FOOT_PX, 0, 2 * Math.PI);
  context.fill();
}
