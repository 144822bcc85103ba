import { visibleLine } from "../base/visible-text.ts";
import { type Context, fitText, type Inks, type Size } from "./canvas.ts";
import type { EdgeMatrix, MatrixPair } from "./edge-matrix.ts";
import { type EdgeMeasure, formatMeasure } from "./edge-measures.ts";
import { type MatrixLayout, NAMED_CELL_PX_MIN, TOTALS_PX } from "./matrix-layout.ts";
import { paintOf } from "./paints.ts";

export interface MatrixScene {
  readonly matrix: EdgeMatrix;
  readonly measure: EdgeMeasure;
  readonly layout: MatrixLayout;
  readonly inks: Inks;
  readonly scroll: { readonly x: number; readonly y: number };
  /** The pair under the pointer. */
  readonly hovered: MatrixPair | undefined;
  readonly selected: MatrixPair | undefined;
}

const GAP_PX = 8;
const DOT_PX = 7;
const TURN = -Math.PI / 3;
const ONE_NAME_PX_MAX = 220;

export function drawEdgeMatrix(context: Context, size: Size, scene: MatrixScene): void {
  const { matrix, layout, scroll } = scene;
  const { leftPx, topPx, cellPx } = layout;
  const side = matrix.agents.length * cellPx;
  const right = Math.min(size.width, leftPx + side - scroll.x);
  const bottom = Math.min(size.height, topPx + side - scroll.y);
  const within = (left: number, top: number, toRight: number, toBottom: number, draw: () => void) => {
    context.save();
    context.beginPath();
    context.rect(left, top, Math.max(0, toRight - left), Math.max(0, toBottom - top));
    context.clip();
    draw();
    context.restore();
  };
  context.textBaseline = "middle";
  within(leftPx, topPx, right, bottom, () => drawCells(context, scene, side, { right, bottom }));
  within(0, topPx, leftPx, bottom, () => drawRowHeads(context, scene, size));
  within(leftPx, 0, size.width, topPx, () => drawColumnHeads(context, scene, size));
}

function drawCells(
  context: Context,
  { matrix, layout, inks, scroll, hovered, selected }: MatrixScene,
  side: number,
  { right, bottom }: { readonly right: number; readonly bottom: number },
): void {
  const { cellPx } = layout;
  const [left, top] = [layout.leftPx - scroll.x, layout.topPx - scroll.y];
  context.fillStyle = inks.raised;
  context.fillRect(left, top, side, side);
  for (const pair of [selected, hovered]) {
    if (pair === undefined) continue;
    context.fillStyle = pair === selected ? inks.accentGround : inks.hover;
    context.fillRect(left, top + pair.from * cellPx, side, cellPx);
    context.fillRect(left + pair.to * cellPx, top, cellPx, side);
  }
  const inset = cellPx > 8 ? 1 : 0;
  context.fillStyle = inks.accent;
  for (const { from, to, value, strength } of matrix.cells) {
    const x = left + to * cellPx;
    const y = top + from * cellPx;
    if (x > right || y > bottom || x + cellPx < layout.leftPx || y + cellPx < layout.topPx) continue;
    context.globalAlpha = value === undefined ? 0.1 : 0.12 + 0.88 * strength;
    context.fillRect(x + inset, y + inset, cellPx - 2 * inset, cellPx - 2 * inset);
  }
  context.globalAlpha = 1;
  context.strokeStyle = inks.ink;
  for (const pair of [hovered, selected]) {
    if (pair === undefined) continue;
    context.lineWidth = pair === selected ? 2 : 1;
    context.strokeRect(left + pair.to * cellPx + 0.5, top + pair.from * cellPx + 0.5, cellPx - 1, cellPx - 1);
  }
}

/** Which rows or columns are in sight. */
function* inSight(count: number, cellPx: number, scroll: number, room: number): Generator<number> {
  const end = Math.min(count, Math.ceil((scroll + room) / cellPx));
  for (let i = Math.max(0, Math.floor(scroll / cellPx)); i < end; i++) yield i;
}

/** Senders: names where there is room, else only those that are pointed at, and how much each sends. */
function drawRowHeads(context: Context, scene: MatrixScene, { height }: Size): void {
  const { matrix, layout, inks, scroll, hovered, selected, measure } = scene;
  const { leftPx, topPx, cellPx } = layout;
  const most = mostOf(matrix.sent);
  context.font = inks.smallFont;
  for (const i of inSight(matrix.agents.length, cellPx, scroll.y, height - topPx)) {
    const middle = topPx + (i + 0.5) * cellPx - scroll.y;
    const isMarked = hovered?.from === i || selected?.from === i;
    const total = matrix.sent[i];
    drawTotal(context, inks, (total ?? 0) / most, { x: leftPx - TOTALS_PX + 4, y: middle, cellPx, isRow: true });
    if (cellPx < NAMED_CELL_PX_MIN && !isMarked) continue;
    const figure = total === undefined ? "" : formatMeasure(total, measure);
    const right = leftPx - TOTALS_PX - 4;
    context.textAlign = "right";
    context.fillStyle = inks.ink3;
    context.fillText(figure, right, middle + 0.5);
    const room = right - context.measureText(figure).width - GAP_PX;
    context.textAlign = "left";
    drawName(context, scene, matrix.agents[i] ?? "", { x: GAP_PX, y: middle, room: room - GAP_PX, isMarked });
  }
}

/** Receivers, turned; and how much each receives. */
function drawColumnHeads(context: Context, scene: MatrixScene, { width }: Size): void {
  const { matrix, layout, inks, scroll, hovered, selected } = scene;
  const { leftPx, topPx, cellPx } = layout;
  const most = mostOf(matrix.received);
  context.font = inks.smallFont;
  for (const i of inSight(matrix.agents.length, cellPx, scroll.x, width - leftPx)) {
    const middle = leftPx + (i + 0.5) * cellPx - scroll.x;
    const isMarked = hovered?.to === i || selected?.to === i;
    drawTotal(context, inks, (matrix.received[i] ?? 0) / most, { x: middle, y: topPx - 4, cellPx, isRow: false });
    if (cellPx < NAMED_CELL_PX_MIN) {
      if (isMarked) drawOneName(context, scene, matrix.agents[i] ?? "", middle, width);
      continue;
    }
    context.save();
    context.translate(middle, topPx - TOTALS_PX - 2);
    context.rotate(TURN);
    const room = (topPx - TOTALS_PX - 8) / Math.sin(-TURN);
    drawName(context, scene, matrix.agents[i] ?? "", { x: 0, y: 0, room, isMarked });
    context.restore();
  }
}

/** Where columns have no names: over the one that is pointed at. */
function drawOneName(context: Context, scene: MatrixScene, name: string, middle: number, width: number): void {
  const y = scene.layout.topPx - TOTALS_PX - GAP_PX;
  const room = Math.min(ONE_NAME_PX_MAX, context.measureText(visibleLine(name)).width + DOT_PX + GAP_PX);
  const x = Math.max(scene.layout.leftPx, Math.min(middle - DOT_PX / 2, width - room));
  drawName(context, scene, name, { x, y, room, isMarked: true });
}

interface NamePlace {
  readonly x: number;
  readonly y: number;
  readonly room: number;
  readonly isMarked: boolean;
}

/** The agent's colour, and its name. */
function drawName(context: Context, { inks }: MatrixScene, name: string, { x, y, room, isMarked }: NamePlace): void {
  context.fillStyle = paintOf(name, inks.isDark).solid;
  context.beginPath();
  context.roundRect(x, y - DOT_PX / 2, DOT_PX, DOT_PX, 2);
  context.fill();
  context.fillStyle = isMarked ? inks.ink : inks.ink2;
  context.fillText(fitText(context, name, room - DOT_PX - 5), x + DOT_PX + 5, y + 0.5);
}

interface TotalPlace {
  readonly x: number;
  readonly y: number;
  readonly cellPx: number;
  readonly isRow: boolean;
}

/** A bar that grows away from the cells' names, along the edge of the cells. */
function drawTotal(context: Context, inks: Inks, share: number, { x, y, cellPx, isRow }: TotalPlace): void {
  const thick = Math.max(1, Math.min(8, cellPx - 2));
  const length = share * (TOTALS_PX - 8);
  context.fillStyle = inks.lineStrong;
  if (isRow) context.fillRect(x, y - thick / 2, length, thick);
  else context.fillRect(x - thick / 2, y - length, thick, length);
}

function mostOf(totals: readonly (number | undefined)[]): number {
  return totals.reduce<number>((max, total) => Math.max(max, total ?? 0), 0) || 1;
}
