// A heatmap of rows over steps of time: where a cell lies, which cell lies under a point, and how strong it is.

export interface HeatRow {
  readonly name: string;
  /** By step; undefined: nothing was measured. */
  readonly values: readonly (number | undefined)[];
}

export interface HeatLayout {
  readonly left: number;
  readonly top: number;
  readonly rowHeight: number;
  readonly cellWidth: number;
  readonly rows: number;
  readonly steps: number;
}

export interface HeatCell {
  readonly row: number;
  readonly step: number;
}

const CELL_PX_MIN = 2;

/** Cells fill the width; they are never narrower than two pixels, then the newest steps are shown. */
export function heatLayout(
  rows: readonly HeatRow[],
  widthPx: number,
  { left, top, rowHeight }: Pick<HeatLayout, "left" | "top" | "rowHeight">,
): HeatLayout {
  const steps = rows.reduce((max, { values }) => Math.max(max, values.length), 0);
  const room = Math.max(0, widthPx - left);
  const shown = Math.min(steps, Math.max(1, Math.floor(room / CELL_PX_MIN)));
  return { ...{ left, top, rowHeight, rows: rows.length, steps: shown }, cellWidth: steps === 0 ? 0 : room / shown };
}

/** The cell under a point, or undefined. */
export function cellAt(layout: HeatLayout, x: number, y: number): HeatCell | undefined {
  const step = Math.floor((x - layout.left) / layout.cellWidth);
  const row = Math.floor((y - layout.top) / layout.rowHeight);
  const isInside = step >= 0 && step < layout.steps && row >= 0 && row < layout.rows;
  return isInside ? { row, step } : undefined;
}

/** Which of all steps a shown one is: of more than there is room for, the oldest are left out. */
export function stepIndex(layout: HeatLayout, values: HeatRow["values"], step: number): number {
  return step + Math.max(0, values.length - layout.steps);
}

const MOVES: Readonly<Record<string, readonly [rows: number, steps: number]>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

/** The cell that an arrow key leads to, from the newest of the first row on; undefined for other keys. */
export function movedCell({ rows, steps }: HeatLayout, cell: HeatCell | undefined, key: string): HeatCell | undefined {
  const move = MOVES[key];
  if (move === undefined || rows === 0 || steps === 0) return undefined;
  if (cell === undefined) return { row: 0, step: steps - 1 };
  const within = (value: number, count: number) => Math.min(count - 1, Math.max(0, value));
  return { row: within(cell.row + move[0], rows), step: within(cell.step + move[1], steps) };
}
