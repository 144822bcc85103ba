// The columns of a line of the waterfall: mark and name, agent, duration.

import { SPAN_KINDS, SPAN_STATUSES, type SpanKind } from "../../model/vocabulary.ts";
import { formatCount, formatDuration, formatElapsed } from "../base/format.ts";
import { type Context, drawIcon, fitText } from "./canvas.ts";
import { agentPaint } from "./paints.ts";
import type { Series } from "./repeats.ts";
import { indentOf, ROW_PX, type RowColumns } from "./row-layout.ts";
import type { FullScene, RowLine } from "./rows-scene.ts";
import type { SpanColumns } from "./skeleton.ts";
import { errorsWithin } from "./span-tree.ts";
import { realOf } from "./time-scale.ts";
import type { TimelineModel } from "./timeline-model.ts";

const ERROR = SPAN_STATUSES.indexOf("error");
/** So much of a name is seen whatever is said of what is folded into it. */
const NAME_PX_MIN = 72;
const QUIET_KINDS: ReadonlySet<SpanKind> = new Set(["other", "step"]);

export function drawTexts(context: Context, columns: RowColumns, scene: FullScene, line: RowLine): void {
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

function drawName(context: Context, columns: RowColumns, { model, inks }: FullScene, line: RowLine): void {
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
