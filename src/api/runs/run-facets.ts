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

/** By their names in the API, which are those of the filters. */
const FACETS = {
  status: { column: "status", of: ({ status }) => [status] },
  agent: { column: "agents", of: ({ agents }) => agents },
  model: { column: "models", of: ({ models }) => models },
  service: { column: "service", of: ({ service }) => [service] },
  tag: { column: "tags", of: ({ tags }) => tags },
  session: { column: "session", of: ({ session }) => [session] },
  user: { column: "user", of: ({ user }) => [user] },
  name: { column: "name", of: ({ name }) => [name] },
} as const satisfies Readonly<Partial<Record<keyof RunFilter, Facet>>>;
export type FacetName = keyof typeof FACETS;
export const FACET_NAMES = Object.keys(FACETS) as readonly FacetName[];
const VALUES_MAX = 50;

export interface FacetsAsked {
  readonly names: readonly FacetName[];
  /** Only values that contain this text. */
  readonly find: string | undefined;
  /** Each facet among the runs that pass all filters but its own: what could be chosen beside what is. */
  readonly isBesideOwn: boolean;
}

/** The values of each facet among the runs that pass a filter, the most frequent first. */
export async function countFacets(
  parts: RunListParts,
  project: string,
  filter: RunFilter,
  { names, find, isBesideOwn }: FacetsAsked,
): Promise<Record<string, FacetValue[]>> {
  const fresh = (await new RunList(parts).unsettled(project)).map(({ run }) => run);
  const freshIds = fresh.map(({ id }) => id);
  const counted = names.map(async (name) => {
    const { column, of }: Facet = FACETS[name];
    const passed = isBesideOwn ? without(filter, name) : filter;
    const settled = await runFacet(parts.store, project, passed, { column, find, limit: VALUES_MAX }, freshIds);
    const open = fresh.filter((run) => passesFilter(run, passed)).flatMap(of);
    return [
      name,
      withFresh(
        settled,
        open.filter((value) => contains(value, find)),
      ),
    ] as const;
  });
  return Object.fromEntries(await Promise.all(counted));
}

function without(filter: RunFilter, name: FacetName): RunFilter {
  const { [name]: _own, ...others } = filter;
  return others;
}

function contains(value: string | undefined, find: string | undefined): boolean {
  return find === undefined || value?.toLowerCase().includes(find.toLowerCase()) === true;
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
