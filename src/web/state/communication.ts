// What page Communication shows: who speaks to whom over the window in the URL.

import { computed, effect } from "@preact/signals";
import type { Communication } from "../../model/key-metrics-shapes.ts";
import { getJson } from "../base/api.ts";
import { formatQuery, type Query, queryValue } from "../base/place.ts";
import { Resource } from "../base/resource.ts";
import { place, setQuery } from "../base/router.ts";
import { type AgentGraph, type GraphPick, graphLinks, graphNodes } from "../plots/agent-graph.ts";
import { windowQuery } from "./asked-window.ts";
import { loadEdge, refreshEdge } from "./edge-records.ts";
import { follow } from "./live.ts";

export const COMMUNICATION_VIEWS = ["matrix", "graph", "table"] as const;
export type CommunicationView = (typeof COMMUNICATION_VIEWS)[number];
export const communicationView = computed<CommunicationView>(
  () => COMMUNICATION_VIEWS.find((view) => view === queryValue(place.value.query, "view")) ?? "matrix",
);
/** A pair of agents, or one: in the URL as `selected`, a list of their names. */
export const selectedAgents = computed<GraphPick | undefined>(() => {
  const [first, second] = namesOf(queryValue(place.value.query, "selected"));
  if (first === undefined) return undefined;
  return second === undefined ? { type: "node", name: first } : { type: "link", from: first, to: second };
});

/** The same pair keeps its object, so that nothing is asked for twice. */
const pairKey = computed(() => {
  const pick = selectedAgents.value;
  return pick?.type === "link" ? JSON.stringify([pick.from, pick.to]) : undefined;
});
export const chosenPair = computed(() => {
  const [from, to] = namesOf(pairKey.value);
  return from === undefined || to === undefined ? undefined : { from, to };
});

export function selectAgents(pick: GraphPick | undefined): void {
  const names = pick && (pick.type === "node" ? [pick.name] : [pick.from, pick.to]);
  setQuery({ selected: names && JSON.stringify(names) }, "quiet");
}

function namesOf(text: string | undefined): readonly (string | undefined)[] {
  try {
    const names: unknown = JSON.parse(text ?? "[]");
    return Array.isArray(names) ? names.map((name) => (typeof name === "string" ? name : undefined)) : [];
  } catch {
    // A link that nobody of us wrote: nothing is selected.
    return [];
  }
}

export const communication = new Resource<Communication>();
export const communicationEdges = computed(() => communication.data.value?.edges ?? []);

export const communicationGraph = computed<AgentGraph>(() => {
  const links = graphLinks(communicationEdges.value);
  return { nodes: graphNodes(communication.data.value?.agents ?? [], links), links };
});

const asked = computed(() => formatQuery(questionOf(place.value.query)));

function questionOf(query: Query): Query {
  const agents = query.get("agent") ?? [];
  return new Map([...windowQuery(query), ...(agents.length === 0 ? [] : [["agent", agents] as const])]);
}

/** Loads it and keeps it current until the answered function is called. */
export function loadCommunication(): () => void {
  void asked.value;
  const query = questionOf(place.peek().query);
  void communication.load((signal) => getJson<Communication>("/communication", { query, signal }));
  const { stop } = follow("agents", async () => {
    const [isEdgeFresh] = await Promise.all([refreshEdge(), communication.refresh()]);
    return isEdgeFresh && communication.failure.peek() === undefined;
  });
  // Choosing another pair does not ask for all pairs again.
  const stopEdges = effect(() => loadEdge(chosenPair.value));
  return () => {
    stop();
    stopEdges();
  };
}
