// Where the panels of a board lie: a grid of columns without end below, in which no two panels overlap and none floats:
// each lies on the upper edge or below another one.
//
//   A panel that is moved or resized has its place first; what lies there gives way (above it where there is room, else
//   below), then all close up.

import { BOARD_COLUMNS, BOARD_ROW_MAX, PANEL_HEIGHT_MAX } from "../../model/board-grid.ts";

export interface PanelPlace {
  readonly column: number;
  readonly row: number;
  readonly width: number;
  readonly height: number;
}

export interface PlacedPanel extends PanelPlace {
  readonly id: string;
}

export type Direction = "left" | "right" | "up" | "down";

export const NEW_PANEL = { width: 6, height: 6 } as const;
const WIDTH_MIN = 2;
const HEIGHT_MIN = 3;

/** The same panels, closed up, none over another. */
export function arranged<P extends PlacedPanel>(panels: readonly P[]): P[] {
  return closeUp(settle(panels.map(withinGrid)));
}

/** The panels with one of them at another place or of another size, as far as the grid allows. */
export function withPlace<P extends PlacedPanel>(panels: readonly P[], id: string, place: Partial<PanelPlace>): P[] {
  const moved = panels.find((panel) => panel.id === id);
  if (moved === undefined) return [...panels];
  const first = withinGrid({ ...moved, ...place });
  const others = panels.filter((panel) => panel.id !== id);
  return inOrderOf(panels, closeUp([first, ...settle(others, first)], id));
}

/** One step of a panel by the keyboard: to the next column, or past what lies above or below it. */
export function steppedPanel<P extends PlacedPanel>(panels: readonly P[], id: string, direction: Direction): P[] {
  const panel = panels.find((one) => one.id === id);
  if (panel === undefined) return [...panels];
  if (direction === "left") return withPlace(panels, id, { column: panel.column - 1 });
  if (direction === "right") return withPlace(panels, id, { column: panel.column + 1 });
  const sign = direction === "up" ? -1 : 1;
  const furthest = panels.reduce((most, { row, height }) => Math.max(most, row + height), 0);
  for (let distance = 1; distance <= furthest; distance++) {
    const next = withPlace(panels, id, { row: panel.row + sign * distance });
    if (placeOf(next, id)?.row !== panel.row) return next;
  }
  return [...panels];
}

/** One step of a panel's size by the keyboard. */
export function resizedPanel<P extends PlacedPanel>(panels: readonly P[], id: string, direction: Direction): P[] {
  const panel = panels.find((one) => one.id === id);
  if (panel === undefined) return [...panels];
  const { width, height } = panel;
  const sizes = {
    left: { width: width - 1 },
    right: { width: Math.min(width + 1, BOARD_COLUMNS - panel.column) },
    up: { height: height - 1 },
    down: { height: height + 1 },
  };
  return withPlace(panels, id, sizes[direction]);
}

/** Where a new panel goes: below all others, or beside the last one where there is room. */
export function freePlace(panels: readonly PlacedPanel[]): PanelPlace {
  const { width, height } = NEW_PANEL;
  const end = panels.reduce((most, panel) => Math.max(most, panel.row + panel.height), 0);
  for (let row = 0; row <= end; row++) {
    for (let column = 0; column + width <= BOARD_COLUMNS; column += width) {
      const place = { id: "", column, row, width, height };
      if (!panels.some((panel) => overlaps(panel, place))) return { column, row, width, height };
    }
  }
  return { column: 0, row: end, width, height };
}

/** From left to right, from above to below: the order in which panels are read. */
export function inReadingOrder<P extends PlacedPanel>(panels: readonly P[]): P[] {
  return panels.toSorted((a, b) => a.row - b.row || a.column - b.column);
}

export function overlaps(a: PanelPlace, b: PanelPlace): boolean {
  return (
    a.column < b.column + b.width &&
    b.column < a.column + a.width &&
    a.row < b.row + b.height &&
    b.row < a.row + a.height
  );
}

function withinGrid<P extends PanelPlace>(panel: P): P {
  const width = between(panel.width, WIDTH_MIN, BOARD_COLUMNS);
  return {
    ...panel,
    width,
    height: between(panel.height, HEIGHT_MIN, PANEL_HEIGHT_MAX),
    column: between(panel.column, 0, BOARD_COLUMNS - width),
    row: between(panel.row, 0, BOARD_ROW_MAX),
  };
}

function between(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, Math.round(value)));
}

/** Panels around one that keeps its place: none over another, each as near to its old row as can be. */
function settle<P extends PlacedPanel>(panels: readonly P[], fixed?: PlacedPanel): P[] {
  const placed: PlacedPanel[] = fixed === undefined ? [] : [fixed];
  return inReadingOrder(panels).map((panel) => {
    const isFree = (row: number) => row >= 0 && !placed.some((other) => overlaps(other, { ...panel, row }));
    let { row } = panel;
    const above = fixed === undefined ? -1 : fixed.row - panel.height;
    if (!isFree(row) && fixed !== undefined && overlaps(fixed, panel) && isFree(above)) row = above;
    while (!isFree(row)) row++;
    const settled = { ...panel, row };
    placed.push(settled);
    return settled;
  });
}

/** Moves every panel up until it meets another one; of two in a row `first` goes first. */
function closeUp<P extends PlacedPanel>(panels: readonly P[], first?: string): P[] {
  const order = panels.toSorted(
    (a, b) => a.row - b.row || Number(b.id === first) - Number(a.id === first) || a.column - b.column,
  );
  const placed: P[] = [];
  for (const panel of order) {
    let { row } = panel;
    while (row > 0 && !placed.some((other) => overlaps(other, { ...panel, row: row - 1 }))) row--;
    placed.push({ ...panel, row });
  }
  return placed;
}

function inOrderOf<P extends PlacedPanel>(order: readonly PlacedPanel[], panels: readonly P[]): P[] {
  const byId = new Map(panels.map((panel) => [panel.id, panel]));
  return order.flatMap(({ id }) => byId.get(id) ?? []);
}

function placeOf(panels: readonly PlacedPanel[], id: string): PanelPlace | undefined {
  return panels.find((panel) => panel.id === id);
}
