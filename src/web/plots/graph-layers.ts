// A layered layout that stays fast for hundreds of agents and thousands of edges (after Sugiyama, Tagawa and Toda, 1981,
// with layers by distance: where many call many, the longest path would make a ribbon of a hundred layers).
//
//   1. Layers from left to right: whoever nobody calls, then whom those call, and so on; edges may lead back.
//   2. Order within layers: by the mean place of neighbours, there and back a fixed number of times.
//   3. A layer that is too high is laid out in several columns, dealt like cards so that heights stay.
//   4. Heights: each wants to be where its neighbours are; who would overlap is pushed apart, keeping the order.
//
// Every step is bounded, and nothing depends on anything but the numbers of nodes: the same graph gives the same layout.

/** Nodes are numbers from 0; edges join different ones. */
export interface LayoutGraph {
  readonly nodeCount: number;
  readonly edges: readonly LayoutEdge[];
}

export interface LayoutEdge {
  readonly from: number;
  readonly to: number;
  /** How strongly it holds its ends together; above 0. */
  readonly weight: number;
}

/** The middles of nodes, and how far apart they stand at least. */
export interface LayerPlaces {
  readonly x: Float64Array;
  readonly y: Float64Array;
}

/** From the middle of one node to that of the next. */
export interface LayerSteps {
  readonly layerPx: number;
  readonly rowPx: number;
}

const SWEEPS = 12;
const PULLS = 16;
/** Width to height of what comes out, roughly. */
const ASPECT = 1.7;
const ROWS_MIN = 6;

export function layeredPlaces({ nodeCount, edges }: LayoutGraph, { layerPx, rowPx }: LayerSteps): LayerPlaces {
  const rowsMax = Math.max(ROWS_MIN, Math.ceil(Math.sqrt((nodeCount * layerPx) / (ASPECT * rowPx))));
  const layers = layersByDistance(nodeCount, edges);
  const neighbours = neighboursOf(nodeCount, edges);
  const y = new Float64Array(nodeCount);
  const spreadLayer = (layer: readonly number[]) => spread(layer, y, rowPx / Math.ceil(layer.length / rowsMax));
  for (const layer of layers) spreadLayer(layer);
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    for (const layer of sweep % 2 === 0 ? layers : layers.toReversed()) {
      orderLayer(layer, neighbours, y);
      spreadLayer(layer);
    }
  }
  const columns = layers.flatMap((layer) => dealt(layer, Math.ceil(layer.length / rowsMax)));
  for (let pull = 0; pull < PULLS; pull++) {
    for (const column of pull % 2 === 0 ? columns : columns.toReversed()) pullColumn(column, neighbours, y, rowPx);
  }
  const x = new Float64Array(nodeCount);
  for (const [i, column] of columns.entries()) for (const node of column) x[node] = i * layerPx;
  return { x, y };
}

/** Nodes by how many edges lead to them at least from one that none leads to; in a circle from whoever gives most. */
function layersByDistance(nodeCount: number, edges: readonly LayoutEdge[]): number[][] {
  const next: number[][] = Array.from({ length: nodeCount }, () => []);
  const gives = new Float64Array(nodeCount);
  const isCalled = new Uint8Array(nodeCount);
  for (const { from, to, weight } of edges) {
    next[from]?.push(to);
    isCalled[to] = 1;
    gives[from] = (gives[from] as number) + weight;
    gives[to] = (gives[to] as number) - weight;
  }
  const layers: number[][] = [];
  const isPlaced = new Uint8Array(nodeCount);
  const placeFrom = (starts: readonly number[]) => {
    let ready = starts.filter((node) => isPlaced[node] === 0);
    for (const node of ready) isPlaced[node] = 1;
    for (let layer = 0; ready.length > 0; layer++) {
      layers[layer] = [...(layers[layer] ?? []), ...ready];
      const after = new Set(ready.flatMap((node) => next[node] ?? []).filter((node) => isPlaced[node] === 0));
      for (const node of after) isPlaced[node] = 1;
      ready = [...after].sort((a, b) => a - b);
    }
  };
  const nodes = Array.from({ length: nodeCount }, (_, node) => node);
  placeFrom(nodes.filter((node) => isCalled[node] === 0));
  const givers = nodes.filter((node) => isPlaced[node] === 0);
  givers.sort((a, b) => (gives[b] as number) - (gives[a] as number) || a - b);
  for (const node of givers) placeFrom([node]);
  return layers;
}

function dealt(layer: readonly number[], count: number): number[][] {
  return Array.from({ length: count }, (_, column) => layer.filter((_node, i) => i % count === column));
}

/** Neighbours of all nodes, flat: those of node n are at[first[n]] … at[first[n + 1] − 1]. */
interface Neighbours {
  readonly first: Int32Array;
  readonly at: Int32Array;
  readonly weight: Float64Array;
}

function neighboursOf(nodeCount: number, edges: readonly LayoutEdge[]): Neighbours {
  const first = new Int32Array(nodeCount + 1);
  for (const { from, to } of edges) {
    first[from + 1] = (first[from + 1] as number) + 1;
    first[to + 1] = (first[to + 1] as number) + 1;
  }
  for (let node = 0; node < nodeCount; node++) first[node + 1] = (first[node + 1] as number) + (first[node] as number);
  const fill = first.slice();
  const at = new Int32Array(2 * edges.length);
  const weight = new Float64Array(2 * edges.length);
  const add = (node: number, other: number, pull: number) => {
    const place = fill[node] as number;
    at[place] = other;
    weight[place] = pull;
    fill[node] = place + 1;
  };
  for (const edge of edges) {
    add(edge.from, edge.to, edge.weight);
    add(edge.to, edge.from, edge.weight);
  }
  return { first, at, weight };
}

/** The mean height of a node's neighbours; its own without any. */
function wantedY({ first, at, weight }: Neighbours, y: Float64Array, node: number): number {
  let sum = 0;
  let weights = 0;
  for (let i = first[node] as number; i < (first[node + 1] as number); i++) {
    sum += (weight[i] as number) * (y[at[i] as number] as number);
    weights += weight[i] as number;
  }
  return weights === 0 ? (y[node] as number) : sum / weights;
}

function orderLayer(layer: number[], neighbours: Neighbours, y: Float64Array): void {
  const wanted = new Map(layer.map((node) => [node, wantedY(neighbours, y, node)]));
  layer.sort((a, b) => (wanted.get(a) as number) - (wanted.get(b) as number) || a - b);
}

/** One under the other around the middle. */
function spread(layer: readonly number[], y: Float64Array, rowPx: number): void {
  for (const [i, node] of layer.entries()) y[node] = (i - (layer.length - 1) / 2) * rowPx;
}

function pullColumn(column: readonly number[], neighbours: Neighbours, y: Float64Array, rowPx: number): void {
  const wanted = column.map((node) => wantedY(neighbours, y, node));
  for (const [i, at] of keptApart(wanted, rowPx).entries()) y[column[i] as number] = at;
}

/**
 * The places nearest to the wanted ones (in squares) that keep the order and a distance: neighbours that would come too
 * near to each other move as one block, to the mean of what they want (pool adjacent violators).
 */
export function keptApart(wanted: readonly number[], distance: number): number[] {
  const blocks: { sum: number; count: number; first: number }[] = [];
  for (const [i, at] of wanted.entries()) {
    let block = { sum: at - i * distance, count: 1, first: i };
    for (;;) {
      const before = blocks.at(-1);
      if (before === undefined || before.sum / before.count < block.sum / block.count) break;
      blocks.pop();
      block = { sum: before.sum + block.sum, count: before.count + block.count, first: before.first };
    }
    blocks.push(block);
  }
  return blocks.flatMap(({ sum, count, first }) =>
    Array.from({ length: count }, (_, i) => sum / count + (first + i) * distance),
  );
}
