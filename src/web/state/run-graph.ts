// The graph of a run's agents, and what the reader does with it. All of that is in the URL: `as` (a graph or a matrix),
// `agent` or `link` (what is chosen: a name, or two), and what graph-look.ts says.

import { computed, effect, untracked } from "@preact/signals";
import type { Agent, Edge, Message } from "../../model/shapes.ts";
import type { AgentState } from "../../model/vocabulary.ts";
import { queryValue } from "../base/place.ts";
import { place, setQuery } from "../base/router.ts";
import { type AgentGraph, type GraphNode, type GraphPick, graphLinks, graphNodes } from "../plots/agent-graph.ts";
import { edgesWithin, linksWithin } from "../plots/edges-within.ts";
import { nsOf } from "../plots/happenings.ts";
import { windowOf } from "../plots/instants.ts";
import { agentStateAt } from "../plots/replay.ts";
import { msInRun, type OpenRun } from "./open-run.ts";
import { pastOf } from "./run-past.ts";
import type { Timeline } from "./timeline.ts";

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
    const allEdges = computed(() => run.detail.data.value?.edges ?? NO_EDGES);
    const allLinks = computed(() => graphLinks(allEdges.value));
    const messages = computed(() => inOrder(run));
    const times = computed(() => Float64Array.from(messages.value, ({ at }) => msInRun(run, at)));
    const part = computed(() => (run.isPartial.value ? partOf(run.timeline, times.value).join() : undefined));
    this.edges = computed(() => {
      if (part.value === undefined) return allEdges.value;
      const [from, to] = part.value.split(",").map(Number);
      return edgesWithin(allEdges.value, messages.value.slice(from, to));
    });
    const links = computed(() =>
      part.value === undefined ? allLinks.value : linksWithin(allLinks.value, this.edges.value),
    );
    const live = computed(() => new Map(run.liveAgents.all.value.map(({ name, state }) => [name, state])));
    const then = computed(() => statesThen(run));
    this.graph = computed<AgentGraph>(() => {
      const known = run.isOpen.value ? live.value : undefined;
      const details = run.detail.data.value?.agentDetails ?? [];
      const agents =
        run.timeline.cursorMs.value === undefined
          ? details.map((agent) => nodeOf(agent, known?.get(agent.name)))
          : nodesThen(details, then.value);
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

  /** Knows what the agents did at the time cursor until the answered function is called. */
  follow(): () => void {
    let stop: (() => void) | undefined;
    const end = effect(() => {
      if (this.#run.timeline.cursorMs.value !== undefined) stop ??= untracked(() => pastOf(this.#run).keep());
    });
    return () => {
      end();
      stop?.();
    };
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

/** By time: the server tells them so, but for what came late. */
function inOrder(run: OpenRun): readonly Message[] {
  return (run.messages.data.value?.messages ?? []).toSorted((a, b) => msInRun(run, a.at) - msInRun(run, b.at));
}

/** Which of the run's messages are looked at: those in the window, up to the time cursor. */
function partOf(timeline: Timeline, times: Float64Array): readonly [from: number, to: number] {
  const startMs = timeline.zoom.value?.startMs ?? Number.NEGATIVE_INFINITY;
  const endMs = Math.min(
    timeline.zoom.value?.endMs ?? Number.POSITIVE_INFINITY,
    timeline.cursorMs.value ?? Number.POSITIVE_INFINITY,
  );
  return windowOf(times, { startMs, endMs });
}

/** What each agent did at the time cursor, as one text: a computed value that only changes when they do. */
function statesThen(run: OpenRun): string {
  const replay = pastOf(run).replay.value;
  const cursorMs = run.timeline.cursorMs.value;
  if (replay === undefined || cursorMs === undefined) return "[]";
  const ns = nsOf(cursorMs);
  return JSON.stringify(replay.agents.map(({ name }, i) => [name, agentStateAt(replay, i, ns)]));
}

/** Figures are of the whole run: at an instant agents have a state only, and none before they begin. */
function nodesThen(agents: readonly Agent[], states: string): GraphNode[] {
  const then = new Map(JSON.parse(states) as [string, AgentState | null][]);
  return agents.map(({ name }) => {
    const state = then.get(name);
    if (state === undefined) return { name };
    return state === null ? { name, hasBegun: false } : { name, state };
  });
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
