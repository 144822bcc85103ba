// What passed between agents over a window: settled sums, with those of runs that are not settled added.

import { addBuckets, type Buckets, bucketQuantile, TRANSIT_SCALE } from "../../base/histogram.ts";
import { present } from "../../base/present.ts";
import { costShape } from "../../jobs/runs/present.ts";
import { EDGE_SUMS } from "../../model/roll-ups.ts";
import type { Edge } from "../../model/shapes.ts";
import type { StoreClient } from "../../store/client.ts";
import type { Row } from "../../store/native/block-reader.ts";
import { type GroupSums, rollUpSums, type SumsQuestion } from "../../store/queries/roll-up-sums.ts";

/** Messages from one agent to another; what is not known of any of them is absent. */
export interface EdgeTotals {
  readonly from: string;
  readonly to: string;
  readonly messages: number;
  readonly kinds: Readonly<Record<string, number>>;
  readonly bytes?: number | undefined;
  readonly tokens?: number | undefined;
  readonly costNano?: number | undefined;
  readonly transits: Buckets;
  /** Of runs that are not settled, while nothing is settled: ways in milliseconds. */
  readonly transitMs?: Edge["transitMs"];
}

const KINDS = {
  delegates: "delegate",
  replies: "reply",
  handoffs: "handoff",
  sends: "send",
  broadcasts: "broadcast",
} as const;
const KIND_COLUMNS = Object.keys(KINDS) as (keyof typeof KINDS)[];
const NANO_PER_USD = 1e9;

/** The edges of settled runs that ended in a window. Throws StoreError. */
export async function fleetEdges(
  store: StoreClient,
  project: string,
  window: Pick<SumsQuestion, "sinceNs" | "untilNs" | "exceptRunIds">,
): Promise<EdgeTotals[]> {
  const sums = await rollUpSums(
    store,
    project,
    EDGE_SUMS,
    { ...window, groupBy: ["from_agent", "to_agent"] },
    {
      sums: [
        ...["messages", "known_bytes", "known_tokens", "known_cost", "bytes", "tokens", "cost_nano"],
        ...KIND_COLUMNS,
      ],
      withBuckets: true,
    },
  );
  return sums.map(toTotals);
}

function toTotals({ group, sums, buckets }: GroupSums): EdgeTotals {
  const ifKnown = (name: string, known: string) => ((sums[known] ?? 0) > 0 ? sums[name] : undefined);
  const kinds = KIND_COLUMNS.map((column) => [KINDS[column], sums[column] ?? 0] as const);
  return {
    from: String(group[0]),
    to: String(group[1]),
    messages: sums["messages"] ?? 0,
    kinds: Object.fromEntries(kinds.filter(([, count]) => count > 0)),
    bytes: ifKnown("bytes", "known_bytes"),
    tokens: ifKnown("tokens", "known_tokens"),
    costNano: ifKnown("cost_nano", "known_cost"),
    transits: buckets,
  };
}

/** The edge of one settled run. */
export function storedEdge({ from, to }: Pick<Edge, "from" | "to">, row: Row): EdgeTotals {
  const known = (name: string) => (Number.isNaN(Number(row[name])) ? undefined : Number(row[name]));
  const kinds = KIND_COLUMNS.map((column) => [KINDS[column], Number(row[column])] as const);
  return {
    ...{ from, to, messages: Number(row["messages"]) },
    kinds: Object.fromEntries(kinds.filter(([, count]) => count > 0)),
    ...{ bytes: known("bytes"), tokens: known("tokens"), costNano: known("cost_nano") },
    transits: { indexes: row["transit_indexes"] as number[], counts: row["transit_counts"] as number[] },
  };
}

/** The edge of a run that is not settled. */
export function edgeOfRun({ from, to, count, kinds, bytes, tokens, cost, transitMs }: Edge): EdgeTotals {
  const costNano = cost?.usd === undefined ? undefined : cost.usd * NANO_PER_USD;
  return {
    ...{ from, to, messages: count, kinds, bytes, tokens, costNano, transitMs },
    transits: { indexes: [], counts: [] },
  };
}

/** The sum of edges; sender and receiver are those of the first. */
export function addEdges(edges: readonly EdgeTotals[]): EdgeTotals {
  const sum = (of: (edge: EdgeTotals) => number | undefined) => {
    const known = edges.map(of).filter((value) => value !== undefined);
    return known.length === 0 ? undefined : known.reduce((all, value) => all + value, 0);
  };
  const kinds: Record<string, number> = {};
  for (const edge of edges) {
    for (const [kind, count] of Object.entries(edge.kinds)) kinds[kind] = (kinds[kind] ?? 0) + count;
  }
  return {
    from: edges[0]?.from ?? "",
    to: edges[0]?.to ?? "",
    messages: sum(({ messages }) => messages) ?? 0,
    kinds,
    bytes: sum(({ bytes }) => bytes),
    tokens: sum(({ tokens }) => tokens),
    costNano: sum(({ costNano }) => costNano),
    transits: addBuckets(edges.map(({ transits }) => transits)),
    transitMs: edges.find(({ transitMs }) => transitMs !== undefined)?.transitMs,
  };
}

export function presentEdgeTotals(edge: EdgeTotals): Edge {
  const { from, to, messages, kinds, bytes, tokens, costNano, transits, transitMs } = edge;
  const way = (q: number) => bucketQuantile(transits, q, TRANSIT_SCALE);
  const [p50, p95] = [way(0.5), way(0.95)];
  return {
    ...{ from, to, count: messages, kinds: { ...kinds } },
    ...present({
      bytes: bytes === undefined ? undefined : Math.round(bytes),
      tokens: tokens === undefined ? undefined : Math.round(tokens),
      tokensEstimated: tokens === undefined ? undefined : true,
      cost: costNano === undefined ? undefined : costShape(costNano, true, 0),
      transitMs: p50 === undefined || p95 === undefined ? transitMs : { p50, p95 },
    }),
  };
}
