import { Type } from "typebox";
import { keyFigures } from "../../analysis/key-metrics.ts";
import { present } from "../../base/present.ts";
import { Communication, type Explanation } from "../../model/key-metrics-shapes.ts";
import { LIMITS } from "../../model/limits.ts";
import type { ApiParts } from "../api-parts.ts";
import { addEdges, type EdgeTotals, edgeOfRun, fleetEdges, presentEdgeTotals } from "../figures/edge-sums.ts";
import { keySums } from "../figures/key-sums.ts";
import { flag, readWindow, type TimeWindow, texts, windowParameters } from "../query-values.ts";
import { type Route, route } from "../route.ts";
import { endedInOrOpen } from "../runs/agent-merge.ts";
import { RunList } from "../runs/run-list.ts";

const communication = route({
  url: "/api/v1/communication",
  summary: "Who speaks to whom over a window: messages, tokens, money and ways by sender and receiver",
  description:
    "Over the runs that ended in the window, and those that are open now. Tokens and cost are what both sides read and " +
    "wrote of the messages, estimated from the lengths of texts; absent where content was not captured. Percentiles of " +
    "transit err by at most 4.4 %; they are of settled runs as far as there are any.",
  tag: "Analysis",
  query: Type.Object({
    ...windowParameters,
    agent: texts("Only edges from or to these agents"),
    explain: flag("Also how the figures were made"),
  }),
  answer: Communication,
  handle: async ({ parts, project, query }) => {
    const { agent: wanted } = query;
    const window = readWindow(query, parts.clock.nowMs());
    const [all, shares] = await Promise.all([
      edgesOf(parts, project, window),
      wanted === undefined ? sharesOf(parts, project, window) : {},
    ]);
    const edges = all
      .filter(({ from, to }) => wanted === undefined || wanted.includes(from) || wanted.includes(to))
      .sort((a, b) => b.messages - a.messages || compareTexts(a.from, b.from) || compareTexts(a.to, b.to));
    const { from: _, to: __, kinds: ___, transitMs: ____, ...total } = presentEdgeTotals(addEdges(edges));
    return {
      edges: edges.slice(0, LIMITS.edges).map(presentEdgeTotals),
      agents: agentsOf(edges),
      total: { ...total, ...shares },
      ...(edges.length > LIMITS.edges ? { truncated: true } : {}),
      ...(query.explain ? { explain: explain(edges) } : {}),
    };
  },
});

/** Edges of settled runs, and of those that are not settled. */
async function edgesOf(parts: ApiParts, project: string, window: TimeWindow): Promise<EdgeTotals[]> {
  const fresh = await new RunList(parts).unsettled(project);
  const exceptRunIds = fresh.map(({ run }) => run.id);
  const settled = await parts.settleGate.read(() => fleetEdges(parts.store, project, { ...window, exceptRunIds }));
  const open = fresh.filter(({ run }) => endedInOrOpen(run, window)).flatMap(({ edges }) => edges.map(edgeOfRun));
  if (open.length === 0) return settled;
  const byPair = Map.groupBy([...settled, ...open], ({ from, to }) => JSON.stringify([from, to]));
  return [...byPair.values()].map(addEdges);
}

/** Which part of the settled runs' time and tokens the messages took. */
async function sharesOf(parts: ApiParts, project: string, window: TimeWindow) {
  const [row] = await keySums(parts.store, project, { ...window, figures: ["communication_overhead"] });
  const overhead = row && keyFigures(row.sums, 1).find(({ name }) => name === "communication_overhead")?.parts;
  return present({ shareOfTime: overhead?.["time"], shareOfTokens: overhead?.["tokens"] });
}

/** What each agent sent and received, by name. */
function agentsOf(edges: readonly EdgeTotals[]) {
  const agents = new Map<string, { name: string; sent: number; received: number; tokens?: number }>();
  const count = (name: string, side: "sent" | "received", { messages, tokens }: EdgeTotals) => {
    const agent = agents.get(name) ?? { name, sent: 0, received: 0 };
    agent[side] += messages;
    if (tokens !== undefined) agent.tokens = (agent.tokens ?? 0) + tokens;
    agents.set(name, agent);
  };
  for (const edge of edges) {
    count(edge.from, "sent", edge);
    count(edge.to, "received", edge);
  }
  return [...agents.values()]
    .map((agent) => ({ ...agent, ...present({ tokens: agent.tokens && Math.round(agent.tokens) }) }))
    .sort((a, b) => compareTexts(a.name, b.name));
}

function explain(edges: readonly EdgeTotals[]): Explanation {
  const known = edges.filter(({ tokens }) => tokens !== undefined).length;
  return {
    formula:
      "tokens = Σ over calls: input tokens × length of the other agent's words in the input ÷ its whole length " +
      "+ output tokens × length of the message ÷ length of the whole output",
    meaning: "What agents spend on reading and writing each other's messages; a text that is sent again is read again.",
    counted: "Messages between agents of runs that ended in the window or are open; not those from and to the user.",
    inputs: { edges: edges.length, edgesWithTokens: known },
  };
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Communication between agents over a window. */
export const COMMUNICATION_ROUTES: readonly Route[] = [communication];
