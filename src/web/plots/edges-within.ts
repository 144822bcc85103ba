// What was sent in a part of a run: its edges counted anew from the messages of that part. Tokens and money of an edge are
// known of the whole run only, for they also hold what was read of its messages later. Pure.

import { quantile } from "../../analysis/quantile.ts";
import type { Edge, Message } from "../../model/shapes.ts";
import { type GraphLink, linkKey } from "./agent-graph.ts";

/** Every edge of the whole run, so that views keep their shape; one without messages in the part counts 0. */
export function edgesWithin(edges: readonly Edge[], messages: readonly Message[]): Edge[] {
  const byEdge = Map.groupBy(messages, ({ from, to }) => linkKey(from, to));
  return edges.map(({ from, to }) => edgeOf(from, to, byEdge.get(linkKey(from, to)) ?? []));
}

/** The links of the whole run with the edges of a part. */
export function linksWithin(links: readonly GraphLink[], edges: readonly Edge[]): GraphLink[] {
  const byKey = new Map(edges.map((edge) => [linkKey(edge.from, edge.to), edge]));
  const within = (edge: Edge) => byKey.get(linkKey(edge.from, edge.to)) ?? edge;
  return links.map((link) => ({ ...link, there: within(link.there), back: link.back && within(link.back) }));
}

function edgeOf(from: string, to: string, messages: readonly Message[]): Edge {
  const kinds: Record<string, number> = {};
  for (const { kind } of messages) kinds[kind] = (kinds[kind] ?? 0) + 1;
  const transits = messages.flatMap(({ transitMs }) => transitMs ?? []).sort((a, b) => a - b);
  const [p50, p95] = [quantile(transits, 0.5), quantile(transits, 0.95)];
  const sizes = messages.flatMap(({ bytes }) => bytes ?? []);
  return {
    ...{ from, to, count: messages.length, kinds },
    ...(sizes.length === 0 ? {} : { bytes: sizes.reduce((sum, bytes) => sum + bytes, 0) }),
    ...(p50 === undefined || p95 === undefined ? {} : { transitMs: { p50, p95 } }),
  };
}
