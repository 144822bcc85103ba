// Where the agents of a graph stand: runs in a worker (graph-layout-worker.ts). Small graphs are laid out by dagre, whose
// edges find their way around nodes. It takes too long for larger ones (20 agents and 60 edges 0.1 s, 100 and 300 2 s, 200
// and 600 6 s, measured on 2 cores), which graph-layers.ts lays out (500 and 5,000: 0.05 s).

import { dagrePlaces, type RoutedPlaces } from "./graph-dagre.ts";
import { type LayoutGraph, layeredPlaces } from "./graph-layers.ts";
import { LAYER_GAP, NODE_HEIGHT, NODE_WIDTH, ROW_GAP } from "./graph-sizes.ts";

const SMALL_NODES_MAX = 24;
const SMALL_EDGES_MAX = 40;
const LONE_COLUMNS_MIN = 3;

/** Edges join different nodes, and each pair once in each direction. */
export function layoutGraph({ nodeCount, edges }: LayoutGraph): RoutedPlaces {
  const joined = new Set(edges.flatMap(({ from, to }) => [from, to]));
  const numbers = [...joined].sort((a, b) => a - b);
  const numberOf = new Map(numbers.map((node, i) => [node, i]));
  const inner = edges.map(({ from, to, weight }) => ({
    from: numberOf.get(from) as number,
    to: numberOf.get(to) as number,
    weight,
  }));
  const laid = layoutJoined({ nodeCount: numbers.length, edges: inner });
  const x = new Float64Array(nodeCount);
  const y = new Float64Array(nodeCount);
  for (const [i, node] of numbers.entries()) {
    x[node] = laid.x[i] as number;
    y[node] = laid.y[i] as number;
  }
  const lone = Array.from({ length: nodeCount }, (_, node) => node).filter((node) => !joined.has(node));
  placeLone(lone, numbers, x, y);
  return { x, y, routes: laid.routes };
}

function layoutJoined(task: LayoutGraph): RoutedPlaces {
  if (task.nodeCount <= SMALL_NODES_MAX && task.edges.length <= SMALL_EDGES_MAX) {
    return dagrePlaces(task, {
      ...{ width: NODE_WIDTH, height: NODE_HEIGHT, layerGap: LAYER_GAP, rowGap: ROW_GAP },
    });
  }
  const places = layeredPlaces(task, { layerPx: NODE_WIDTH + LAYER_GAP, rowPx: NODE_HEIGHT + ROW_GAP });
  return { ...places, routes: task.edges.map(() => new Float64Array()) };
}

/** Agents that nothing leads to or from stand in rows below the others. */
function placeLone(lone: readonly number[], others: readonly number[], x: Float64Array, y: Float64Array): void {
  const columnPx = NODE_WIDTH + ROW_GAP;
  const left = others.reduce((least, node) => Math.min(least, x[node] as number), Number.POSITIVE_INFINITY);
  const right = others.reduce((most, node) => Math.max(most, x[node] as number), Number.NEGATIVE_INFINITY);
  const bottom = others.reduce((most, node) => Math.max(most, y[node] as number), Number.NEGATIVE_INFINITY);
  const hasOthers = others.length > 0;
  const fitting = hasOthers ? Math.floor((right - left) / columnPx) + 1 : 0;
  const columns = Math.max(fitting, LONE_COLUMNS_MIN, Math.ceil(Math.sqrt(lone.length / 2)));
  for (const [i, node] of lone.entries()) {
    x[node] = (hasOthers ? left : 0) + (i % columns) * columnPx;
    y[node] = (hasOthers ? bottom + NODE_HEIGHT + 2 * ROW_GAP : 0) + Math.floor(i / columns) * (NODE_HEIGHT + ROW_GAP);
  }
}
