// What edges between agents are compared by.

import type { Edge } from "../../model/shapes.ts";
import { formatCount, formatDuration, formatMoney } from "../base/format.ts";
import type { GraphLink } from "./agent-graph.ts";

export const EDGE_MEASURES = ["count", "tokens", "cost", "latency"] as const;
export type EdgeMeasure = (typeof EDGE_MEASURES)[number];

export const MEASURE_TITLES: Readonly<Record<EdgeMeasure, string>> = {
  count: "Messages",
  tokens: "Tokens",
  cost: "Cost",
  latency: "Transit",
};

export const MEASURE_HINTS: Readonly<Record<EdgeMeasure, string>> = {
  count: "How many messages were sent",
  tokens: "What both sides read and wrote of them, estimated from the lengths of texts",
  cost: "What those tokens cost",
  latency: "Median time from sending to the receiver's first own work",
};

/** Undefined: nobody knows. */
export function measureOfEdge({ count, tokens, cost, transitMs }: Edge, measure: EdgeMeasure): number | undefined {
  switch (measure) {
    case "count":
      return count;
    case "tokens":
      return tokens;
    case "cost":
      return cost?.usd;
    case "latency":
      return transitMs?.p50;
  }
}

/** Both ways of a link together; of latencies that of what it is drawn for. */
export function measureOfLink({ there, back }: GraphLink, measure: EdgeMeasure): number | undefined {
  const value = measureOfEdge(there, measure);
  if (measure === "latency" || back === undefined) return value;
  const answers = measureOfEdge(back, measure);
  return value === undefined && answers === undefined ? undefined : (value ?? 0) + (answers ?? 0);
}

export function formatMeasure(value: number | undefined, measure: EdgeMeasure): string {
  if (measure === "cost") return formatMoney(value);
  return measure === "latency" ? formatDuration(value) : formatCount(value);
}
