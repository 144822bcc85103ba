import { computed } from "@preact/signals";
import type { Agent, Run } from "../../model/shapes.ts";
import { getJson } from "../base/api.ts";
import { pathOf, type Query, queryValue } from "../base/place.ts";
import { Resource } from "../base/resource.ts";
import { place } from "../base/router.ts";
import { follow } from "./live.ts";
import { DEFAULT_SINCE } from "./run-query.ts";

export type AgentDetail = Agent & { readonly recentRuns: readonly Run[] };

export const agents = new Resource<readonly Agent[]>();
export const agent = new Resource<AgentDetail>();

/** The window of time that the URL names. */
const asked = computed(() => JSON.stringify([since(place.value.query), queryValue(place.value.query, "until")]));

function since(query: Query): string {
  return queryValue(query, "since") ?? DEFAULT_SINCE;
}

function windowQuery(): Query {
  const { query } = place.peek();
  const until = queryValue(query, "until");
  return new Map([["since", [since(query)]], ...(until === undefined ? [] : [["until", [until]] as const])]);
}

/** Loads the fleet and keeps it current until the answered function is called. */
export function loadAgents(): () => void {
  void asked.value;
  void agents.load(async (signal) => {
    const answer = await getJson<{ agents: Agent[] }>("/agents", { query: windowQuery(), signal });
    return answer.agents;
  });
  return followResource(agents);
}

export function loadAgent(name: string): () => void {
  void asked.value;
  if (agent.data.peek()?.name !== name) agent.clear();
  void agent.load((signal) => getJson<AgentDetail>(pathOf`/agents/${name}`, { query: windowQuery(), signal }));
  return followResource(agent);
}

function followResource(resource: Resource<unknown>): () => void {
  const { stop } = follow("agents", async () => {
    await resource.refresh();
    return resource.failure.peek() === undefined;
  });
  return stop;
}
