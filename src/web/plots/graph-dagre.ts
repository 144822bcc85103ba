import { Graph, layout } from "@dagrejs/dagre";
import type { LayerPlaces, LayoutGraph } from "./graph-layers.ts";

export interface RoutedPlaces extends LayerPlaces {
  /** By edge: x, y, x, y… from border to border; empty where a plain curve serves. */
  readonly routes: readonly Float64Array[];
}

/** In pixels. */
interface DagreSizes {
  readonly width: number;
  readonly height: number;
  readonly layerGap: number;
  readonly rowGap: number;
}

/** Start, middle and end. */
const NEIGHBOUR_POINTS = 3;

/** Layers from left to right; edges lead around nodes. */
export function dagrePlaces({ nodeCount, edges }: LayoutGraph, sizes: DagreSizes): RoutedPlaces {
  const graph = new Graph();
  graph.setGraph({
    rankdir: "LR",
    acyclicer: "greedy",
    ranker: "tight-tree",
    ranksep: sizes.layerGap,
    nodesep: sizes.rowGap,
    edgesep: 12,
  });
  for (let node = 0; node < nodeCount; node++) {
    graph.setNode(String(node), { width: sizes.width, height: sizes.height });
  }
  for (const { from, to, weight } of edges) {
    // Whole numbers: with others dagre never ends where agents call each other in a circle.
    graph.setEdge(String(from), String(to), { weight: Math.max(1, Math.round(weight)) });
  }
  layout(graph);
  const x = new Float64Array(nodeCount);
  const y = new Float64Array(nodeCount);
  for (let node = 0; node < nodeCount; node++) {
    const place = graph.node(String(node));
    x[node] = place.x;
    y[node] = place.y;
  }
  const routes = edges.map(({ from, to }) => {
    const points: readonly { x: number; y: number }[] = graph.edge(String(from), String(to)).points ?? [];
    // Between neighbouring layers nothing is in the way.
    if (points.length <= NEIGHBOUR_POINTS) return new Float64Array();
    return Float64Array.from(points.flatMap((point) => [point.x, point.y]));
  });
  return { x, y, routes };
}
