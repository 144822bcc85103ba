import type { ActionsOf } from "../base/command-table.ts";
import { movedPair } from "../plots/matrix-layout.ts";
import type { EdgeMatrixProps } from "./edge-matrix.tsx";
import type { MatrixFrame } from "./edge-matrix-frame.ts";
import type { MATRIX_COMMANDS } from "./edge-matrix-keys.ts";

const ZOOM = 1.4;

export function matrixActions(frame: MatrixFrame, { onCellPx }: EdgeMatrixProps): ActionsOf<typeof MATRIX_COMMANDS> {
  const move = (rows: number, columns: number) => () =>
    frame.select(movedPair(frame.selected.peek(), { rows, columns }, frame.matrix.peek().agents.length));
  const zoom = (factor: number) => () => onCellPx(Math.round(frame.layout.peek().cellPx * factor));
  return {
    up: move(-1, 0),
    down: move(1, 0),
    left: move(0, -1),
    right: move(0, 1),
    open: () => frame.open(frame.selected.peek()),
    selectNothing: () => frame.select(undefined),
    whole: () => onCellPx(undefined),
    larger: zoom(ZOOM),
    smaller: zoom(1 / ZOOM),
  };
}
