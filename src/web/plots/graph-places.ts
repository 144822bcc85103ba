// Where the agents of a graph stand, and how that goes on while the graph grows: whoever stands somewhere stays there.

import type { AgentGraph, GraphLink } from "./agent-graph.ts";
import type { RoutedPlaces } from "./graph-dagre.ts";
import type { LayoutGraph } from "./graph-layers.ts";
import { LAYER_GAP, NODE_HEIGHT, NODE_WIDTH, ROW_GAP } from "./graph-sizes.ts";

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface GraphPlaces {
  /** Middles of the nodes, by name. */
  readonly at: ReadonlyMap<string, Point>;
  /** x, y, x, y… by the key of a link, also of those that are gone; a link without one is a plain curve. */
  readonly routes: ReadonlyMap<string, Float64Array>;
}

export const NO_PLACES: GraphPlaces = { at: new Map(), routes: new Map() };

const COLUMN_PX = NODE_WIDTH + LAYER_GAP;
const ROW_PX = NODE_HEIGHT + ROW_GAP;

/** What the layout needs of a graph: numbers only. */
export function layoutTask({ nodes, links }: AgentGraph): LayoutGraph {
  const numbers = new Map(nodes.map(({ name }, i) => [name, i]));
  return {
    nodeCount: nodes.length,
    edges: routed(links).map(({ from, to, there }) => ({
      from: numbers.get(from) as number,
      to: numbers.get(to) as number,
      weight: 1 + Math.log2(1 + there.count),
    })),
  };
}

/** The layout of a graph, by names. */
export function laidOut({ nodes, links }: AgentGraph, { x, y, routes }: RoutedPlaces): GraphPlaces {
  const at = new Map(nodes.map(({ name }, i) => [name, { x: x[i] as number, y: y[i] as number }]));
  const byKey = routed(links).map(({ key }, i) => [key, routes[i] ?? new Float64Array()] as const);
  return { at, routes: new Map(byKey.filter(([, route]) => route.length > 0)) };
}

/** The places of a graph that has changed: agents that are known keep theirs, others come beside whom they speak to. */
export function grownPlaces(places: GraphPlaces, { nodes, links }: AgentGraph): GraphPlaces {
  const { at, routes } = places;
  if (nodes.length === at.size && nodes.every(({ name }) => at.has(name))) return places;
  const grown = new Map<string, Point>();
  const added: string[] = [];
  for (const { name } of nodes) {
    const place = at.get(name);
    if (place === undefined) added.push(name);
    else grown.set(name, place);
  }
  const neighbours = neighboursOf(links);
  // First those that others lead to, so that whole branches find their way.
  for (let left = added; left.length > 0; ) {
    const next = left.find((name) => neighbours.get(name)?.some((other) => grown.has(other.name))) ?? left[0];
    if (next === undefined) break;
    grown.set(next, placeBeside(neighbours.get(next) ?? [], grown));
    left = left.filter((name) => name !== next);
  }
  return { at: grown, routes };
}

/** The box around all nodes; undefined without any. */
export function placesBox({
  at,
}: GraphPlaces): { left: number; top: number; width: number; height: number } | undefined {
  if (at.size === 0) return undefined;
  const xs = [...at.values()].map(({ x }) => x);
  const ys = [...at.values()].map(({ y }) => y);
  const left = Math.min(...xs) - NODE_WIDTH / 2;
  const top = Math.min(...ys) - NODE_HEIGHT / 2;
  return { left, top, width: Math.max(...xs) + NODE_WIDTH / 2 - left, height: Math.max(...ys) + NODE_HEIGHT / 2 - top };
}

/** Links that decide where agents stand: not those on which nothing was sent. */
function routed(links: readonly GraphLink[]): readonly GraphLink[] {
  return links.filter(({ from, to, there }) => from !== to && there.count > 0);
}

interface Neighbour {
  readonly name: string;
  /** It calls, rather than being called. */
  readonly isBefore: boolean;
}

function neighboursOf(links: readonly GraphLink[]): ReadonlyMap<string, readonly Neighbour[]> {
  const neighbours = new Map<string, Neighbour[]>();
  const add = (name: string, neighbour: Neighbour) => {
    const own = neighbours.get(name);
    if (own === undefined) neighbours.set(name, [neighbour]);
    else own.push(neighbour);
  };
  for (const { from, to } of routed(links)) {
    add(to, { name: from, isBefore: true });
    add(from, { name: to, isBefore: false });
  }
  return neighbours;
}

/** Right of whoever calls it, else left of whom it calls, at the nearest height that is free; below all without any. */
function placeBeside(neighbours: readonly Neighbour[], taken: ReadonlyMap<string, Point>): Point {
  const places = (isBefore: boolean) =>
    neighbours.flatMap((neighbour) => (neighbour.isBefore === isBefore ? (taken.get(neighbour.name) ?? []) : []));
  const before = places(true);
  const near = before.length > 0 ? before : places(false);
  if (near.length === 0) {
    const all = [...taken.values()];
    const bottom = all.reduce((most, { y }) => Math.max(most, y), -ROW_PX);
    return { x: all.reduce((least, { x }) => Math.min(least, x), all[0]?.x ?? 0), y: bottom + ROW_PX };
  }
  const xs = near.map(({ x }) => x);
  const x = before.length > 0 ? Math.max(...xs) + COLUMN_PX : Math.min(...xs) - COLUMN_PX;
  const y = near.reduce((sum, place) => sum + place.y, 0) / near.length;
  return { x, y: freeHeight(x, y, taken) };
}

function freeHeight(x: number, wanted: number, taken: ReadonlyMap<string, Point>): number {
  const heights = [...taken.values()].filter((place) => Math.abs(place.x - x) < NODE_WIDTH + ROW_GAP).map(({ y }) => y);
  const isFree = (y: number) => heights.every((other) => Math.abs(other - y) >= ROW_PX - 1e-6);
  // Free, or right below or above another one.
  const candidates = [wanted, ...heights.flatMap((y) => [y + ROW_PX, y - ROW_PX])].filter(isFree);
  candidates.sort((a, b) => Math.abs(a - wanted) - Math.abs(b - wanted) || b - a);
  return candidates[0] ?? Math.max(...heights) + ROW_PX;
}
