// A plane that is looked at through a window: moved and zoomed. A point of the plane stands at `x + scale × px` of the
// window. Pure: a plane is never changed.

import type { Point } from "./graph-places.ts";

export interface Plane {
  readonly x: number;
  readonly y: number;
  readonly scale: number;
}

interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

interface WindowSize {
  readonly width: number;
  readonly height: number;
}

const SCALE_MIN = 0.02;
const SCALE_MAX = 2.5;
/** Whatever fits is not made larger than it is. */
const FIT_SCALE_MAX = 1;
const MARGIN_PX = 28;

/** All of a box, in the middle. */
export function fitPlane(box: Box, { width, height }: WindowSize): Plane {
  const room = (px: number) => Math.max(1, px - 2 * MARGIN_PX);
  const scale = clampScale(Math.min(FIT_SCALE_MAX, room(width) / box.width, room(height) / box.height));
  return {
    scale,
    x: (width - box.width * scale) / 2 - box.left * scale,
    y: (height - box.height * scale) / 2 - box.top * scale,
  };
}

/** Closer by a factor above 1, so that what is at a point of the window stays there. */
export function zoomPlane(plane: Plane, factor: number, at: Point): Plane {
  const scale = clampScale(plane.scale * factor);
  const ratio = scale / plane.scale;
  return { scale, x: at.x - (at.x - plane.x) * ratio, y: at.y - (at.y - plane.y) * ratio };
}

export function movePlane({ x, y, scale }: Plane, byX: number, byY: number): Plane {
  return { x: x + byX, y: y + byY, scale };
}

/** Moves a plane so that a box of it is in sight, if it fits. */
export function revealOnPlane(plane: Plane, box: Box, { width, height }: WindowSize): Plane {
  const shift = (from: number, length: number, room: number) => {
    if (length > room - 2 * MARGIN_PX) return 0;
    if (from < MARGIN_PX) return MARGIN_PX - from;
    return Math.min(0, room - MARGIN_PX - (from + length));
  };
  const { scale } = plane;
  return movePlane(
    plane,
    shift(plane.x + box.left * scale, box.width * scale, width),
    shift(plane.y + box.top * scale, box.height * scale, height),
  );
}

/** The point of the plane that stands at a point of the window. */
export function onPlane({ x, y, scale }: Plane, at: Point): Point {
  return { x: (at.x - x) / scale, y: (at.y - y) / scale };
}

/** For the URL: `-120,40,0.8`. */
export function encodePlane({ x, y, scale }: Plane): string {
  return [Math.round(x), Math.round(y), Number(scale.toPrecision(4))].join(",");
}

/** What a URL says; undefined for anything that is no plane. */
export function decodePlane(text: string | undefined): Plane | undefined {
  const numbers = (text ?? "").split(",").map((part) => (part === "" ? Number.NaN : Number(part)));
  const [x, y, scale] = numbers;
  if (x === undefined || y === undefined || scale === undefined || numbers.length > 3) return undefined;
  if (!numbers.every(Number.isFinite) || scale <= 0) return undefined;
  return { x, y, scale: clampScale(scale) };
}

function clampScale(scale: number): number {
  return Math.min(SCALE_MAX, Math.max(SCALE_MIN, scale));
}
