// The filters of the errors pages: which names of the URL they are, and what the API is asked for them. Pure.

import { formatPlace, type Query } from "../base/place.ts";
import { DEFAULT_SINCE } from "./asked-window.ts";

export const ERROR_FILTERS = [
  { name: "agent", title: "Agent" },
  { name: "service", title: "Service" },
  { name: "name", title: "Run" },
  { name: "kind", title: "What failed" },
] as const;

export const ERROR_SORTS = ["count", "runs", "lastSeen"] as const;
export type ErrorSort = (typeof ERROR_SORTS)[number];

const WINDOW: readonly string[] = ["since", "until"];
const FILTERS: readonly string[] = ERROR_FILTERS.map(({ name }) => name);

function known(query: Query, names: readonly string[]): Map<string, readonly string[]> {
  return new Map([...query].filter(([name]) => names.includes(name)));
}

function withWindow(asked: Map<string, readonly string[]>): Query {
  return asked.has("since") ? asked : asked.set("since", [DEFAULT_SINCE]);
}

/** What the API is asked for the list. */
export function apiErrorsQuery(query: Query): Query {
  return withWindow(known(query, [...FILTERS, ...WINDOW, "q", "sort"]));
}

/** What the API is asked for one kind of error: the same filters, but what the kind is was chosen. */
export function apiErrorQuery(query: Query): Query {
  return withWindow(known(query, [...FILTERS, ...WINDOW]));
}

/** Runs with errors in the window: what agents, services and names there are to choose from. */
export function apiErrorFacetQuery(query: Query): Query {
  return withWindow(known(query, WINDOW).set("hasError", ["true"]));
}

/** Whether something narrows the list apart from the window of time. */
export function isErrorsNarrowed(query: Query): boolean {
  return [...query.keys()].some((name) => FILTERS.includes(name) || name === "q");
}

/** A place of the errors pages with what the reader has chosen so far. */
export function errorsHref(path: string, query: Query): string {
  return formatPlace({ path, query: known(query, [...FILTERS, ...WINDOW, "q", "sort"]) });
}

/** A place elsewhere about the same window of time. */
export function inWindowHref(path: string, query: Query, more: Readonly<Record<string, string>> = {}): string {
  const asked = known(query, WINDOW);
  for (const [name, value] of Object.entries(more)) asked.set(name, [value]);
  return formatPlace({ path, query: asked });
}
