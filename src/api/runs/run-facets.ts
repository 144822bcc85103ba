// What values runs have: counted by the store for settled runs, here for those that are not settled yet.

import type { Run } from "../../model/shapes.ts";
import { type FacetColumn, type RunFilter, runFacet } from "../../store/queries/runs.ts";
import { passesFilter } from "./run-filter.ts";
import { RunList, type RunListParts } from "./run-list.ts";

export interface FacetValue {
  readonly value: string;
  readonly count: number;
}

interface Facet {
  readonly column: FacetColumn;
  readonly of: (run: Run) => readonly (string | undefined)[];
}

/** By their names in the API. */
const FACETS: Readonly<Record<string, Facet>> = {
  status: { column: "status", of: ({ status }) => [status] },
  agent: { column: "agents", of: ({ agents }) => agents },
  model: { column: "models", of: ({ models }) => models },
  service: { column: "service", of: ({ service }) => [service] },
  tag: { column: "tags", of: ({ tags }) => tags },
  session: { column: "session", of: ({ session }) => [session] },
  user: { column: "user", of: ({ user }) => [user] },
  name: { column: "name", of: ({ name }) => [name] },
};
const VALUES_MAX = 50;

/** The values of each facet among the runs that pass a filter, the most frequent first. */
export async function countFacets(
  parts: RunListParts,
  project: string,
  filter: RunFilter,
): Promise<Record<string, FacetValue[]>> {
  const fresh = (await new RunList(parts).unsettled(project)).map(({ run }) => run);
  const freshIds = fresh.map(({ id }) => id);
  const passing = fresh.filter((run) => passesFilter(run, filter));
  const counted = Object.entries(FACETS).map(async ([name, { column, of }]) => {
    const settled = await runFacet(parts.store, project, filter, column, freshIds, VALUES_MAX);
    return [name, withFresh(settled, passing.flatMap(of))] as const;
  });
  return Object.fromEntries(await Promise.all(counted));
}

function withFresh(settled: readonly FacetValue[], values: readonly (string | undefined)[]): FacetValue[] {
  const counts = new Map(settled.map(({ value, count }) => [value, count]));
  for (const value of values) {
    if (value !== undefined && value !== "") counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return [...counts]
    .map(([value, count]) => ({ value, count }))
    .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
    .slice(0, VALUES_MAX);
}
