// The filters of page Events: which names of the URL they are, what API and stream are asked for them, and which events
// of the stream pass those that it does not know. Pure.

import type { RunEvent } from "../../model/shapes.ts";
import type { StreamFilter } from "../../model/stream.ts";
import { EVENT_LEVELS, type EventLevel } from "../../model/vocabulary.ts";
import { type Query, queryValue } from "../base/place.ts";
import { DEFAULT_SINCE } from "./asked-window.ts";

export const EVENT_FILTERS = [
  { name: "type", title: "Type" },
  { name: "level", title: "Level" },
  { name: "agent", title: "Agent" },
  { name: "run", title: "Run" },
] as const;

const API_NAMES: Readonly<Record<string, string>> = {
  ...{ q: "q", type: "type", level: "level", agent: "agent", run: "runId", since: "since", until: "until" },
};

/** What the API is asked for: sent events and those that spans yield. */
export function apiEventQuery(query: Query): Query {
  const asked = new Map<string, readonly string[]>([["origin", ["sent", "derived"]]]);
  for (const [name, values] of query) {
    const apiName = API_NAMES[name];
    if (apiName !== undefined) asked.set(apiName, values);
  }
  if (!asked.has("since")) asked.set("since", [DEFAULT_SINCE]);
  return asked;
}

/** The window alone: runs in it tell what agents there are to choose from. */
export function eventWindowQuery(query: Query): Query {
  return new Map([...apiEventQuery(query)].filter(([name]) => name === "since" || name === "until"));
}

export function areEventsNarrowed(query: Query): boolean {
  return query.has("q") || EVENT_FILTERS.some(({ name }) => query.has(name));
}

/** A window that ends in the past has no tail. */
export function isTailed(query: Query): boolean {
  return queryValue(query, "tail") === "1" && !query.has("until");
}

/** As much of the filters as the stream knows. */
export function streamFilter(query: Query): StreamFilter {
  const only = (name: string) => (query.get(name)?.length === 1 ? queryValue(query, name) : undefined);
  const [agent, runId] = [only("agent"), only("run")];
  const types = query.get("type");
  const levels = chosenLevels(query);
  const least = EVENT_LEVELS.find((level) => levels.includes(level));
  return {
    ...(agent === undefined ? {} : { agent }),
    ...(runId === undefined ? {} : { runId }),
    ...(types === undefined ? {} : { types: types.flatMap((list) => list.split(",")) }),
    ...(least === undefined ? {} : { level: least }),
  };
}

/** Whether an event of the stream passes the filters that the stream was not given. */
export function passesRest(query: Query): (event: RunEvent) => boolean {
  const text = queryValue(query, "q")?.toLowerCase();
  const levels = new Set<string>(chosenLevels(query));
  const [agents, runs] = ["agent", "run"].map((name) => new Set(query.get(name) ?? []));
  return (event) => {
    if (levels.size > 0 && !levels.has(event.level ?? "unset")) return false;
    if (agents !== undefined && agents.size > 1 && !agents.has(event.agentId ?? "")) return false;
    if (runs !== undefined && runs.size > 1 && !runs.has(event.runId ?? "")) return false;
    return text === undefined || text === "" || hasText(event, text);
  };
}

function chosenLevels(query: Query): readonly EventLevel[] {
  const chosen = query.get("level") ?? [];
  return EVENT_LEVELS.filter((level) => chosen.includes(level));
}

function hasText({ type, agentId = "", message = "", data }: RunEvent, text: string): boolean {
  if ([type, agentId, message].some((one) => one.toLowerCase().includes(text))) return true;
  return data !== undefined && JSON.stringify(data).toLowerCase().includes(text);
}
