// What of a place a saved view keeps: its filters, its order and its window of time as they stand in the URL, so that
// "the last day" stays the last day. What is selected or marked is of the moment. Pure.

import { formatPlace, formatQuery, parsePlace, parseQuery, type Query } from "../base/place.ts";

const OF_THE_MOMENT: ReadonlySet<string> = new Set(["selected", "mark"]);
const WINDOW: ReadonlySet<string> = new Set(["since", "until"]);
const SUMMARY_VALUES_MAX = 2;

export interface ViewPlace {
  readonly path: string;
  readonly query: string;
}

/** The query that a view of a place keeps. */
export function viewQuery(query: Query): string {
  return formatQuery(new Map([...query].filter(([name]) => !OF_THE_MOMENT.has(name))));
}

/** Whether two queries ask the same, in whatever order they say it. */
export function isSameQuery(a: string, b: string): boolean {
  return inOrder(a) === inOrder(b);
}

function inOrder(query: string): string {
  const sorted = [...parseQuery(query)].map(([name, values]) => [name, values.toSorted()] as const);
  return formatQuery(new Map(sorted.sort(([x], [y]) => (x < y ? -1 : 1))));
}

/** The link that opens a view; undefined when its path is none of this page: anybody with a key may have written it. */
export function viewHref({ path, query }: ViewPlace): string | undefined {
  if (!/^\/(?![/\\])[^?#]*$/.test(path)) return undefined;
  return formatPlace({ path: parsePlace(path).path, query: parseQuery(query) });
}

/** What a view asks for, in few words: `status failed · agent ada, bob +1 · since -7d`. */
export function viewSummary(query: string): string {
  const parsed = [...parseQuery(query)];
  const filters = parsed.filter(([name]) => !WINDOW.has(name));
  const window = parsed.filter(([name]) => WINDOW.has(name));
  return [...filters, ...window].map(([name, values]) => `${name} ${shortened(values)}`).join(" · ");
}

function shortened(values: readonly string[]): string {
  const shown = values.slice(0, SUMMARY_VALUES_MAX).join(", ");
  return values.length > SUMMARY_VALUES_MAX ? `${shown} +${values.length - SUMMARY_VALUES_MAX}` : shown;
}
