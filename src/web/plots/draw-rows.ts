import { SPAN_KINDS, SPAN_STATUSES, type SpanKind } from "../../model/vocabulary.ts";
import { formatCount, formatDuration, formatElapsed } from "../base/format.ts";
import { type Context, drawIcon, fitText, type Inks, type Size } from "./canvas.ts";
import { fillIntervals } from "./draw-bars.ts";
import { drawGhost } from "./draw-ghost.ts";
import { drawPath, type PathScene } from "./draw-path.ts";
import { drawTimeGrid } from "./draw-ruler.ts";
import type { Ghost } from "./ghost.ts";
import { agentPaint } from "./paints.ts";
import { type Repeats, type Series, seriesBars } from "./repeats.ts";
import { indentOf, ROW_PX, type RowColumns, rowColumns } from "./row-layout.ts";
import type { SpanColumns } from "./skeleton.ts";
import { errorsWithin } from "./span-tree.ts";
import { realOf } from "./time-scale.ts";
import type { TimelineModel } from "./timeline-model.ts";
import { lengthMs, type Viewport } from "./viewport.ts";

export interface RowsScene {
  readonly model: TimelineModel | undefined;
  /** Positions, one a line. */
  readonly visible: Int32Array;
  /** Rows of the spans that a finding is about. */
  readonly marked: ReadonlySet<number>;
  /** Series of spans that repeat, while they may be folded. */
  readonly repeats: Repeats | undefined;
  readonly view: Viewport;
  readonly inks: Inks;
  readonly leftPx: number;
  readonly scrollPx: number;
  /** Positions; −1: none. */
  readonly selected: number;
  readonly hovered: number;
  readonly path: PathScene | undefined;
  /** Its path is drawn in place of the measured one. */
  readonly ghost: Ghost | undefined;
}

type FullScene = RowsScene & { readonly model: TimelineModel };

/** One line: a span, where it is on the canvas, and where its columns are. */
interface Line {
  readonly position: number;
  readonly row: number;
  readonly y: number;
  readonly isFolded: boolean;
  /** It stands for a series of spans. */
  readonly series: Series | undefined;
  /** A series begins there, and is open. */
  readonly opensSeries: boolean;
}

const ERROR = SPAN_STATUSES.indexOf("error");
const BAR_PX = 12;
const BAR_TOP = (ROW_PX - BAR_PX) / 2;
const BAR_WIDTH_MIN = 2;
const SERIES_FOOT_PX = 3;
/** So much of a name is seen whatever is said of what is folded into it. */
const NAME_PX_MIN = 72;
const FADE_PX = 40;
const MARKED_ALPHA = 0.6;
const MARK_INSET = 5;
const OFF_PATH_ALPHA = 0.25;
const QUIET_KINDS: ReadonlySet<SpanKind> = new Set(["other", "step"]);

export function drawRows(context: Context, size: Size, scene: RowsScene): void {
  const { model, visible, scrollPx } = scene;
  if (model === undefined) return;
  drawTimeGrid(context, size, { ...scene, scale: model.scale });
  const full = { ...scene, model };
  const columns = rowColumns(scene.leftPx);
  const first = Math.max(0, Math.floor(scrollPx / ROW_PX));
  const end = Math.min(visible.length, Math.ceil((scrollPx + size.height) / ROW_PX));
  context.textBaseline = "middle";
  for (let line = first; line < end; line++) {
    const position = visible[line] as number;
    const next = visible[line + 1] ?? model.tree.rows.length;
    const series = scene.repeats?.heads[position] === position ? scene.repeats.series.get(position) : undefined;
    const isSeriesFolded = series !== undefined && next >= series.end;
    const isFolded = isSeriesFolded || ((model.tree.size[position] as number) > 1 && next !== position + 1);
    const at = {
      ...{ position, row: model.tree.rows[position] as number, y: line * ROW_PX - scrollPx, isFolded },
      ...{ series: isSeriesFolded ? series : undefined, opensSeries: series !== undefined && !isSeriesFolded },
    };
    drawGround(context, size, full, at);
    drawTexts(context, columns, full, at);
    context.save();
    context.beginPath();
    context.rect(scene.leftPx, at.y, size.width - scene.leftPx, ROW_PX);
    context.clip();
    if (at.series !== undefined) drawSeries(context, size, full, at, at.series);
    else drawBar(context, size, full, at);
    if (scene.ghost !== undefined) drawGhost(context, size, full, scene.ghost, at);
    context.restore();
  }
  const path = scene.ghost === undefined ? scene.path : scene.ghost.path;
  if (path !== undefined) drawPath(context, size, full, path);
}

function drawGround(
  context: Context,
  { width }: Size,
  { inks, selected, hovered, marked, model }: FullScene,
  { position, row, y, series }: Line,
): void {
  const isMarked = marked.size > 0 && (marked.has(row) || hasMarked(marked, model, series));
  if (isMarked && position !== selected) {
    context.globalAlpha = MARKED_ALPHA;
    context.fillStyle = inks.accentGround;
    context.fillRect(0, y, width, ROW_PX);
    context.globalAlpha = 1;
    context.fillStyle = inks.accent;
    context.fillRect(0, y + MARK_INSET, 2, ROW_PX - 2 * MARK_INSET);
  }
  if (position !== selected && position !== hovered) return;
  context.fillStyle = position === selected ? inks.accentGround : inks.hover;
  context.fillRect(0, y, width, ROW_PX);
  if (position !== selected) return;
  context.fillStyle = inks.accent;
  context.fillRect(0, y, 2, ROW_PX);
}

/** Whether a folded series holds a marked span. */
function hasMarked(marked: ReadonlySet<number>, { tree }: TimelineModel, series: Series | undefined): boolean {
  if (series === undefined) return false;
  for (const row of marked) {
    const position = tree.positions[row] as number;
    if (position >= (series.members[0] as number) && position < series.end) return true;
  }
  return false;
}

function drawTexts(context: Context, columns: RowColumns, scene: FullScene, line: Line): void {
  const { model, inks } = scene;
  const { columns: spans } = model;
  const { row, y } = line;
  const middle = y + ROW_PX / 2 + 0.5;
  drawName(context, columns, scene, line);
  const agent = spans.agent[row] as number;
  if (agent >= 0 && columns.agentWidth > 0) {
    context.fillStyle = agentPaint(spans, agent, inks.isDark).solid;
    context.beginPath();
    context.roundRect(columns.agentLeft, middle - 4, 7, 7, 2);
    context.fill();
    context.fillStyle = inks.ink2;
    const text = fitText(context, spans.strings[agent] ?? "", columns.agentWidth - 12);
    context.fillText(text, columns.agentLeft + 12, middle);
  }
  context.fillStyle = line.series === undefined && (spans.duration[row] as number) < 0 ? inks.accent : inks.ink2;
  context.textAlign = "right";
  const duration = line.series === undefined ? durationText(model, row) : `Σ ${formatDuration(line.series.totalMs)}`;
  if (columns.durationRight > 0) context.fillText(duration, columns.durationRight, middle);
  context.textAlign = "left";
}

/** How long it took, or has been taking; of a span that never ended in a run that is over, nobody knows. */
function durationText({ columns, ends, scale, growing }: TimelineModel, row: number): string {
  const duration = columns.duration[row] as number;
  if (duration >= 0) return formatDuration(duration);
  return growing === undefined
    ? "open"
    : formatElapsed(realOf(scale, ends[row] as number) - (columns.start[row] as number));
}

function drawName(context: Context, columns: RowColumns, { model, inks }: FullScene, line: Line): void {
  const { columns: spans, tree } = model;
  const { position, row, y, isFolded } = line;
  const depth = tree.depth[position] as number;
  const left = indentOf(depth, columns);
  const middle = y + ROW_PX / 2 + 0.5;
  context.fillStyle = inks.line;
  for (let level = 1; level <= depth; level++) {
    const x = indentOf(level - 1, columns) + 7;
    if (x >= left) break;
    context.fillRect(x, y, 1, ROW_PX);
  }
  const isError = spans.status[row] === ERROR;
  if ((tree.size[position] as number) > 1 || isFolded || line.opensSeries) {
    context.strokeStyle = inks.ink3;
    drawIcon(context, isFolded ? "right" : "down", { x: left + 1, y: y + 5, size: 12 });
  }
  const kind = SPAN_KINDS[spans.kind[row] as number] as SpanKind;
  context.strokeStyle = isError ? inks.fail : inks.ink3;
  drawIcon(context, kind, { x: left + 16, y: y + 4.5, size: 13 });
  context.font = inks.font;
  const within = line.series !== undefined ? seriesText(line.series) : isFolded ? foldedText(model, position) : "";
  const withinWidth = within === "" ? 0 : context.measureText(within).width + 8;
  const room = Math.max(NAME_PX_MIN, columns.nameRight - left - 34 - withinWidth);
  const text = fitText(context, line.series === undefined ? nameOf(spans, row) : seriesName(model, line.series), room);
  context.fillStyle = isError ? inks.fail : QUIET_KINDS.has(kind) ? inks.ink2 : inks.ink;
  context.fillText(text, left + 34, middle);
  if (within === "") return;
  const withinRoom = columns.nameRight - left - 34 - context.measureText(text).width - 8;
  const hasErrors =
    line.series === undefined ? errorsWithin(tree, position) > (isError ? 1 : 0) : line.series.failed > 0;
  context.fillStyle = hasErrors ? inks.fail : inks.ink3;
  context.fillText(fitText(context, within, withinRoom), left + 34 + context.measureText(text).width + 8, middle);
}

function nameOf({ strings, name }: SpanColumns, row: number): string {
  return strings[name[row] as number] ?? "";
}

/** The names of one round. */
function seriesName({ columns, tree }: TimelineModel, { members, length }: Series): string {
  return Array.from(members.subarray(0, length), (member) => nameOf(columns, tree.rows[member] as number)).join(", ");
}

/** How often, and how many failed. */
function seriesText({ count, failed }: Series): string {
  return failed > 0 ? `×${formatCount(count)}, ${formatCount(failed)} failed` : `×${formatCount(count)}`;
}

/** What a fold hides. */
function foldedText({ tree, columns }: TimelineModel, position: number): string {
  const own = columns.status[tree.rows[position] as number] === ERROR ? 1 : 0;
  const errors = errorsWithin(tree, position) - own;
  const count = formatCount((tree.size[position] as number) - 1);
  return errors > 0 ? `+${count}, ${formatCount(errors)} failed` : `+${count}`;
}

/** From the first of its spans to the last one, and when they were at work; failed ones have a red foot. */
function drawSeries(context: Context, { width }: Size, scene: FullScene, line: Line, series: Series): void {
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

function drawBar(context: Context, { width }: Size, scene: FullScene, line: Line): void {
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
function drawBarNote(context: Context, { model, inks }: FullScene, { row, y }: Line, x: number): void {
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
  { row, y }: Line,
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
