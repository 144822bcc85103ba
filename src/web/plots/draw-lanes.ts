import { SPAN_KINDS, SPAN_STATUSES, type SpanKind } from "../../model/vocabulary.ts";
import type { AgentShade } from "../base/agent-color.ts";
import { formatShare } from "../base/format.ts";
import { type Context, fitText, type Size } from "./canvas.ts";
import { type Box, fillIntervals } from "./draw-bars.ts";
import { drawLaneArrows } from "./draw-lane-arrows.ts";
import { drawTimeGrid } from "./draw-ruler.ts";
import type { LaneArrows } from "./lane-arrows.ts";
import { type LaneLayout, type LanePlace, levelTop, STRIP_HEIGHT, stripTop } from "./lane-layout.ts";
import { LANE_STATES, type LaneLevel, type LaneState, lookOf, SPAN_LOOKS, type SpanLook } from "./lanes.ts";
import { type AgentPaint, paintOf } from "./paints.ts";
import type { TimelineModel } from "./timeline-model.ts";
import type { TimelineScene } from "./timeline-scene.ts";
import { lengthMs } from "./viewport.ts";

export interface LanesScene extends TimelineScene {
  readonly layout: LaneLayout;
  readonly utilization: ReadonlyMap<string, number>;
  /** Messages between the lanes, while they are shown. */
  readonly arrows: LaneArrows | undefined;
  /** The span that is selected; its message's arrow is heavy. */
  readonly selectedSpan: string | undefined;
}

const ERROR = SPAN_STATUSES.indexOf("error");
const SHADE_OF_STATE: Readonly<Record<LaneState, AgentShade>> = {
  waiting: "faint",
  working: "soft",
  tool: "medium",
  llm: "solid",
};
const SHADE_OF_LOOK: Readonly<Record<SpanLook, AgentShade>> = { holder: "soft", tool: "medium", model: "solid" };
const LABEL_PX_MIN = 36;
const LABEL_LEVEL_PX = 13;
const FAILURE_PX_MIN = 6;
const FOOT_PX = 2;
/** From more spans than this a pixel on, they are not drawn one by one. */
const SPANS_PER_PX_MAX = 0.25;

export function drawLanes(context: Context, size: Size, scene: LanesScene): void {
  const { model, layout, inks, leftPx, scrollPx } = scene;
  if (model === undefined) return;
  drawTimeGrid(context, size, { ...scene, scale: model.scale });
  for (const place of layout.lanes) {
    if (place.top + place.height < scrollPx || place.top > scrollPx + size.height) continue;
    const shifted = { ...place, top: place.top - scrollPx };
    const paint = paintOf(place.lane.agent, inks.isDark);
    drawLaneHead(context, shifted, paint, scene);
    context.save();
    context.beginPath();
    context.rect(leftPx, shifted.top, size.width - leftPx, place.height);
    context.clip();
    drawStrip(context, size.width - leftPx, shifted, paint, scene);
    for (const [i, level] of place.lane.levels.entries()) {
      const box = { left: leftPx, width: size.width - leftPx, top: levelTop(shifted, i), height: place.levelHeight };
      drawLevel(context, level, { ...scene, model, paint, box });
    }
    context.restore();
    context.fillStyle = inks.line;
    context.fillRect(0, Math.round(shifted.top + place.height) - 1, size.width, 1);
  }
  if (scene.arrows !== undefined) drawLaneArrows(context, size, scene, scene.arrows);
}

function drawLaneHead(context: Context, { lane, top, height }: LanePlace, paint: AgentPaint, scene: LanesScene): void {
  const { inks, leftPx, utilization } = scene;
  const middle = top + height / 2;
  context.fillStyle = paint.solid;
  context.beginPath();
  context.roundRect(16, middle - 4, 8, 8, 2);
  context.fill();
  context.textBaseline = "middle";
  context.font = inks.smallFont;
  context.fillStyle = inks.ink3;
  const share = utilization.get(lane.agent);
  const busy = share === undefined ? "" : `${formatShare(share)} busy`;
  const busyWidth = context.measureText(busy).width;
  context.textAlign = "right";
  context.fillText(busy, leftPx - 12, middle + 0.5);
  context.textAlign = "left";
  context.font = inks.font;
  context.fillStyle = inks.ink;
  context.fillText(fitText(context, lane.agent, leftPx - 30 - busyWidth - 24), 30, middle + 0.5);
}

function drawStrip(context: Context, width: number, place: LanePlace, paint: AgentPaint, scene: LanesScene): void {
  const box = { left: scene.leftPx, width, top: stripTop(place), height: STRIP_HEIGHT };
  for (const state of LANE_STATES) {
    context.fillStyle = paint[SHADE_OF_STATE[state]];
    fillIntervals(context, place.lane.activity[state], scene.view, box);
  }
}

type LevelScene = LanesScene & {
  readonly model: TimelineModel;
  readonly paint: AgentPaint;
  readonly box: Box;
};

/** Each span where there is room; where there is none, how much of each pixel they cover. */
function drawLevel(context: Context, level: LaneLevel, scene: LevelScene): void {
  const { view, box, paint, inks } = scene;
  const first = firstInSight(scene.model, level.positions, view.startMs);
  const end = firstStartingAt(scene.model, level.positions, view.endMs);
  if (end - first <= box.width * SPANS_PER_PX_MAX) {
    for (let i = first; i < end; i++) drawSpan(context, level.positions[i] as number, scene);
    return;
  }
  for (const look of SPAN_LOOKS) {
    context.fillStyle = paint[SHADE_OF_LOOK[look]];
    fillIntervals(context, level.intervals[look], view, box);
  }
  context.fillStyle = inks.fail;
  fillIntervals(context, level.failed, view, { ...box, top: box.top + box.height - FOOT_PX, height: FOOT_PX });
  for (const marked of [scene.hovered, scene.selected]) {
    if (marked >= 0 && level.positions.includes(marked)) drawSpan(context, marked, scene);
  }
}

function drawSpan(context: Context, position: number, scene: LevelScene): void {
  const { view, box, paint, inks, selected, hovered } = scene;
  const { columns, tree, starts, ends } = scene.model;
  const row = tree.rows[position] as number;
  const pxPerMs = box.width / lengthMs(view);
  const from = Math.max(-2, ((starts[row] as number) - view.startMs) * pxPerMs);
  const to = Math.min(box.width + 2, ((ends[row] as number) - view.startMs) * pxPerMs);
  if (to < 0) return;
  // A little apart from the next one.
  const width = Math.max(1, to - from > 4 ? to - from - 1 : to - from);
  const place = { x: box.left + from, y: box.top, width, height: box.height };
  const shade = SHADE_OF_LOOK[lookOf(SPAN_KINDS[columns.kind[row] as number] as SpanKind)];
  context.fillStyle = paint[shade];
  context.fillRect(place.x, place.y, place.width, place.height);
  if (columns.status[row] === ERROR) drawFailure(context, inks.fail, place);
  if (position === selected || scene.marked.has(row)) outline(context, inks.accent, place);
  else if (position === hovered) outline(context, inks.ink3, place);
  if (width < LABEL_PX_MIN || box.height < LABEL_LEVEL_PX) return;
  const seen = Math.max(0, from);
  context.font = inks.smallFont;
  context.fillStyle = inks.isDark && shade !== "soft" ? inks.ground : inks.ink;
  const text = fitText(context, columns.strings[columns.name[row] as number] ?? "", to - seen - 10);
  context.fillText(text, box.left + seen + 4, box.top + box.height / 2 + 0.5);
}

/** Index of the first span that may be seen. Levels hardly overlap: a few before it are looked at too. */
function firstInSight(model: TimelineModel, positions: Int32Array, startMs: number): number {
  return Math.max(0, firstStartingAt(model, positions, startMs) - 8);
}

/** Index of the first span that starts at an instant or later. */
function firstStartingAt({ starts, tree }: TimelineModel, positions: Int32Array, ms: number): number {
  let low = 0;
  let high = positions.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((starts[tree.rows[positions[middle] as number] as number] as number) < ms) low = middle + 1;
    else high = middle;
  }
  return low;
}

interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Red all around where there is room, else a red foot: failures must not hide what else is there. */
function drawFailure(context: Context, color: string, { x, y, width, height }: Rect): void {
  if (width >= FAILURE_PX_MIN) {
    outline(context, color, { x, y, width, height });
    return;
  }
  context.fillStyle = color;
  context.fillRect(x, y + height - FOOT_PX, Math.max(1, width), FOOT_PX);
}

function outline(context: Context, color: string, { x, y, width, height }: Rect): void {
  context.strokeStyle = color;
  context.lineWidth = 1;
  context.strokeRect(x + 0.5, y + 0.5, Math.max(1, width - 1), height - 1);
}
