// The filters of the runs page: which names of the URL they are, and what the API is asked for them. Pure.

import { type Query, queryValue } from "../base/place.ts";
import { askedWindow, DEFAULT_SINCE, windowBounds } from "./asked-window.ts";
import { nextSortOrder, readSortOrder, type SortOrder } from "./sort-order.ts";

/** Filters with several values, in the order in which they are offered. */
export const RUN_FACETS = [
  { name: "status", title: "Status" },
  { name: "agent", title: "Agent" },
  { name: "model", title: "Model" },
  { name: "service", title: "Service" },
  { name: "tag", title: "Tag" },
  { name: "name", title: "Name" },
  { name: "session", title: "Session" },
  { name: "user", title: "User" },
] as const;
/** Those that always stand in the bar; the others are asked for when somebody opens them. */
export const MAIN_FACETS: readonly string[] = ["status", "agent", "model", "service", "tag"];
export type RunFacet = (typeof RUN_FACETS)[number]["name"];

export const RUN_SORTS = ["startedAt", "durationMs", "cost", "tokens", "errorCount"] as const;
export type RunSort = (typeof RUN_SORTS)[number];

const PASSED_ON: readonly string[] = [
  ...RUN_FACETS.map(({ name }) => name),
  ...["q", "since", "until", "minDuration", "maxDuration", "hasError", "all", "sort"],
];

/** What the API understands of the URL's query. */
export function apiRunQuery(query: Query): Query {
  const known = [...query].filter(([name]) => PASSED_ON.includes(name));
  const asked = new Map(known);
  if (!asked.has("since")) asked.set("since", [DEFAULT_SINCE]);
  return asked;
}

/** Without what only orders or pages: the query for facets and for "is anything filtered?". */
export function apiFacetQuery(query: Query): Query {
  const asked = new Map(apiRunQuery(query));
  asked.delete("sort");
  return asked;
}

/** Of the histogram that durations are chosen from: all the other filters. */
export function apiDurationQuery(query: Query): Query {
  const asked = new Map(apiFacetQuery(query));
  asked.delete("minDuration");
  asked.delete("maxDuration");
  return asked;
}

/** Whether something narrows the list apart from the window of time. */
export function isNarrowed(query: Query): boolean {
  return [...query.keys()].some(
    (name) => PASSED_ON.includes(name) && !["since", "until", "sort", "all"].includes(name),
  );
}

export type RunSortOrder = SortOrder<RunSort>;

export function readSort(text: string | undefined): RunSortOrder {
  return readSortOrder(RUN_SORTS, text);
}

/** The URL's value after a click on a column. Undefined for the default, the newest first. */
export function nextSort(current: RunSortOrder, field: RunSort): string | undefined {
  return nextSortOrder(RUN_SORTS, current, field);
}

/** What changes in the URL so that the list, newest first, begins at an instant: a window of the same length before it. */
export function jumpChanges(
  query: Query,
  atMs: number,
  nowMs: number,
): { readonly since: string | undefined; readonly until: string } {
  const { fromMs, untilMs } = windowBounds(askedWindow(query), nowMs);
  const until = new Date(atMs).toISOString();
  if (fromMs < atMs) return { since: queryValue(query, "since"), until };
  return { since: new Date(atMs - Math.max(0, untilMs - fromMs)).toISOString(), until };
}
