// The list of runs: what the URL asks for, page by page, kept current.

import { batch, computed, signal } from "@preact/signals";
import type { Run } from "../../model/shapes.ts";
import { ApiFailure, getJson } from "../base/api.ts";
import { formatQuery, type Query, queryValue } from "../base/place.ts";
import { Resource } from "../base/resource.ts";
import { place } from "../base/router.ts";
import { follow } from "./live.ts";
import { EMPTY_FEED, type Feed, release, withFresh, withMore } from "./run-feed.ts";
import { apiFacetQuery, apiRunQuery, readSort } from "./run-query.ts";

const PAGE_ROWS = 100;

interface RunPage {
  readonly runs: readonly Run[];
  readonly nextCursor?: string;
}
export type Facets = Readonly<Record<string, readonly { readonly value: string; readonly count: number }[]>>;

const feed = signal<Feed>(EMPTY_FEED);
/** Undefined until the first answer. */
export const firstPage = new Resource<RunPage>();
export const facets = new Resource<Facets>();
export const runRows = computed(() => feed.value.rows);
export const heldCount = computed(() => feed.value.held.length);
export const hasMore = computed(() => feed.value.nextCursor !== undefined);
export const isLoadingMore = signal(false);
/** The list is being read: new runs wait until it rests at its top again. */
export const isListHeld = signal(false);

export const runSort = computed(() => readSort(queryValue(place.value.query, "sort")));
const asked = computed(() => formatQuery(apiRunQuery(place.value.query)));
let askedLast: string | undefined;

/** Loads what the URL asks for and keeps it current until the answered function is called. */
export function loadRuns(): () => void {
  if (asked.value !== askedLast) {
    askedLast = asked.value;
    void loadFirstPage(apiRunQuery(place.peek().query));
    const facetQuery = apiFacetQuery(place.peek().query);
    void facets.load(async (signal) => {
      const answer = await getJson<{ facets: Facets }>("/runs/facets", { query: facetQuery, signal });
      return answer.facets;
    });
  } else {
    void refresh();
  }
  return follow("runs", refresh);
}

async function loadFirstPage(query: Query): Promise<void> {
  await firstPage.load((signal) => fetchPage(query, undefined, signal));
  const page = firstPage.data.peek();
  if (page === undefined || firstPage.failure.peek() !== undefined) return;
  feed.value = { rows: page.runs, held: [], nextCursor: page.nextCursor };
}

export function retryRuns(): void {
  void loadFirstPage(apiRunQuery(place.peek().query));
}

async function refresh(): Promise<boolean> {
  if (firstPage.isLoading.peek() || firstPage.data.peek() === undefined) return true;
  const query = asked.peek();
  try {
    const page = await fetchPage(apiRunQuery(place.peek().query), undefined);
    if (asked.peek() !== query) return true;
    batch(() => {
      firstPage.failure.value = undefined;
      const wasEmpty = feed.peek().rows.length === 0;
      feed.value = withFresh(feed.peek(), page.runs, runSort.peek(), isListHeld.peek());
      if (wasEmpty) feed.value = { ...feed.peek(), nextCursor: page.nextCursor };
    });
    return true;
  } catch (error) {
    if (!(error instanceof ApiFailure)) throw error;
    if (error.code === "unreachable") firstPage.failure.value = error;
    return false;
  }
}

/** Fetches the page behind the last row. */
export async function loadMore(): Promise<void> {
  const { nextCursor } = feed.peek();
  if (nextCursor === undefined || isLoadingMore.peek()) return;
  const query = asked.peek();
  isLoadingMore.value = true;
  try {
    const page = await fetchPage(apiRunQuery(place.peek().query), nextCursor);
    if (asked.peek() === query) feed.value = withMore(feed.peek(), page.runs, page.nextCursor);
  } catch (error) {
    if (!(error instanceof ApiFailure)) throw error;
    firstPage.failure.value = error;
  } finally {
    isLoadingMore.value = false;
  }
}

export function showHeld(): void {
  feed.value = release(feed.peek(), runSort.peek());
}

function fetchPage(query: Query, cursor: string | undefined, signal?: AbortSignal): Promise<RunPage> {
  const full = new Map(query).set("limit", [String(PAGE_ROWS)]);
  if (cursor !== undefined) full.set("cursor", [cursor]);
  return getJson<RunPage>("/runs", { query: full, ...(signal === undefined ? {} : { signal }) });
}
