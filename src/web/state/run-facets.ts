import { ApiFailure, getJson } from "../base/api.ts";
import type { Query } from "../base/place.ts";
import { place } from "../base/router.ts";
import { apiFacetQuery, type RunFacet } from "./run-query.ts";

export interface FacetValue {
  readonly value: string;
  readonly count: number;
}
export type Facets = Readonly<Record<string, readonly FacetValue[]>>;

/** The API answers no more values of a facet at once. */
export const FACET_VALUES_MAX = 50;

/** Values with counts, of each facet among the runs that pass the other filters. Throws ApiFailure. */
export async function fetchFacets(query: Query, signal?: AbortSignal): Promise<Facets> {
  const beside = new Map(query).set("beside", ["true"]);
  const options = { query: beside, ...(signal === undefined ? {} : { signal }) };
  return (await getJson<{ facets: Facets }>("/runs/facets", options)).facets;
}

/** The values of a facet that contain a text, as the URL filters; none when the server does not tell. */
export async function findFacetValues(facet: RunFacet, text: string): Promise<readonly FacetValue[]> {
  const query = new Map(apiFacetQuery(place.peek().query)).set("facet", [facet]);
  if (text !== "") query.set("find", [text]);
  try {
    return (await fetchFacets(query))[facet] ?? [];
  } catch (error) {
    if (!(error instanceof ApiFailure)) throw error;
    return [];
  }
}
