// The filters of the runs page: which names of the URL they are, and what the API is asked for them. Pure.

import type { Query } from "../base/place.ts";

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
export type RunFacet = (typeof RUN_FACETS)[number]["name"];

export const RUN_SORTS = ["startedAt", "durationMs", "cost", "tokens", "errorCount"] as const;
export type RunSort = (typeof RUN_SORTS)[number];

export const DEFAULT_SINCE = "-24h";

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

/** Whether something narrows the list apart from the window of time. */
export function isNarrowed(query: Query): boolean {
  return [...query.keys()].some(
    (name) => PASSED_ON.includes(name) && !["since", "until", "sort", "all"].includes(name),
  );
}

export interface SortOrder {
  readonly field: RunSort;
  readonly isDescending: boolean;
}

export function readSort(text: string | undefined): SortOrder {
  const isDescending = text === undefined || text.startsWith("-");
  const field = RUN_SORTS.find((sort) => sort === text?.replace(/^-/, ""));
  return field === undefined ? { field: "startedAt", isDescending: true } : { field, isDescending };
}

/** The URL's value after a click on a column: largest first, then smallest first. Undefined for the default. */
export function nextSort(current: SortOrder, field: RunSort): string | undefined {
  const isDescending = current.field === field ? !current.isDescending : true;
  if (field === "startedAt" && isDescending) return undefined;
  return isDescending ? `-${field}` : field;
}
