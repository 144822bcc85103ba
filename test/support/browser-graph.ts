// Graphs of agents for tests of the page's pure models.

import type { Edge } from "../../src/model/shapes.ts";
import { type AgentGraph, type GraphNode, graphLinks, graphNodes } from "../../src/web/plots/agent-graph.ts";

/** `boss delegate writer 14`: an edge with so many messages of a kind; 0 of them for words that are only read. */
export function madeEdges(lines: readonly string[]): Edge[] {
  return lines.map((line) => {
    const [from, kind, to, count] = line.split(" ");
    if (from === undefined || kind === undefined || to === undefined) throw new Error(`No edge: ${line}`);
    const number = Number(count ?? 1);
    const transit = number === 0 ? {} : { transitMs: { p50: 2 * number, p95: 5 * number } };
    return { from, to, count: number, kinds: number === 0 ? {} : { [kind]: number }, tokens: 10 * number, ...transit };
  });
}

export function madeGraph(lines: readonly string[], names: readonly string[] = []): AgentGraph {
  const links = graphLinks(madeEdges(lines));
  return {
    nodes: graphNodes(
      names.map((name): GraphNode => ({ name })),
      links,
    ),
    links,
  };
}

/** A tree of agents that also speak across it: so many edges, all different. */
export function manyEdges(agentCount: number, edgeCount: number): Edge[] {
  const name = (i: number) => `agent_${String(i).padStart(4, "0")}`;
  const edges = new Map<string, Edge>();
  const add = (from: number, to: number, count: number) => {
    if (from === to || edges.has(`${from} ${to}`)) return;
    edges.set(`${from} ${to}`, {
      from: name(from),
      to: name(to),
      count,
      kinds: { delegate: count },
      tokens: count * 7,
    });
  };
  for (let i = 1; i < agentCount; i++) add(Math.floor((i * 7919) % Math.ceil(i / 3)), i, 1 + (i % 9));
  for (let i = 0; edges.size < edgeCount; i++) {
    add((i * 7919) % agentCount, (i * 104_729 + Math.floor(i / agentCount)) % agentCount, 1 + (i % 5));
  }
  return [...edges.values()];
}
