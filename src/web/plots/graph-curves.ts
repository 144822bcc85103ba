// The lines of links as points: for drawing, and for telling which one the pointer is over.

import type { GraphLink } from "./agent-graph.ts";
import type { GraphPlaces, Point } from "./graph-places.ts";
import { NODE_HEIGHT, NODE_WIDTH } from "./graph-sizes.ts";

/** x, y, x, y… in the order from sender to receiver, from border to border. */
export type Curve = Float64Array;

const STEPS = 18;
/** Links there and back between two agents run beside each other. */
const APART_PX = 5;
const REACH_MIN = 40;
const LOOP_PX = 26;

/** By the key of a link. `links` whose ends have no place have no curve. */
export function linkCurves(links: readonly GraphLink[], { at, routes }: GraphPlaces): ReadonlyMap<string, Curve> {
  const curves = new Map<string, Curve>();
  for (const { key, from, to } of links) {
    const start = at.get(from);
    const end = at.get(to);
    if (start === undefined || end === undefined) continue;
    const route = routes.get(key);
    if (route !== undefined) curves.set(key, smooth(route));
    else curves.set(key, from === to ? loop(start) : plain(start, end));
  }
  return curves;
}

/** How far a point is from a curve. Asked of every curve whenever the pointer moves: without objects. */
export function distanceTo(curve: Curve, { x, y }: Point): number {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i + 3 < curve.length; i += 2) {
    const fromX = (curve[i] as number) - x;
    const fromY = (curve[i + 1] as number) - y;
    const dx = (curve[i + 2] as number) - x - fromX;
    const dy = (curve[i + 3] as number) - y - fromY;
    const length = dx * dx + dy * dy;
    const share = length === 0 ? 0 : Math.min(1, Math.max(0, -(fromX * dx + fromY * dy) / length));
    const awayX = fromX + share * dx;
    const awayY = fromY + share * dy;
    least = Math.min(least, awayX * awayX + awayY * awayY);
  }
  return Math.sqrt(least);
}

/** A curve without so many pixels at its start and its end, so that heads fit there; at least a bit of it stays. */
export function trimmed(curve: Curve, startPx: number, endPx: number): Curve {
  return reversed(withoutStart(reversed(withoutStart(curve, startPx)), endPx));
}

export function reversed(curve: Curve): Curve {
  const turned = new Float64Array(curve.length);
  for (let i = 0; i < curve.length; i += 2) {
    turned[i] = curve[curve.length - 2 - i] as number;
    turned[i + 1] = curve[curve.length - 1 - i] as number;
  }
  return turned;
}

function withoutStart(curve: Curve, px: number): Curve {
  let left = px;
  for (let i = 0; i + 3 < curve.length; i += 2) {
    const [x0, y0, x1, y1] = [curve[i], curve[i + 1], curve[i + 2], curve[i + 3]] as [number, number, number, number];
    const length = Math.hypot(x1 - x0, y1 - y0);
    if (left < length || i + 4 >= curve.length) {
      const share = length === 0 ? 0 : Math.min(0.9, left / length);
      const rest = curve.slice(i);
      rest[0] = x0 + share * (x1 - x0);
      rest[1] = y0 + share * (y1 - y0);
      return rest;
    }
    left -= length;
  }
  return curve;
}

/** The point of a curve so many pixels before its end. */
export function pointBeforeEnd(curve: Curve, px: number): Point {
  const rest = trimmed(curve, 0, px);
  return { x: rest.at(-2) as number, y: rest.at(-1) as number };
}

/** From one box to another by the sides that face each other; within a column by the same side. */
function plain(from: Point, to: Point): Curve {
  const half = NODE_WIDTH / 2;
  const isForward = to.x - from.x >= NODE_WIDTH;
  const isBackward = from.x - to.x >= NODE_WIDTH;
  const isDown = to.y > from.y;
  // What leads back keeps away from what leads there.
  const shift = isForward || (!isBackward && isDown) ? -APART_PX : APART_PX;
  const outward = isForward || (!isBackward && isDown) ? 1 : -1;
  const inward = isForward ? -1 : isBackward ? 1 : outward;
  const start = { x: from.x + outward * half, y: from.y + shift };
  const end = { x: to.x + inward * half, y: to.y + shift };
  const reach = Math.max(REACH_MIN, Math.abs(end.x - start.x) / 2);
  return bezier(start, { x: start.x + outward * reach, y: start.y }, { x: end.x + inward * reach, y: end.y }, end);
}

function loop({ x, y }: Point): Curve {
  const top = y - NODE_HEIGHT / 2;
  const high = top - LOOP_PX;
  return bezier({ x: x - 12, y: top }, { x: x - LOOP_PX, y: high }, { x: x + LOOP_PX, y: high }, { x: x + 12, y: top });
}

function bezier(p0: Point, p1: Point, p2: Point, p3: Point): Curve {
  const curve = new Float64Array(2 * (STEPS + 1));
  for (let i = 0; i <= STEPS; i++) {
    const t = i / STEPS;
    const [a, b, c, d] = [(1 - t) ** 3, 3 * (1 - t) ** 2 * t, 3 * (1 - t) * t ** 2, t ** 3];
    curve[2 * i] = a * p0.x + b * p1.x + c * p2.x + d * p3.x;
    curve[2 * i + 1] = a * p0.y + b * p1.y + c * p2.y + d * p3.y;
  }
  return curve;
}

/** Through the middles between a route's points, with the points themselves pulling. */
function smooth(route: Float64Array): Curve {
  const points = Array.from({ length: route.length / 2 }, (_, i) => ({
    x: route[2 * i] as number,
    y: route[2 * i + 1] as number,
  }));
  const curve: number[] = [];
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined) return new Float64Array();
  let at = first;
  curve.push(at.x, at.y);
  for (const [i, pull] of points.slice(1, -1).entries()) {
    const next = points[i + 2] as Point;
    const end = i === points.length - 3 ? next : { x: (pull.x + next.x) / 2, y: (pull.y + next.y) / 2 };
    for (let step = 1; step <= STEPS; step++) {
      const t = step / STEPS;
      curve.push(
        (1 - t) ** 2 * at.x + 2 * (1 - t) * t * pull.x + t ** 2 * end.x,
        (1 - t) ** 2 * at.y + 2 * (1 - t) * t * pull.y + t ** 2 * end.y,
      );
    }
    at = end;
  }
  if (points.length === 2) curve.push(last.x, last.y);
  return Float64Array.from(curve);
}
