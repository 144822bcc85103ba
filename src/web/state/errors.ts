// Kinds of errors over a window, and one of them: what the URL asks for, kept current.

import { computed, signal } from "@preact/signals";
import type { ErrorDetail, ErrorGroup, ErrorWindow } from "../../model/error-shapes.ts";
import { getJson } from "../base/api.ts";
import { formatQuery, pathOf, queryValue } from "../base/place.ts";
import { Resource } from "../base/resource.ts";
import { place } from "../base/router.ts";
import { apiErrorFacetQuery, apiErrorQuery, apiErrorsQuery, ERROR_SORTS } from "./error-query.ts";
import { follow } from "./live.ts";
import type { Facets } from "./run-facets.ts";
import { readSortOrder } from "./sort-order.ts";

interface ErrorList {
  readonly errors: readonly ErrorGroup[];
  readonly nextCursor?: string;
  readonly window: ErrorWindow;
}

const PAGE_ROWS = 100;
/** The server gives no longer page. */
const ROWS_MAX = 1000;
/** Errors of the runs of now are added up anew each time. */
const PAUSE_MS_MIN = 1500;
const PAUSE_FACTOR = 5;

export const errorKinds = new Resource<ErrorList>();
export const errorFacets = new Resource<Facets>();
export const errorKind = new Resource<ErrorDetail>();
export const errorSort = computed(() => readSortOrder(ERROR_SORTS, queryValue(place.value.query, "sort")));
export const hasMoreKinds = computed(() => errorKinds.data.value?.nextCursor !== undefined);

const askedList = computed(() => formatQuery(apiErrorsQuery(place.value.query)));
const askedFacets = computed(() => formatQuery(apiErrorFacetQuery(place.value.query)));
const askedOne = computed(() => formatQuery(apiErrorQuery(place.value.query)));
const wantedRows = signal(PAGE_ROWS);
let askedLast: string | undefined;
let askedFacetsLast: string | undefined;

/** Loads the kinds of errors that the URL asks for and keeps them current until the answered function is called. */
export function loadErrors(): () => void {
  if (askedList.value !== askedLast) wantedRows.value = PAGE_ROWS;
  askedLast = askedList.value;
  const rows = wantedRows.value;
  const query = new Map(apiErrorsQuery(place.peek().query)).set("limit", [String(rows)]);
  void errorKinds.load((signal) => getJson<ErrorList>("/errors", { query, signal }));
  if (askedFacets.value !== askedFacetsLast) {
    askedFacetsLast = askedFacets.value;
    const facetQuery = apiErrorFacetQuery(place.peek().query);
    void errorFacets.load(async (signal) => {
      const answer = await getJson<{ facets: Facets }>("/runs/facets", { query: facetQuery, signal });
      return answer.facets;
    });
  }
  return keepCurrent(errorKinds);
}

/** Makes the list longer, as far as the server gives one. */
export function loadMoreKinds(): void {
  if (hasMoreKinds.peek() && !errorKinds.isLoading.peek() && wantedRows.peek() < ROWS_MAX) {
    wantedRows.value = Math.min(ROWS_MAX, wantedRows.peek() + 3 * PAGE_ROWS);
  }
}

/** Loads one kind of error and keeps it current until the answered function is called. */
export function loadErrorKind(fingerprint: string): () => void {
  void askedOne.value;
  if (errorKind.data.peek()?.fingerprint !== fingerprint) errorKind.clear();
  const query = apiErrorQuery(place.peek().query);
  void errorKind.load((signal) => getJson<ErrorDetail>(pathOf`/errors/${fingerprint}`, { query, signal }));
  return keepCurrent(errorKind);
}

/** Fetches again when a run changed that has errors. */
function keepCurrent(resource: Resource<unknown>): () => void {
  const refresh = async () => {
    await resource.refresh();
    return resource.failure.peek() === undefined;
  };
  const { stop } = follow("runs", refresh, {
    pauseMs: (tookMs) => Math.max(PAUSE_MS_MIN, PAUSE_FACTOR * tookMs),
    takeRuns: (runs, isAll) => !isAll && runs.some(({ errorCount }) => errorCount > 0),
  });
  return stop;
}
