// The list of agents as the URL wants it: which of them, and in which order. Pure.

import type { Agent } from "../../model/shapes.ts";
import { AGENT_STATES } from "../../model/vocabulary.ts";
import type { SortOrder } from "./sort-order.ts";

export const AGENT_SORTS = [
  "busy",
  "name",
  "state",
  "utilization",
  "runs",
  "tasks",
  "p50",
  "p90",
  "errors",
  "throughput",
  "tokens",
  "cost",
  "messages",
] as const;
export type AgentSort = (typeof AGENT_SORTS)[number];

/** What is not known comes last in either order. */
const VALUES: Readonly<Record<Exclude<AgentSort, "name">, (agent: Agent) => number | undefined>> = {
  busy: ({ busyMs }) => busyMs,
  // Those that work before those that wait, those that are done last.
  state: ({ state }) => AGENT_STATES.length - AGENT_STATES.indexOf(state),
  utilization: ({ utilization }) => utilization,
  runs: ({ runs }) => runs,
  tasks: ({ tasks }) => tasks,
  p50: ({ completionMs }) => completionMs?.p50,
  p90: ({ completionMs }) => completionMs?.p90,
  errors: ({ errorRate }) => errorRate,
  throughput: ({ throughputPerMin }) => throughputPerMin,
  tokens: ({ tokens }) => tokens.input + tokens.output,
  cost: ({ cost }) => cost.usd,
  messages: ({ messagesSent, messagesReceived }) => messagesSent + messagesReceived,
};

export function sortAgents(agents: readonly Agent[], { field, isDescending }: SortOrder<AgentSort>): readonly Agent[] {
  const byName = (a: Agent, b: Agent) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);
  if (field === "name") return agents.toSorted((a, b) => (isDescending ? -byName(a, b) : byName(a, b)));
  const read = VALUES[field];
  return agents.toSorted((a, b) => {
    const [left, right] = [read(a), read(b)];
    if (left === right) return byName(a, b);
    if (left === undefined || right === undefined) return left === undefined ? 1 : -1;
    return isDescending ? right - left : left - right;
  });
}

export interface AgentChoice {
  /** Part of the name, letters of either case alike. */
  readonly text: string;
  /** Runs in one of these; none: in any. */
  readonly services: readonly string[];
}

export function chooseAgents(agents: readonly Agent[], { text, services }: AgentChoice): readonly Agent[] {
  const wanted = text.trim().toLowerCase();
  return agents.filter(
    (agent) =>
      agent.name.toLowerCase().includes(wanted) &&
      (services.length === 0 || services.some((service) => agent.services.includes(service))),
  );
}

/** The services of agents, those with most agents first. */
export function servicesOf(agents: readonly Agent[]): { readonly value: string; readonly count: number }[] {
  const counts = new Map<string, number>();
  for (const service of agents.flatMap((agent) => agent.services)) {
    counts.set(service, (counts.get(service) ?? 0) + 1);
  }
  return [...counts]
    .map(([value, count]) => ({ value, count }))
    .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1));
}
