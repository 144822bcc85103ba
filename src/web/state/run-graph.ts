// The graph of a run's agents, and what the reader does with it. All of that is in the URL: `as` (a graph or a matrix),
// `agent` or `link` (what is chosen: a name, or two), and what graph-look.ts says.

import { computed } from "@preact/signals";
import type { Agent, Edge } from "../../model/shapes.ts";
import { queryValue } from "../base/place.ts";
import { place, setQuery } from "../base/router.ts";
import { type AgentGraph, type GraphNode, type GraphPick, graphLinks, graphNodes } from "../plots/agent-graph.ts";
import type { OpenRun } from "./open-run.ts";

export const GRAPH_FORMS = ["graph", "matrix"] as const;
export type GraphForm = (typeof GRAPH_FORMS)[number];

const NO_EDGES: readonly Edge[] = [];

export class RunGraph {
  readonly #run: OpenRun;
  readonly edges;
  readonly graph;
  readonly form;
  readonly selected;
  /** The chosen pair, if it is one. */
  readonly selectedPair;
  /** The agent of the span that is selected in all views. */
  readonly spanAgent;

  constructor(run: OpenRun) {
    this.#run = run;
    this.edges = computed(() => run.detail.data.value?.edges ?? NO_EDGES);
    const links = computed(() => graphLinks(this.edges.value));
    const states = computed(() => new Map(run.liveAgents.all.value.map(({ name, state }) => [name, state])));
    this.graph = computed<AgentGraph>(() => {
      const live = run.isOpen.value ? states.value : undefined;
      const agents = (run.detail.data.value?.agentDetails ?? []).map((agent) => nodeOf(agent, live?.get(agent.name)));
      return { nodes: graphNodes(agents, links.value), links: links.value };
    });
    this.form = computed<GraphForm>(
      () => GRAPH_FORMS.find((form) => form === queryValue(place.value.query, "as")) ?? "graph",
    );
    const chosen = computed(() => JSON.stringify([place.value.query.get("agent"), place.value.query.get("link")]));
    this.selected = computed(() => pickOf(JSON.parse(chosen.value) as [string[] | null, string[] | null]));
    this.selectedPair = computed(() => (this.selected.value?.type === "link" ? this.selected.value : undefined));
    this.spanAgent = computed(() => {
      const built = run.timeline.built.value;
      const position = run.timeline.selectedPosition.value;
      const row = built?.tree.rows[position];
      return row === undefined ? undefined : built?.columns.strings[built.columns.agent[row] as number];
    });
  }

  select(pick: GraphPick | undefined): void {
    setQuery(
      {
        agent: pick?.type === "node" ? pick.name : undefined,
        link: pick?.type === "link" ? [pick.from, pick.to] : undefined,
      },
      "quiet",
    );
  }

  showAs(form: GraphForm): void {
    setQuery({ as: form === "graph" ? undefined : form }, "step");
  }

  /** An agent's spans in the timeline, or the messages of two in the sequence. */
  open(pick: GraphPick): void {
    if (pick.type === "node") this.openSpans(pick.name);
    else this.openMessages([pick.from, pick.to]);
  }

  openSpans(agent: string): void {
    const { timeline } = this.#run;
    const first = timeline.built.peek()?.lanes.find((lane) => lane.agent === agent)?.levels[0]?.positions[0];
    setQuery({ view: undefined }, "step");
    if (first !== undefined) timeline.select(first);
  }

  openMessages(between: readonly string[]): void {
    setQuery({ view: "sequence", between }, "step");
  }
}

/** The state that the stream told of goes before the one that was fetched. */
function nodeOf(
  { name, state, utilization, tokens, cost, errorRate }: Agent,
  live: Agent["state"] | undefined,
): GraphNode {
  const usd = cost.usd === undefined ? {} : { usd: cost.usd };
  return { name, state: live ?? state, utilization, tokens: tokens.input + tokens.output, errorRate, ...usd };
}

function pickOf([agent, link]: readonly [string[] | null, string[] | null]): GraphPick | undefined {
  const [from, to] = link ?? [];
  if (from !== undefined && to !== undefined) return { type: "link", from, to };
  const name = agent?.[0];
  return name === undefined ? undefined : { type: "node", name };
}
