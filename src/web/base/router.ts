// The URL as signals. Views read `place`; whatever a reader sets goes through `go` or `setQuery`, so that every view is
// a link and the browser's back button undoes a step.

import { batch, type ReadonlySignal, signal } from "@preact/signals";
import { formatPlace, type Place, parsePlace, type QueryChanges, withChanges } from "./place.ts";

/** Browsers refuse more than about 200 changes of the history in half a minute. */
const WRITE_AFTER_MS = 120;

const current = signal<Place>({ path: "/", query: new Map() });
const arrivals = signal(0);
let writing: number | undefined;

/** Where the reader is. */
export const place: ReadonlySignal<Place> = current;

/**
 * Grows whenever the reader came to a place (a link, back, forward), and not when a view wrote its own state there:
 * views that keep state of their own read it anew then.
 */
export const arrival: ReadonlySignal<number> = arrivals;

/** Takes over links and the back button. */
export function startRouter(): void {
  arrive();
  addEventListener("popstate", arrive);
  addEventListener("pagehide", flush);
  document.addEventListener("click", followLink);
}

/** Asked before a link or a command leads elsewhere; false keeps the reader here. */
type LeaveGuard = (to: Place) => boolean;

let guard: LeaveGuard | undefined;

/**
 * Sets what is asked before the reader leaves, until the answered function is called. Back and forward are not asked:
 * the browser has gone already.
 */
export function guardLeaving(ask: LeaveGuard): () => void {
  guard = ask;
  return () => {
    if (guard === ask) guard = undefined;
  };
}

/** Goes to a place of this page, unless somebody has reasons to stay. */
export function go(href: string): void {
  if (guard?.(parsePlace(href)) === false) return;
  flush();
  history.pushState(undefined, "", href);
  arrive();
}

/**
 * Changes the query. `step`: a change that the back button undoes; `quiet`: one that only keeps the URL true (a zoom, a
 * selection, a letter of a search).
 */
export function setQuery(changes: QueryChanges, as: "step" | "quiet"): void {
  const next = { path: current.peek().path, query: withChanges(current.peek().query, changes) };
  const href = formatPlace(next);
  if (href === formatPlace(current.peek())) return;
  if (as === "step") {
    flush();
    history.pushState(undefined, "", href);
  } else {
    writing ??= window.setTimeout(flush, WRITE_AFTER_MS);
  }
  current.value = next;
}

function flush(): void {
  if (writing === undefined) return;
  clearTimeout(writing);
  writing = undefined;
  history.replaceState(undefined, "", formatPlace(current.peek()));
}

function arrive(): void {
  clearTimeout(writing);
  writing = undefined;
  batch(() => {
    current.value = parsePlace(location.pathname + location.search);
    arrivals.value++;
  });
}

function followLink(event: MouseEvent): void {
  if (event.defaultPrevented || event.button !== 0) return;
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  const link = (event.target as Element | null)?.closest?.("a[href]");
  if (!(link instanceof HTMLAnchorElement) || link.target !== "" || link.origin !== location.origin) return;
  event.preventDefault();
  go(link.pathname + link.search);
}
