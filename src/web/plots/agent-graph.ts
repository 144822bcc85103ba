// Who speaks to whom, as nodes and links: of one run or of the whole fleet. Nodes and links are in the order of their
// names, so that nothing depends on the order in which they were told.

import type { Edge } from "../../model/shapes.ts";
import type { AgentState } from "../../model/vocabulary.ts";

/** An agent as the graph shows it; what is not known is absent. */
export interface GraphNode {
  readonly name: string;
  readonly state?: AgentState;
  /** False: it comes later than the instant that is looked at. */
  readonly hasBegun?: boolean;
  /** Share of its time that it was busy, 0…1. */
  readonly utilization?: number;
  readonly tokens?: number;
  readonly usd?: number;
  /** Failed ÷ ended tasks, 0…1. */
  readonly errorRate?: number;
}

/** One way between two agents, with the answers to it where the other way has nothing else. */
export interface GraphLink {
  readonly key: string;
  readonly from: string;
  readonly to: string;
  readonly there: Edge;
  readonly back: Edge | undefined;
}

export interface AgentGraph {
  readonly nodes: readonly GraphNode[];
  readonly links: readonly GraphLink[];
}

/** What the reader has chosen, or the pointer is over. */
export type GraphPick =
  | { readonly type: "node"; readonly name: string }
  | { readonly type: "link"; readonly from: string; readonly to: string };

/** Every agent once, also those that only links name: they have no figures. */
export function graphNodes(agents: readonly GraphNode[], links: readonly GraphLink[]): GraphNode[] {
  const nodes = new Map(agents.map((node) => [node.name, node]));
  for (const { from, to } of links) {
    for (const name of [from, to]) if (!nodes.has(name)) nodes.set(name, { name });
  }
  return [...nodes.values()].sort((a, b) => compareTexts(a.name, b.name));
}

/** Every edge on one link. */
export function graphLinks(edges: readonly Edge[]): GraphLink[] {
  const byKey = new Map(edges.map((edge) => [linkKey(edge.from, edge.to), edge]));
  const links: GraphLink[] = [];
  for (const [key, there] of byKey) {
    const opposite = there.from === there.to ? undefined : byKey.get(linkKey(there.to, there.from));
    if (opposite !== undefined && answers(there, opposite)) continue;
    const back = opposite !== undefined && answers(opposite, there) ? opposite : undefined;
    links.push({ key, from: there.from, to: there.to, there, back });
  }
  return links.sort((a, b) => compareTexts(a.from, b.from) || compareTexts(a.to, b.to));
}

export function linkKey(from: string, to: string): string {
  return `${from}\n${to}`;
}

/** The link that an edge is part of, either way of it. */
export function findLink(graph: AgentGraph, from: string, to: string): GraphLink | undefined {
  return (
    graph.links.find((link) => link.from === from && link.to === to) ??
    graph.links.find((link) => link.from === to && link.to === from && link.back !== undefined)
  );
}

/** Whether an edge only answers its opposite, or holds no message and only what was read of the other's words. */
function answers(edge: Edge, opposite: Edge): boolean {
  const isAnswer = ({ count, kinds }: Edge) => (kinds["reply"] ?? 0) === count;
  if (!isAnswer(edge)) return false;
  if (!isAnswer(opposite)) return true;
  // Neither began: the one that says more stands for both.
  return edge.count < opposite.count || (edge.count === opposite.count && edge.from > edge.to);
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
