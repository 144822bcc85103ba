// Who speaks to whom as a matrix: senders down, receivers across, the stronger the more.

import type { Edge } from "../../model/shapes.ts";
import { formatCount, formatDuration, formatMoney } from "../base/format.ts";

export const MATRIX_MEASURES = ["messages", "tokens", "cost", "way"] as const;
export type MatrixMeasure = (typeof MATRIX_MEASURES)[number];

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

export interface EdgeMatrix {
  /** Those who say and hear most first. */
  readonly agents: readonly string[];
  readonly cells: readonly MatrixCell[];
}

export function measureOf({ count, tokens, cost, transitMs }: Edge, measure: MatrixMeasure): number | undefined {
  if (measure === "messages") return count;
  if (measure === "tokens") return tokens;
  return measure === "cost" ? cost?.usd : transitMs?.p50;
}

export function formatMeasure(value: number | undefined, measure: MatrixMeasure): string {
  if (measure === "cost") return formatMoney(value);
  return measure === "way" ? formatDuration(value) : formatCount(value);
}

export function edgeMatrix(edges: readonly Edge[], measure: MatrixMeasure): EdgeMatrix {
  const total = new Map<string, number>();
  for (const { from, to, count } of edges) {
    for (const name of [from, to]) total.set(name, (total.get(name) ?? 0) + count);
  }
  const agents = [...total.keys()].sort(
    (a, b) => (total.get(b) as number) - (total.get(a) as number) || (a < b ? -1 : 1),
  );
  const indexOf = new Map(agents.map((name, i) => [name, i]));
  const most = edges.reduce((max, edge) => Math.max(max, measureOf(edge, measure) ?? 0), 0);
  const cells = edges.map((edge) => {
    const value = measureOf(edge, measure);
    return {
      from: indexOf.get(edge.from) as number,
      to: indexOf.get(edge.to) as number,
      ...{ edge, value, strength: value === undefined || most === 0 ? 0 : Math.sqrt(value / most) },
    };
  });
  return { agents, cells };
}

export interface MatrixLayout {
  /** Of the names before rows and above columns. */
  readonly leftPx: number;
  readonly topPx: number;
  readonly cellPx: number;
  readonly widthPx: number;
  readonly heightPx: number;
}

const CELL_PX = { min: 5, max: 28 };
const NAMES_PX = 148;
/** Below, names of columns would lie on each other. */
export const NAMED_CELL_PX_MIN = 12;

export function matrixLayout(agentCount: number, roomPx: number): MatrixLayout {
  const fitting = Math.floor((roomPx - NAMES_PX) / Math.max(1, agentCount));
  const cellPx = Math.min(CELL_PX.max, Math.max(CELL_PX.min, fitting));
  const topPx = cellPx >= NAMED_CELL_PX_MIN ? NAMES_PX : 8;
  const side = agentCount * cellPx;
  return { ...{ leftPx: NAMES_PX, topPx, cellPx }, widthPx: NAMES_PX + side, heightPx: topPx + side };
}

/** A row and a column: indexes into the agents. */
export interface MatrixPair {
  readonly from: number;
  readonly to: number;
}

/** The pair next to another one in the direction of an arrow key; undefined for other keys. */
export function movedPair(pair: MatrixPair | undefined, key: string, agentCount: number): MatrixPair | undefined {
  const steps: Readonly<Record<string, readonly [number, number]>> = {
    ...{ ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] },
  };
  const step = steps[key];
  if (step === undefined || agentCount === 0) return undefined;
  if (pair === undefined) return { from: 0, to: 0 };
  const inside = (index: number) => Math.min(agentCount - 1, Math.max(0, index));
  return { from: inside(pair.from + step[0]), to: inside(pair.to + step[1]) };
}

/** The row and column under a point. */
export function pairAt(
  { leftPx, topPx, cellPx }: MatrixLayout,
  agentCount: number,
  x: number,
  y: number,
): MatrixPair | undefined {
  const to = Math.floor((x - leftPx) / cellPx);
  const from = Math.floor((y - topPx) / cellPx);
  const isInside = (index: number) => index >= 0 && index < agentCount;
  return isInside(from) && isInside(to) ? { from, to } : undefined;
}
