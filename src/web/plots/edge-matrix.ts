// Who speaks to whom as a matrix: senders down, receivers across, the stronger the more.

import type { Edge } from "../../model/shapes.ts";
import { type EdgeMeasure, measureOfEdge } from "./edge-measures.ts";

export const MATRIX_ORDERS = ["total", "groups", "name"] as const;
/** By how much they send and receive; so that those who speak much to each other stand together; by name. */
export type MatrixOrder = (typeof MATRIX_ORDERS)[number];

export interface MatrixCell {
  /** Indexes into the agents. */
  readonly from: number;
  readonly to: number;
  readonly edge: Edge;
  /** Undefined: not known. */
  readonly value: number | undefined;
  /** 0…1, by the root of the value: few large values do not hide the many small ones. */
  readonly strength: number;
}

/** What an agent sends or receives in all; undefined where nothing is known, or where sums say nothing. */
type Totals = readonly (number | undefined)[];

export interface EdgeMatrix {
  readonly agents: readonly string[];
  readonly cells: readonly MatrixCell[];
  readonly sent: Totals;
  readonly received: Totals;
}

/** A row and a column: indexes into the agents. */
export interface MatrixPair {
  readonly from: number;
  readonly to: number;
}

/** How much those placed last count for who comes next: the one before, and less and less those before it. */
const NEARNESS = 0.7;
const NEAR_MAX = 12;

export function edgeMatrix(edges: readonly Edge[], measure: EdgeMeasure, order: MatrixOrder): EdgeMatrix {
  const agents = ordered(edges, order);
  const indexOf = new Map(agents.map((name, i) => [name, i]));
  const most = edges.reduce((max, edge) => Math.max(max, measureOfEdge(edge, measure) ?? 0), 0);
  const cells = edges.map((edge) => {
    const value = measureOfEdge(edge, measure);
    return {
      from: indexOf.get(edge.from) as number,
      to: indexOf.get(edge.to) as number,
      ...{ edge, value, strength: value === undefined || most === 0 ? 0 : Math.sqrt(value / most) },
    };
  });
  cells.sort((a, b) => a.from - b.from || a.to - b.to);
  return {
    agents,
    cells,
    sent: totals(agents, cells, "from", measure),
    received: totals(agents, cells, "to", measure),
  };
}

export function cellOf({ cells }: EdgeMatrix, pair: MatrixPair | undefined): MatrixCell | undefined {
  return pair && cells.find(({ from, to }) => from === pair.from && to === pair.to);
}

/** Medians have no sum. */
function totals(
  agents: readonly string[],
  cells: readonly MatrixCell[],
  side: "from" | "to",
  measure: EdgeMeasure,
): Totals {
  const sums: (number | undefined)[] = agents.map(() => undefined);
  if (measure === "latency") return sums;
  for (const cell of cells) {
    if (cell.value !== undefined) sums[cell[side]] = (sums[cell[side]] ?? 0) + cell.value;
  }
  return sums;
}

function ordered(edges: readonly Edge[], order: MatrixOrder): string[] {
  const counts = new Map<string, number>();
  for (const { from, to, count } of edges) {
    for (const name of [from, to]) counts.set(name, (counts.get(name) ?? 0) + count);
  }
  const byName = [...counts.keys()].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  if (order === "name") return byName;
  const byTotal = byName.sort((a, b) => (counts.get(b) as number) - (counts.get(a) as number));
  return order === "total" ? byTotal : grouped(byTotal, edges);
}

/** One after the other: whoever speaks most to those placed last; when nobody does, whoever is left with most. */
function grouped(byTotal: readonly string[], edges: readonly Edge[]): string[] {
  const weights = new Map<string, Map<string, number>>(byTotal.map((name) => [name, new Map()]));
  for (const { from, to, count } of edges) {
    weights.get(from)?.set(to, (weights.get(from)?.get(to) ?? 0) + count);
    weights.get(to)?.set(from, (weights.get(to)?.get(from) ?? 0) + count);
  }
  const left = new Set(byTotal);
  const placed: string[] = [];
  while (left.size > 0) {
    const near = placed.slice(-NEAR_MAX).reverse();
    const pull = (name: string) =>
      near.reduce((sum, other, i) => sum + NEARNESS ** i * (weights.get(name)?.get(other) ?? 0), 0);
    let next: string | undefined;
    let most = -1;
    for (const name of left) {
      const pulled = pull(name);
      if (pulled <= most) continue;
      next = name;
      most = pulled;
    }
    if (next === undefined) break;
    placed.push(next);
    left.delete(next);
  }
  return placed;
}
