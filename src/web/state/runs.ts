// The list of runs: what the URL asks for, page by page, kept current.

import { batch, computed, effect, signal } from "@preact/signals";
import type { Run } from "../../model/shapes.ts";
import { isOpenRun } from "../../model/vocabulary.ts";
import { ApiFailure, getJson } from "../base/api.ts";
import { formatQuery, type Query, queryValue } from "../base/place.ts";
import { Resource } from "../base/resource.ts";
import { place } from "../base/router.ts";
import { type Followed, follow } from "./live.ts";
import { type Facets, fetchFacets } from "./run-facets.ts";
import { type ChangedRun, EMPTY_FEED, type Feed, release, withChanged, withFresh, withMore } from "./run-feed.ts";
import { passesQuery } from "./run-filter.ts";
import { apiFacetQuery, apiRunQuery, MAIN_FACETS, readSort } from "./run-query.ts";

const PAGE_ROWS = 100;
/** A list at rest into which more came than this begins anew. */
const ROWS_KEPT = 2000;
/** Where only the server can tell which runs pass, each change of any run makes it look. */
const PAUSE_MS_MIN = 1000;
const PAUSE_FACTOR = 3;
/** Texts are searched in the store, which has what came in a moment later: then it looks once more. */
const STORED_AFTER_MS = 3000;

interface RunPage {
  readonly runs: readonly Run[];
  readonly nextCursor?: string;
}

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
    const facetQuery = new Map(apiFacetQuery(place.peek().query)).set("facet", MAIN_FACETS);
    void facets.load((signal) => fetchFacets(facetQuery, signal));
  } else {
    void refresh();
    if (facets.data.peek() === undefined) facets.retry();
  }
  const current = follow("runs", refresh, {
    pauseMs: (tookMs) => Math.max(PAUSE_MS_MIN, PAUSE_FACTOR * tookMs),
    takeRuns: (runs, isAll) => {
      if (!takeRuns(runs, isAll)) ask();
      return false;
    },
  });
  followed = current;
  let wasHeld = isListHeld.peek();
  const stopResting = effect(() => {
    // Rows that no longer pass stayed while the list was read.
    if (wasHeld && !isListHeld.value) current.refresh();
    wasHeld = isListHeld.value;
  });
  return () => {
    current.stop();
    stopResting();
    clearTimeout(storedTimer);
  };
}

let followed: Followed | undefined;
let storedTimer: ReturnType<typeof setTimeout> | undefined;

/** Fetches the list, and once more when what was told of can be found. */
function ask(): void {
  followed?.refresh();
  clearTimeout(storedTimer);
  storedTimer = setTimeout(() => followed?.refresh(), STORED_AFTER_MS);
}

/** Runs that the stream told of while a page was under way, which may be older. */
const meanwhile = new Map<string, Run>();
let pagesUnderWay = 0;

async function loadFirstPage(query: Query): Promise<void> {
  await withMeanwhile(async () => {
    await firstPage.load((signal) => fetchPage(query, undefined, signal));
    const page = firstPage.data.peek();
    if (page === undefined || firstPage.failure.peek() !== undefined) return;
    feed.value = { rows: page.runs, held: [], nextCursor: page.nextCursor };
  });
}

/** Fetches a page and takes it in; what was heard since it was asked for is taken in once more. */
async function withMeanwhile(fetchAndTake: () => Promise<void>): Promise<void> {
  if (pagesUnderWay++ === 0) meanwhile.clear();
  try {
    await fetchAndTake();
  } finally {
    pagesUnderWay--;
  }
  if (!takeRuns([...meanwhile.values()], false)) ask();
}

export function retryRuns(): void {
  void loadFirstPage(apiRunQuery(place.peek().query));
}

/** Takes runs that changed into the list. False: the list must be fetched to know what is in it. */
function takeRuns(runs: readonly Run[], isAll: boolean): boolean {
  if (pagesUnderWay > 0) for (const run of runs) meanwhile.set(run.id, run);
  if (firstPage.isLoading.peek() || firstPage.data.peek() === undefined) return true;
  const { query } = place.peek();
  const changes = runs.map((run) => ({ run, passes: passesQuery(run, query, Date.now()) }));
  if (changes.some(({ passes }) => passes === undefined)) return false;
  feed.value = withChanged(feed.peek(), changes as ChangedRun[], runSort.peek(), isListHeld.peek());
  const { rows } = feed.peek();
  return !(isAll && hasEndedUnseen(rows, runs)) && (rows.length <= ROWS_KEPT || isListHeld.peek());
}

/** Whether a row still goes on that is not among the runs that do. */
function hasEndedUnseen(rows: readonly Run[], goingOn: readonly Run[]): boolean {
  const ids = new Set(goingOn.map(({ id }) => id));
  return rows.some((run) => isOpenRun(run) && !ids.has(run.id));
}

async function refresh(): Promise<boolean> {
  if (firstPage.isLoading.peek()) return true;
  if (firstPage.data.peek() === undefined) {
    await loadFirstPage(apiRunQuery(place.peek().query));
    return firstPage.failure.peek() === undefined;
  }
  const query = asked.peek();
  try {
    await withMeanwhile(async () => {
      const page = await fetchPage(apiRunQuery(place.peek().query), undefined);
      if (asked.peek() === query) takeFreshPage(page);
    });
    return true;
  } catch (error) {
    if (!(error instanceof ApiFailure)) throw error;
    if (error.code === "unreachable") firstPage.failure.value = error;
    return false;
  }
}

function takeFreshPage({ runs, nextCursor }: RunPage): void {
  const before = feed.peek();
  const beginsAnew = before.rows.length === 0 || (before.rows.length > ROWS_KEPT && !isListHeld.peek());
  const from = beginsAnew ? { ...EMPTY_FEED, nextCursor } : before;
  batch(() => {
    firstPage.failure.value = undefined;
    feed.value = withFresh(from, runs, runSort.peek(), isListHeld.peek());
  });
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
  return fetchRunPage(query, { cursor, limit: PAGE_ROWS, signal });
}

interface RunPageOptions {
  readonly cursor: string | undefined;
  readonly limit: number;
  readonly signal: AbortSignal | undefined;
}

/** A page of the runs that pass a query of the API. */
export function fetchRunPage(query: Query, { cursor, limit, signal }: RunPageOptions): Promise<RunPage> {
  const full = new Map(query).set("limit", [String(limit)]);
  if (cursor !== undefined) full.set("cursor", [cursor]);
  return getJson<RunPage>("/runs", { query: full, ...(signal === undefined ? {} : { signal }) });
}
