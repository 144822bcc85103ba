// Time as it is drawn: the same as it was, but for folded gaps, which are narrow. Piecewise linear, so that every instant
// has its place, also one inside a gap, and every place its instant.
//
//   real     0────10░░░░░░░░░░░░░░░░90────100
//   drawn    0────10░░12────22                  the gap of 80 is drawn as wide as 2
//
// Pure.

import type { Viewport } from "./viewport.ts";

/** A stretch in which nothing happens, in ms. */
export type Gap = Viewport;

export interface TimeScale {
  /** In order, without overlap. */
  readonly gaps: readonly Gap[];
  /** Where gaps begin and end, in turn: real instants, and the same as drawn. */
  readonly real: Float64Array;
  readonly drawn: Float64Array;
}

/** Real time. */
export const UNFOLDED_TIME: TimeScale = { gaps: [], real: new Float64Array(0), drawn: new Float64Array(0) };

/** `gaps` in order, without overlap; each is drawn as wide as `widthMs`, unless it is shorter. */
export function timeScale(gaps: readonly Gap[], widthMs: number): TimeScale {
  if (gaps.length === 0) return UNFOLDED_TIME;
  const real = new Float64Array(2 * gaps.length);
  const drawn = new Float64Array(2 * gaps.length);
  let saved = 0;
  for (const [i, { startMs, endMs }] of gaps.entries()) {
    real[2 * i] = startMs;
    drawn[2 * i] = startMs - saved;
    saved += Math.max(0, endMs - startMs - widthMs);
    real[2 * i + 1] = endMs;
    drawn[2 * i + 1] = endMs - saved;
  }
  return { gaps, real, drawn };
}

export function drawnOf({ real, drawn }: TimeScale, ms: number): number {
  return mapped(real, drawn, ms);
}

export function realOf({ real, drawn }: TimeScale, at: number): number {
  return mapped(drawn, real, at);
}

/** Every instant of a list as it is drawn; the list itself in real time. */
export function allDrawn(scale: TimeScale, instants: Float64Array): Float64Array {
  return scale.gaps.length === 0 ? instants : instants.map((ms) => drawnOf(scale, ms));
}

export function drawnView(scale: TimeScale, view: Viewport): Viewport {
  if (scale.gaps.length === 0) return view;
  return { startMs: drawnOf(scale, view.startMs), endMs: drawnOf(scale, view.endMs) };
}

export function realView(scale: TimeScale, view: Viewport): Viewport {
  if (scale.gaps.length === 0) return view;
  return { startMs: realOf(scale, view.startMs), endMs: realOf(scale, view.endMs) };
}

/** Outside of all knots and between gaps as long as it is; within a gap in proportion. */
function mapped(from: Float64Array, to: Float64Array, at: number): number {
  let after = 0;
  let high = from.length;
  while (after < high) {
    const middle = (after + high) >>> 1;
    if ((from[middle] as number) <= at) after = middle + 1;
    else high = middle;
  }
  if (after === 0) return from.length === 0 ? at : (to[0] as number) - ((from[0] as number) - at);
  const before = after - 1;
  const beyond = at - (from[before] as number);
  // An odd knot ends a gap: behind it time runs as it is.
  if (before % 2 === 1) return (to[before] as number) + beyond;
  const length = (from[after] as number) - (from[before] as number);
  return (to[before] as number) + (beyond / length) * ((to[after] as number) - (to[before] as number));
}
