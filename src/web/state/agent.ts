// What page Agent shows: one agent over the window in the URL, and what it does now.

import { computed, signal } from "@preact/signals";
import type { AgentTasks } from "../../model/agent-task-shapes.ts";
import type { ErrorGroup } from "../../model/error-shapes.ts";
import type { Communication, KeyMetrics } from "../../model/key-metrics-shapes.ts";
import type { Agent, Run } from "../../model/shapes.ts";
import type { LiveAgent } from "../../model/stream.ts";
import { getJson } from "../base/api.ts";
import { stream } from "../base/page-stream.ts";
import { pathOf, queryValue } from "../base/place.ts";
import { Resource } from "../base/resource.ts";
import { place } from "../base/router.ts";
import { currentWindow, followResources, windowKey } from "./agents.ts";

export type AgentDetail = Agent & { readonly recentRuns: readonly Run[] };

export const agent = new Resource<AgentDetail>();
/** The five key figures, with those of the window before. */
export const agentFigures = new Resource<KeyMetrics>();
/** Its model calls and its tool calls, by model and by tool. */
export const agentModels = new Resource<KeyMetrics>();
export const agentTools = new Resource<KeyMetrics>();
/** What passed between the agent and others. */
export const agentEdges = new Resource<Communication>();
export const agentErrors = new Resource<readonly ErrorGroup[]>();
export const agentTasks = new Resource<AgentTasks>();
const OF_AGENT = [agent, agentFigures, agentModels, agentTools, agentEdges, agentErrors, agentTasks] as const;

const ERRORS_SHOWN = 6;
const TASKS_SHOWN = 50;

const live = signal<readonly LiveAgent[]>([]);
/** What it does in the runs that go on, those with the newest change first. */
export const agentNow = computed(() =>
  live.value.filter(({ state }) => state !== "done").toSorted((a, b) => (a.since < b.since ? 1 : -1)),
);

export const AGENT_LISTS = ["tasks", "runs"] as const;
export type AgentList = (typeof AGENT_LISTS)[number];
export const agentList = computed<AgentList>(
  () => AGENT_LISTS.find((list) => list === queryValue(place.value.query, "list")) ?? "tasks",
);

/** Loads the agent and keeps it current until the answered function is called. */
export function loadAgent(name: string): () => void {
  void windowKey.value;
  if (agent.data.peek()?.name !== name) for (const one of OF_AGENT) one.clear();
  const of = { agent: name };
  ask(agent, pathOf`/agents/${name}`);
  ask(agentFigures, "/key-metrics", { ...of, before: "true" });
  ask(agentModels, "/key-metrics", { ...of, by: "model" });
  ask(agentTools, "/key-metrics", { ...of, by: "tool" });
  ask(agentEdges, "/communication", of);
  ask(agentTasks, pathOf`/agents/${name}/tasks`, { limit: String(TASKS_SHOWN) });
  void agentErrors.load(async (signal) => {
    const query = currentWindow({ ...of, limit: String(ERRORS_SHOWN) });
    return (await getJson<{ errors: ErrorGroup[] }>("/errors", { query, signal })).errors;
  });
  const stop = followResources(...OF_AGENT);
  const unfollow = followLive(name);
  return () => {
    stop();
    unfollow();
  };
}

function ask<T>(into: Resource<T>, path: string, more: Readonly<Record<string, string>> = {}): void {
  const query = currentWindow(more);
  void into.load((signal) => getJson<T>(path, { query, signal }));
}

function followLive(name: string): () => void {
  const take = (items: readonly LiveAgent[], isAll: boolean) => {
    const own = items.filter((item) => item.name === name);
    if (own.length === 0 && !isAll) return;
    const changed = new Set(own.map(({ runId }) => runId));
    const kept = isAll ? [] : live.peek().filter(({ runId }) => !changed.has(runId));
    live.value = [...kept, ...own.filter(({ state }) => state !== "done")];
  };
  live.value = [];
  return stream.followState("agents", undefined, {
    onSnapshot: (items) => take(items, true),
    onUpdate: (items) => take(items, false),
  });
}
