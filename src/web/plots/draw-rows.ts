// The waterfall: one line a span, or a series of spans. Its texts are drawn in draw-row-texts.ts, its bars in
// draw-row-bars.ts.

import type { Context, Size } from "./canvas.ts";
import { drawGhost } from "./draw-ghost.ts";
import { drawPath } from "./draw-path.ts";
import { drawBar, drawSeries } from "./draw-row-bars.ts";
import { drawTexts } from "./draw-row-texts.ts";
import { drawTimeGrid } from "./draw-ruler.ts";
import type { Series } from "./repeats.ts";
import { ROW_PX, rowColumns } from "./row-layout.ts";
import type { FullScene, RowLine, RowsScene } from "./rows-scene.ts";
import type { TimelineModel } from "./timeline-model.ts";

const MARKED_ALPHA = 0.6;
const MARK_INSET = 5;

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
  { position, row, y, series }: RowLine,
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
