import type { AgentGraph, GraphPick } from "./agent-graph.ts";
import { type Curve, distanceTo } from "./graph-curves.ts";
import type { GraphPlaces, Point } from "./graph-places.ts";
import { NODE_HEIGHT, NODE_WIDTH } from "./graph-sizes.ts";

/** What stands at a point of the plane; of links the nearest one within a distance. */
export function pickAt(
  graph: AgentGraph,
  { at }: GraphPlaces,
  curves: ReadonlyMap<string, Curve>,
  point: Point,
  within: number,
): GraphPick | undefined {
  for (const [name, { x, y }] of at) {
    const isInside = Math.abs(point.x - x) <= NODE_WIDTH / 2 && Math.abs(point.y - y) <= NODE_HEIGHT / 2;
    if (isInside) return { type: "node", name };
  }
  let nearest: GraphPick | undefined;
  let least = within;
  for (const { key, from, to } of graph.links) {
    const curve = curves.get(key);
    if (curve === undefined) continue;
    const distance = distanceTo(curve, point);
    if (distance > least) continue;
    least = distance;
    nearest = { type: "link", from, to };
  }
  return nearest;
}
