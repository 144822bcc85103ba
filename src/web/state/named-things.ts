// Agents and runs of the last month by a part of their name.

import type { Run } from "../../model/shapes.ts";
import { ApiFailure } from "../base/api.ts";
import { fetchFacets } from "./run-facets.ts";
import { fetchRunPage } from "./runs.ts";

/** What has a text in its name. */
export interface NamedThings {
  readonly agents: readonly string[];
  readonly runs: readonly Run[];
}

const SINCE: readonly [string, string[]] = ["since", ["-30d"]];
const SHOWN_MAX = 8;

/** Nothing when the server does not tell, or the question was given up. */
export async function findNamed(text: string, signal: AbortSignal): Promise<NamedThings> {
  try {
    const facets = await fetchFacets(new Map([SINCE, ["facet", ["agent", "name"]], ["find", [text]]]), signal);
    const valuesOf = (facet: string) => (facets[facet] ?? []).map(({ value }) => value).slice(0, SHOWN_MAX);
    const names = valuesOf("name");
    const page = names.length === 0 ? undefined : await fetchNewest(names, signal);
    return { agents: valuesOf("agent"), runs: page?.runs ?? [] };
  } catch (error) {
    if (!(error instanceof ApiFailure) && !signal.aborted) throw error;
    return { agents: [], runs: [] };
  }
}

function fetchNewest(names: readonly string[], signal: AbortSignal) {
  return fetchRunPage(new Map([SINCE, ["name", names]]), { cursor: undefined, limit: SHOWN_MAX, signal });
}
