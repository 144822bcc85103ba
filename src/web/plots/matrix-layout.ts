// Where the rows and columns of a matrix stand, in pixels. Names and totals stay where they are while cells scroll. Pure.

import type { MatrixPair } from "./edge-matrix.ts";

export interface MatrixLayout {
  /** Left of the cells, and above them: names, then bars of totals. */
  readonly leftPx: number;
  readonly topPx: number;
  readonly cellPx: number;
  /** Of everything, also what is out of sight. */
  readonly widthPx: number;
  readonly heightPx: number;
}

interface Room {
  readonly width: number;
  readonly height: number;
}

export const TOTALS_PX = 28;
/** Smaller ones have no name. */
export const NAMED_CELL_PX_MIN = 12;
const CELL_PX = { min: 5, max: 28, zoomed: 40 };
const NAMES_PX = 150;
const TURNED_NAMES_PX = 110;
/** Room for the name of the one column that is pointed at. */
const ONE_NAME_PX = 20;
const END_PX = 12;

/** All of it where it fits; `zoomedPx`: the size of cells that the reader wants. */
export function matrixLayout(agentCount: number, room: Room, zoomedPx: number | undefined): MatrixLayout {
  const leftPx = NAMES_PX + TOTALS_PX;
  const fitting = (px: number) => Math.floor(px / Math.max(1, agentCount));
  const fit = Math.min(
    fitting(room.width - leftPx - END_PX),
    fitting(room.height - TURNED_NAMES_PX - TOTALS_PX - END_PX),
  );
  const cellPx =
    zoomedPx === undefined ? clamp(fit, CELL_PX.min, CELL_PX.max) : clamp(zoomedPx, CELL_PX.min, CELL_PX.zoomed);
  const topPx = (cellPx >= NAMED_CELL_PX_MIN ? TURNED_NAMES_PX : ONE_NAME_PX) + TOTALS_PX;
  const side = agentCount * cellPx;
  return { leftPx, topPx, cellPx, widthPx: leftPx + side + END_PX, heightPx: topPx + side + END_PX };
}

/** The row and column under a point of what is seen; `scroll`: how far it is scrolled. */
export function pairAt(
  { leftPx, topPx, cellPx }: MatrixLayout,
  agentCount: number,
  point: { readonly x: number; readonly y: number },
  scroll: { readonly x: number; readonly y: number },
): MatrixPair | undefined {
  if (point.x < leftPx || point.y < topPx) return undefined;
  const to = Math.floor((point.x + scroll.x - leftPx) / cellPx);
  const from = Math.floor((point.y + scroll.y - topPx) / cellPx);
  return from < agentCount && to < agentCount ? { from, to } : undefined;
}

/** The pair so many rows and columns on; the borders hold. Without one it begins at the first. */
export function movedPair(
  pair: MatrixPair | undefined,
  by: { readonly rows: number; readonly columns: number },
  agentCount: number,
): MatrixPair | undefined {
  if (agentCount === 0) return undefined;
  if (pair === undefined) return { from: 0, to: 0 };
  const last = agentCount - 1;
  return { from: clamp(pair.from + by.rows, 0, last), to: clamp(pair.to + by.columns, 0, last) };
}

/** How far to scroll so that a pair is in sight. */
export function scrollToPair(
  { leftPx, topPx, cellPx }: MatrixLayout,
  { from, to }: MatrixPair,
  scroll: { readonly x: number; readonly y: number },
  room: Room,
): { readonly x: number; readonly y: number } {
  return {
    x: scrollIntoView(to * cellPx, cellPx, scroll.x, room.width - leftPx),
    y: scrollIntoView(from * cellPx, cellPx, scroll.y, room.height - topPx),
  };
}

function scrollIntoView(at: number, length: number, scroll: number, room: number): number {
  if (at < scroll) return at;
  return at + length > scroll + room ? at + length - room : scroll;
}

function clamp(value: number, min: number, max: number): number {
  return Math.min(Math.max(value, min), max);
}
