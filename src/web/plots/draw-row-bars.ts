// The bar of a line of the waterfall: a span, or a series of them.

import { SPAN_STATUSES } from "../../model/vocabulary.ts";
import { formatCount, formatDuration } from "../base/format.ts";
import type { Context, Size } from "./canvas.ts";
import { fillIntervals } from "./draw-bars.ts";
import { agentPaint } from "./paints.ts";
import { type Series, seriesBars } from "./repeats.ts";
import { ROW_PX } from "./row-layout.ts";
import type { FullScene, RowLine } from "./rows-scene.ts";
import { lengthMs } from "./viewport.ts";

const ERROR = SPAN_STATUSES.indexOf("error");
const BAR_PX = 12;
const BAR_TOP = (ROW_PX - BAR_PX) / 2;
const BAR_WIDTH_MIN = 2;
const SERIES_FOOT_PX = 3;
const FADE_PX = 40;
const OFF_PATH_ALPHA = 0.25;

/** From the first of its spans to the last one, and when they were at work; failed ones have a red foot. */
export function drawSeries(context: Context, { width }: Size, scene: FullScene, line: RowLine, series: Series): void {
  const { model, view, inks, leftPx } = scene;
  const { columns, tree, starts, ends } = model;
  const bars = seriesBars(columns, tree, model, series);
  const barsWidth = width - leftPx;
  const pxPerMs = barsWidth / lengthMs(view);
  const lastRow = tree.rows[series.members.at(-1) ?? line.position] as number;
  const endMs = Math.max(bars.all.at(-1) ?? 0, ends[lastRow] as number);
  const from = ((starts[line.row] as number) - view.startMs) * pxPerMs;
  const to = Math.max((endMs - view.startMs) * pxPerMs, from + BAR_WIDTH_MIN);
  if (to < 0 || from > barsWidth) {
    drawOutOfSight(context, scene, line, { width, isBefore: to < 0 });
    return;
  }
  const paint = agentPaint(columns, columns.agent[line.row] as number, inks.isDark);
  const box = { left: leftPx, width: barsWidth, top: line.y + BAR_TOP, height: BAR_PX };
  context.fillStyle = paint.faint;
  context.fillRect(leftPx + Math.max(from, -4), box.top, Math.min(to, barsWidth + 4) - Math.max(from, -4), BAR_PX);
  context.fillStyle = paint.solid;
  fillIntervals(context, bars.all, view, box);
  context.fillStyle = inks.fail;
  fillIntervals(context, bars.failed, view, { ...box, top: box.top + BAR_PX - SERIES_FOOT_PX, height: SERIES_FOOT_PX });
  context.font = inks.smallFont;
  context.fillStyle = inks.ink3;
  const note = `longest ${formatDuration(series.longestMs)}`;
  const isBeyond = leftPx + to + 6 + context.measureText(note).width > width;
  if (!isBeyond) context.fillText(note, leftPx + to + 6, line.y + ROW_PX / 2 + 0.5);
}

export function drawBar(context: Context, { width }: Size, scene: FullScene, line: RowLine): void {
  const { model, view, inks, leftPx, path } = scene;
  const { columns, starts, ends, own } = model;
  const { row, position } = line;
  const barsWidth = width - leftPx;
  const pxPerMs = barsWidth / lengthMs(view);
  const from = ((starts[row] as number) - view.startMs) * pxPerMs;
  const to = Math.max(((ends[row] as number) - view.startMs) * pxPerMs, from + BAR_WIDTH_MIN);
  if (to < 0 || from > barsWidth) {
    drawOutOfSight(context, scene, line, { width, isBefore: to < 0 });
    return;
  }
  const paint = agentPaint(columns, columns.agent[row] as number, inks.isDark);
  const top = line.y + BAR_TOP;
  // Browsers lose precision far outside the canvas.
  const x = leftPx + Math.max(from, -4);
  const barWidth = Math.min(to, barsWidth + 4) - Math.max(from, -4);
  if (path !== undefined && path.isOn[row] !== 1) context.globalAlpha = OFF_PATH_ALPHA;
  const isOpen = (columns.duration[row] as number) < 0;
  context.fillStyle = isOpen ? fading(context, paint.soft, x + barWidth) : paint.soft;
  context.beginPath();
  context.roundRect(x, top, barWidth, BAR_PX, 2);
  context.fill();
  context.save();
  context.clip();
  context.fillStyle = isOpen ? fading(context, paint.solid, x + barWidth) : paint.solid;
  const range = { first: 2 * (own.first[position] as number), end: 2 * (own.first[position + 1] as number) };
  fillIntervals(context, own.segments, view, { left: leftPx, width: barsWidth, top, height: BAR_PX }, range);
  context.restore();
  if (columns.status[row] === ERROR) {
    context.globalAlpha = 1;
    context.strokeStyle = inks.fail;
    context.lineWidth = 1.5;
    context.beginPath();
    context.roundRect(x + 0.25, top + 0.25, Math.max(1.5, barWidth - 0.5), BAR_PX - 0.5, 2);
    context.stroke();
  }
  drawBarNote(context, scene, line, leftPx + to + 6);
  context.globalAlpha = 1;
}

/** An open span has no end yet: it fades out. */
function fading(context: Context, color: string, right: number): CanvasGradient {
  const gradient = context.createLinearGradient(right - FADE_PX, 0, right, 0);
  gradient.addColorStop(0, color);
  gradient.addColorStop(1, color.replace(")", " / 0)"));
  return gradient;
}

/** Tokens of model calls, behind the bar. */
function drawBarNote(context: Context, { model, inks }: FullScene, { row, y }: RowLine, x: number): void {
  const { columns } = model;
  const input = columns.tokensIn[row] as number;
  const output = columns.tokensOut[row] as number;
  if (input + output === 0) return;
  context.font = inks.smallFont;
  context.fillStyle = inks.ink3;
  context.fillText(`${formatCount(input)} → ${formatCount(output)}`, x, y + ROW_PX / 2 + 0.5);
}

/** A span before or behind what is seen leaves a hint at the edge. */
function drawOutOfSight(
  context: Context,
  { model, inks, leftPx }: FullScene,
  { row, y }: RowLine,
  { width, isBefore }: { readonly width: number; readonly isBefore: boolean },
): void {
  context.fillStyle = agentPaint(model.columns, model.columns.agent[row] as number, inks.isDark).medium;
  const x = isBefore ? leftPx + 3 : width - 3;
  const step = isBefore ? 4 : -4;
  const middle = y + ROW_PX / 2;
  context.beginPath();
  context.moveTo(x, middle);
  context.lineTo(x + step, middle - 3);
  context.lineTo(x + step, middle + 3);
  context.fill();
}
