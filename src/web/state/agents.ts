import { computed } from "@preact/signals";
import type { Communication, KeyMetrics } from "../../model/key-metrics-shapes.ts";
import type { Agent, Run } from "../../model/shapes.ts";
import { getJson } from "../base/api.ts";
import { pathOf, type Query, queryValue } from "../base/place.ts";
import { Resource } from "../base/resource.ts";
import { place } from "../base/router.ts";
import { follow } from "./live.ts";
import { DEFAULT_SINCE } from "./run-query.ts";

export type AgentDetail = Agent & { readonly recentRuns: readonly Run[] };

export const AGENTS_VIEWS = ["table", "heatmap"] as const;
export type AgentsView = (typeof AGENTS_VIEWS)[number];
export const agentsView = computed<AgentsView>(
  () => AGENTS_VIEWS.find((view) => view === queryValue(place.value.query, "view")) ?? "table",
);

export const agents = new Resource<readonly Agent[]>();
/** Utilization of every agent, step by step. */
export const agentSteps = new Resource<KeyMetrics>();
export const agent = new Resource<AgentDetail>();
export const agentFigures = new Resource<KeyMetrics>();
/** What passed between the agent and others. */
export const agentEdges = new Resource<Communication>();

/** The window of time that the URL names. */
const asked = computed(() => JSON.stringify([since(place.value.query), queryValue(place.value.query, "until")]));

function since(query: Query): string {
  return queryValue(query, "since") ?? DEFAULT_SINCE;
}

function windowQuery(more: Readonly<Record<string, string>> = {}): Query {
  const { query } = place.peek();
  const until = queryValue(query, "until");
  return new Map([
    ["since", [since(query)]],
    ...(until === undefined ? [] : [["until", [until]] as const]),
    ...Object.entries(more).map(([name, value]) => [name, [value]] as const),
  ]);
}

/** Loads the fleet and keeps it current until the answered function is called. */
export function loadAgents(): () => void {
  void asked.value;
  void agents.load(async (signal) => {
    const answer = await getJson<{ agents: Agent[] }>("/agents", { query: windowQuery(), signal });
    return answer.agents;
  });
  if (agentsView.value === "table") return followResources(agents);
  const query = windowQuery({ by: "agent", metric: "agent_utilization" });
  void agentSteps.load((signal) => getJson<KeyMetrics>("/key-metrics", { query, signal }));
  return followResources(agents, agentSteps);
}

export function loadAgent(name: string): () => void {
  void asked.value;
  if (agent.data.peek()?.name !== name) for (const one of [agent, agentFigures, agentEdges]) one.clear();
  void agent.load((signal) => getJson<AgentDetail>(pathOf`/agents/${name}`, { query: windowQuery(), signal }));
  const query = windowQuery({ agent: name });
  void agentFigures.load((signal) =>
    getJson<KeyMetrics>("/key-metrics", { query: new Map([...query, ["before", ["true"]]]), signal }),
  );
  void agentEdges.load((signal) => getJson<Communication>("/communication", { query, signal }));
  return followResources(agent, agentFigures, agentEdges);
}

function followResources(...resources: readonly Resource<unknown>[]): () => void {
  const { stop } = follow("agents", async () => {
    await Promise.all(resources.map((resource) => resource.refresh()));
    return resources.every(({ failure }) => failure.peek() === undefined);
  });
  return stop;
}
