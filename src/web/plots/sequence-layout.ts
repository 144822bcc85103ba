// Where things stand in a sequence, in pixels: columns of agents between a gutter of times and two columns of figures,
// and rows in the order of time. Time runs down unevenly: from each message's line to the next. Pure.

import type { SequenceRow } from "./sequence-rows.ts";
import type { Viewport } from "./viewport.ts";

export const SEQUENCE_ROW_PX = 24;
export const SEQUENCE_HEAD_PX = 28;
/** Where in its row a message's arrow runs. */
export const ARROW_Y = 18;
const TIMES_PX = 72;
const ROUNDS_PX = 44;
export const TRANSIT_PX = 68;
export const TOKENS_PX = 64;
/** Room after the last message: the agents may work on. */
const TAIL_PX = 40;

const COLUMN_PX_MIN = 84;
const COLUMN_PX_MAX = 300;
/** Narrower than this the arrows need all the room. */
const FIGURES_FROM_PX = 640;

export interface SequenceColumns {
  /** Right edge of times and marks of rounds, which do not scroll sideways. */
  readonly gutterPx: number;
  /** Right edge of the times. */
  readonly timesPx: number;
  readonly columnPx: number;
  /** Of everything, also what is out of sight. */
  readonly contentPx: number;
  /** Whether there is room for tokens and transit. */
  readonly hasFigures: boolean;
  /** Left edge of the figures in what is seen; without them the right edge of the columns. */
  readonly figuresLeft: number;
}

export function sequenceColumns(widthPx: number, agentCount: number, hasRounds: boolean): SequenceColumns {
  const gutterPx = TIMES_PX + (hasRounds ? ROUNDS_PX : 0);
  const hasFigures = widthPx >= FIGURES_FROM_PX;
  const figuresPx = hasFigures ? TRANSIT_PX + TOKENS_PX : 0;
  const room = (widthPx - gutterPx - figuresPx) / Math.max(1, agentCount);
  const columnPx = Math.min(COLUMN_PX_MAX, Math.max(COLUMN_PX_MIN, Math.floor(room)));
  const contentPx = gutterPx + columnPx * agentCount + figuresPx;
  const figuresLeft = Math.min(contentPx, widthPx) - figuresPx;
  return { gutterPx, timesPx: TIMES_PX, columnPx, contentPx, hasFigures, figuresLeft };
}

/** The middle of an agent's column, before scrolling. */
export function columnX({ gutterPx, columnPx }: SequenceColumns, column: number): number {
  return gutterPx + columnPx * (column + 0.5);
}

/** How far to scroll sideways so that columns are in sight; undefined when they are, or cannot all be. */
export function scrollToColumns(
  columns: SequenceColumns,
  scrollX: number,
  places: readonly number[],
): number | undefined {
  const { gutterPx, columnPx, figuresLeft } = columns;
  const left = columnPx * Math.min(...places);
  const right = columnPx * (Math.max(...places) + 1);
  const room = figuresLeft - gutterPx;
  if (places.length === 0 || right - left > room) return undefined;
  if (left < scrollX) return left;
  return right > scrollX + room ? right - room : undefined;
}

/** Which instant stands at which height: rising points, straight lines between them. */
export interface SequenceTimes {
  readonly ms: Float64Array;
  readonly y: Float64Array;
}

export function sequenceTimes(rows: readonly SequenceRow[], bounds: Viewport): SequenceTimes {
  const ms: number[] = [];
  const y: number[] = [];
  const add = (atMs: number, atY: number) => {
    ms.push(Math.max(atMs, ms.at(-1) ?? atMs));
    y.push(atY);
  };
  add(bounds.startMs, 0);
  for (const [index, row] of rows.entries()) {
    if (row.type === "message") add(row.first.atMs, index * SEQUENCE_ROW_PX + ARROW_Y);
  }
  add(bounds.endMs, sequenceHeight(rows.length));
  return { ms: Float64Array.from(ms), y: Float64Array.from(y) };
}

export function sequenceHeight(rowCount: number): number {
  return rowCount * SEQUENCE_ROW_PX + TAIL_PX;
}

/** Where a line stands that parts what had been sent at an instant from what comes later: between two rows. */
export function cursorY(rows: readonly SequenceRow[], ms: number): number {
  const later = rows.findIndex((row) => row.type === "message" && row.first.atMs > ms);
  return (later < 0 ? rows.length : later) * SEQUENCE_ROW_PX;
}

/** The height of an instant; outside of all at their edges. */
export function yOfInstant(times: SequenceTimes, ms: number): number {
  return between(times.ms, times.y, ms);
}

/** The instant at a height. */
export function instantOfY(times: SequenceTimes, y: number): number {
  return between(times.y, times.ms, y);
}

function between(xs: Float64Array, ys: Float64Array, x: number): number {
  const after = firstAbove(xs, x);
  if (after === 0) return ys[0] ?? 0;
  if (after === xs.length) return ys[xs.length - 1] ?? 0;
  const [x0, x1] = [xs[after - 1] as number, xs[after] as number];
  const [y0, y1] = [ys[after - 1] as number, ys[after] as number];
  return y0 + ((y1 - y0) * (x - x0)) / (x1 - x0);
}

/** Index of the first number above a value. */
function firstAbove(numbers: Float64Array, value: number): number {
  let low = 0;
  let high = numbers.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((numbers[middle] as number) <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}
