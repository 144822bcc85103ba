// The list of runs: settled ones from the store, and those that are not settled yet computed fresh, merged by the
// order that was asked for. A run that stands in both is the fresh one.

import type { RunFacts } from "../../jobs/runs/analysed-run.ts";
import type { Analyst } from "../../jobs/runs/analyst.ts";
import type { RunDirectory } from "../../jobs/runs/run-directory.ts";
import type { Unsettled } from "../../live/unsettled.ts";
import { LIMITS } from "../../model/limits.ts";
import type { Run } from "../../model/shapes.ts";
import type { StoreClient } from "../../store/client.ts";
import { countRuns, type RunCursor, type RunFilter, type RunSort, settledRuns } from "../../store/queries/runs.ts";
import { passesFilter, sortValue } from "./run-filter.ts";
import { presentStoredRun } from "./stored-run.ts";

export interface RunListParts {
  readonly store: StoreClient;
  readonly analyst: Analyst;
  readonly directory: RunDirectory;
  readonly unsettled: Unsettled;
}

export interface RunPage {
  readonly runs: readonly Run[];
  readonly next: RunCursor | undefined;
}

export class RunList {
  readonly #parts: RunListParts;

  constructor(parts: RunListParts) {
    this.#parts = parts;
  }

  async page(
    project: string,
    filter: RunFilter,
    sort: RunSort,
    limit: number,
    cursor: RunCursor | undefined,
  ): Promise<RunPage> {
    const [settled, fresh] = await Promise.all([
      settledRuns(this.#parts.store, project, filter, sort, limit, cursor),
      this.unsettled(project, ...freshBounds(filter, sort, limit, cursor)),
    ]);
    const freshIds = new Set(fresh.map(({ run }) => run.id));
    const isOnPage = (run: Run) =>
      (cursor === undefined || isBehind(run, sort, cursor)) &&
      (settled.next === undefined || !isBehind(run, sort, settled.next));
    const open = fresh.map(({ run }) => run).filter((run) => passesFilter(run, filter) && isOnPage(run));
    const merged = [...settled.runs.map(presentStoredRun).filter(({ id }) => !freshIds.has(id)), ...open].sort((a, b) =>
      compareRuns(a, b, sort),
    );
    if (merged.length === 0 && settled.next !== undefined) return this.page(project, filter, sort, limit, settled.next);
    const last = merged[limit - 1];
    if (merged.length <= limit || last === undefined) return { runs: merged, next: settled.next };
    return { runs: merged.slice(0, limit), next: { value: String(sortValue(last, sort)), id: last.id } };
  }

  /** How many runs pass a filter, counted up to a limit and one beyond it. */
  async count(project: string, filter: RunFilter, limit: number): Promise<number> {
    const fresh = (await this.unsettled(project)).map(({ run }) => run);
    const freshIds = fresh.map(({ id }) => id);
    const settled = await countRuns(this.#parts.store, project, filter, freshIds, limit);
    return settled + fresh.filter((run) => passesFilter(run, filter)).length;
  }

  /** The newest runs that are not settled and started up to a time, computed fresh: about `limit`, as far as there are any. */
  async unsettled(
    project: string,
    limit: number = LIMITS.unsettledRunsListed,
    untilMs = Number.POSITIVE_INFINITY,
    namedLimit: number = LIMITS.unsettledRunsListed,
  ): Promise<RunFacts[]> {
    const { unsettled, directory, analyst } = this.#parts;
    const traceIds = unsettled.traces.newest(limit, untilMs).map(({ traceId }) => traceId);
    const named = unsettled.runs().slice(-namedLimit);
    if (traceIds.length + named.length === 0) return [];
    const [byTrace, byName] = await Promise.all([
      traceIds.length === 0 ? [] : directory.ofTraces(project, traceIds),
      named.length === 0
        ? []
        : directory.ofIds(
            project,
            named.map(({ runId }) => runId),
          ),
    ]);
    const references = new Map([...byTrace, ...byName].map((reference) => [reference.id, reference]));
    return analyst.factsOf([...references.values()]);
  }
}

/** A run may begin this much after the first span of a trace of it, and consist of several traces. */
const START_SLACK_MS = 60_000;
const TRACES_PER_RUN = 4;

/**
 * How many fresh runs a page needs, and from which time on back. In order of time a page needs few; in any other
 * order, or with filters that may pass over many, it needs all that are looked at.
 */
function freshBounds(
  filter: RunFilter,
  sort: RunSort,
  limit: number,
  cursor: RunCursor | undefined,
): [limit: number, untilMs: number] {
  const { sinceNs: _since, untilNs: _until, all: _all, ...narrowing } = filter;
  if (sort.field !== "startedAt" || !sort.descending || Object.keys(narrowing).length > 0) {
    return [LIMITS.unsettledRunsListed, Number.POSITIVE_INFINITY];
  }
  const untilMs =
    cursor === undefined ? Number.POSITIVE_INFINITY : Number(BigInt(cursor.value) / 1_000_000n) + START_SLACK_MS;
  return [Math.min(TRACES_PER_RUN * (limit + 1), LIMITS.unsettledRunsListed), untilMs];
}

function isBehind(run: Run, sort: RunSort, cursor: RunCursor): boolean {
  const value = sortValue(run, sort);
  const border = BigInt(cursor.value);
  if (value !== border) return sort.descending ? value < border : value > border;
  return sort.descending ? run.id < cursor.id : run.id > cursor.id;
}

function compareRuns(a: Run, b: Run, sort: RunSort): number {
  const [left, right] = [sortValue(a, sort), sortValue(b, sort)];
  const order = left < right ? -1 : left > right ? 1 : a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
  return sort.descending ? -order : order;
}
