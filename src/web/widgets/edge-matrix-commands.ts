import type { Command } from "../base/commands.ts";
import { movedPair } from "../plots/matrix-layout.ts";
import type { EdgeMatrixProps } from "./edge-matrix.tsx";
import type { MatrixFrame } from "./edge-matrix-frame.ts";

const ZOOM = 1.4;

/** Everything that keys do in a matrix. */
export function matrixCommands(frame: MatrixFrame, { onCellPx }: EdgeMatrixProps): Command[] {
  const group = "Matrix";
  const move = (rows: number, columns: number) => () =>
    frame.select(movedPair(frame.selected.peek(), { rows, columns }, frame.matrix.peek().agents.length));
  const zoom = (factor: number) => () => onCellPx(Math.round(frame.layout.peek().cellPx * factor));
  const command = (title: string, keys: readonly string[], run: () => void): Command => ({
    ...{ group, title, keys, run },
  });
  return [
    command("Sender above", ["ArrowUp", "k"], move(-1, 0)),
    command("Sender below", ["ArrowDown", "j"], move(1, 0)),
    command("Receiver to the left", ["ArrowLeft", "h"], move(0, -1)),
    command("Receiver to the right", ["ArrowRight", "l"], move(0, 1)),
    command("Open what is selected", ["Enter", "o"], () => frame.open(frame.selected.peek())),
    command("Select nothing", ["Escape"], () => frame.select(undefined)),
    command("The whole matrix", ["f"], () => onCellPx(undefined)),
    command("Larger cells", ["w", "+"], zoom(ZOOM)),
    command("Smaller cells", ["s", "-"], zoom(1 / ZOOM)),
  ];
}
