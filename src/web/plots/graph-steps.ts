import type { Point } from "./graph-places.ts";

export type Direction = "left" | "right" | "up" | "down";

/** What lies aside counts so many times as much as what lies ahead. */
const ASIDE = 2.5;

/** The nearest agent in a direction; undefined when nobody stands there. */
export function agentTowards(at: ReadonlyMap<string, Point>, from: string, direction: Direction): string | undefined {
  const start = at.get(from);
  if (start === undefined) return undefined;
  let best: string | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const [name, { x, y }] of at) {
    const [ahead, aside] = seenFrom(x - start.x, y - start.y, direction);
    const distance = ahead + ASIDE * aside;
    if (name === from || ahead <= 0 || distance >= least) continue;
    best = name;
    least = distance;
  }
  return best;
}

function seenFrom(dx: number, dy: number, direction: Direction): [ahead: number, aside: number] {
  if (direction === "left") return [-dx, Math.abs(dy)];
  if (direction === "right") return [dx, Math.abs(dy)];
  return [direction === "up" ? -dy : dy, Math.abs(dx)];
}
