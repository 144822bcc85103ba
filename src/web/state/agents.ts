import { computed } from "@preact/signals";
import type { KeyMetrics } from "../../model/key-metrics-shapes.ts";
import type { Agent } from "../../model/shapes.ts";
import { getJson } from "../base/api.ts";
import { type Query, queryValue } from "../base/place.ts";
import { Resource } from "../base/resource.ts";
import { place } from "../base/router.ts";
import { AGENT_SORTS, chooseAgents, sortAgents } from "./agent-list.ts";
import { askedWindow, windowBounds, windowQuery } from "./asked-window.ts";
import { follow } from "./live.ts";
import { readSortOrder } from "./sort-order.ts";

/** Figures over a window change little from one moment to the next. */
const PAUSE_MS_MIN = 1000;
const PAUSE_FACTOR = 4;

export const AGENTS_VIEWS = ["table", "heatmap"] as const;
export type AgentsView = (typeof AGENTS_VIEWS)[number];
export const agentsView = computed<AgentsView>(
  () => AGENTS_VIEWS.find((view) => view === queryValue(place.value.query, "view")) ?? "table",
);

export const agents = new Resource<readonly Agent[]>();
/** Utilization of every agent, step by step. */
export const agentSteps = new Resource<KeyMetrics>();

export const agentSort = computed(() => readSortOrder(AGENT_SORTS, queryValue(place.value.query, "sort")));
const chosenAgents = computed(() => {
  const { query } = place.value;
  const services = query.get("service") ?? [];
  return chooseAgents(agents.data.value ?? [], { text: queryValue(query, "q") ?? "", services });
});
/** The agents that pass the URL's filters, in its order. */
export const agentRows = computed(() => sortAgents(chosenAgents.value, agentSort.value));

/** The window of time that the URL names. */
export const windowKey = computed(() => JSON.stringify(askedWindow(place.value.query)));

/** The window of the URL as a query, with more. */
export function currentWindow(more: Readonly<Record<string, string>> = {}): Query {
  return windowQuery(place.peek().query, more);
}

/** So many that all agents that one answer has are answered, and cells are wide enough to point at. */
const HEAT_STEPS = 96;
const MIN_MS = 60_000;

function heatStep(): string {
  const { fromMs, untilMs } = windowBounds(askedWindow(place.peek().query), Date.now());
  return `${Math.max(1, Math.ceil((untilMs - fromMs) / HEAT_STEPS / MIN_MS))}m`;
}

/** Loads the fleet and keeps it current until the answered function is called. */
export function loadAgents(): () => void {
  void windowKey.value;
  void agents.load(async (signal) => {
    const answer = await getJson<{ agents: Agent[] }>("/agents", { query: currentWindow(), signal });
    return answer.agents;
  });
  if (agentsView.value === "table") return followResources(agents);
  const query = currentWindow({ by: "agent", metric: "agent_utilization", step: heatStep() });
  void agentSteps.load((signal) => getJson<KeyMetrics>("/key-metrics", { query, signal }));
  return followResources(agents, agentSteps);
}

/** Fetches them anew when an agent changed, until the answered function is called. */
export function followResources(...resources: readonly Resource<unknown>[]): () => void {
  const { stop } = follow(
    "agents",
    async () => {
      await Promise.all(resources.map((resource) => resource.refresh()));
      return resources.every(({ failure }) => failure.peek() === undefined);
    },
    { pauseMs: (tookMs) => Math.max(PAUSE_MS_MIN, PAUSE_FACTOR * tookMs) },
  );
  return stop;
}
