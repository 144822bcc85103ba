import { type Context, fitText, type Inks, type Size } from "./canvas.ts";
import { type EdgeMatrix, type MatrixLayout, type MatrixPair, NAMED_CELL_PX_MIN } from "./edge-matrix.ts";

export interface MatrixScene {
  readonly matrix: EdgeMatrix;
  readonly layout: MatrixLayout;
  readonly inks: Inks;
  /** The pair under the pointer. */
  readonly hovered: MatrixPair | undefined;
}

const GAP_PX = 8;

export function drawEdgeMatrix(context: Context, _size: Size, scene: MatrixScene): void {
  const { matrix, layout, inks, hovered } = scene;
  const { leftPx, topPx, cellPx } = layout;
  const side = matrix.agents.length * cellPx;
  context.fillStyle = inks.raised;
  context.fillRect(leftPx, topPx, side, side);
  if (hovered !== undefined) {
    context.fillStyle = inks.hover;
    context.fillRect(leftPx, topPx + hovered.from * cellPx, side, cellPx);
    context.fillRect(leftPx + hovered.to * cellPx, topPx, cellPx, side);
  }
  const inset = cellPx > 8 ? 1 : 0;
  for (const { from, to, value, strength } of matrix.cells) {
    context.globalAlpha = value === undefined ? 0.1 : 0.12 + 0.88 * strength;
    context.fillStyle = inks.accent;
    context.fillRect(
      leftPx + to * cellPx + inset,
      topPx + from * cellPx + inset,
      cellPx - 2 * inset,
      cellPx - 2 * inset,
    );
  }
  context.globalAlpha = 1;
  drawNames(context, scene);
  if (hovered === undefined) return;
  context.strokeStyle = inks.ink;
  context.strokeRect(leftPx + hovered.to * cellPx + 0.5, topPx + hovered.from * cellPx + 0.5, cellPx - 1, cellPx - 1);
}

/** Before rows and, turned, above columns; where cells are too small only the hovered ones. */
function drawNames(context: Context, { matrix, layout, inks, hovered }: MatrixScene): void {
  const { leftPx, topPx, cellPx } = layout;
  const isNamed = cellPx >= NAMED_CELL_PX_MIN;
  context.font = inks.smallFont;
  context.textBaseline = "middle";
  for (const [i, name] of matrix.agents.entries()) {
    const middle = (i + 0.5) * cellPx;
    if (isNamed || hovered?.from === i) {
      context.fillStyle = hovered?.from === i ? inks.ink : inks.ink2;
      context.textAlign = "right";
      context.fillText(fitText(context, name, leftPx - 2 * GAP_PX), leftPx - GAP_PX, topPx + middle);
    }
    if (!isNamed) continue;
    context.save();
    context.translate(leftPx + middle, topPx - GAP_PX);
    context.rotate(-Math.PI / 3);
    context.fillStyle = hovered?.to === i ? inks.ink : inks.ink2;
    context.textAlign = "left";
    context.fillText(fitText(context, name, topPx - 2 * GAP_PX), 0, 0);
    context.restore();
  }
  context.textAlign = "left";
  context.textBaseline = "alphabetic";
}
