// Joins a fresh first page of runs, or runs that changed, with the rows that are shown, so that a live list does not move
// under the reader's eyes: rows change in place; new ones come in only while the list rests at its top, else they are
// held back and counted. Pure.

import type { Run } from "../../model/shapes.ts";
import type { RunSortOrder } from "./run-query.ts";

export interface Feed {
  readonly rows: readonly Run[];
  /** New runs that are held back, first ones first. */
  readonly held: readonly Run[];
  /** Where the rows after the last one are fetched; undefined: there are none. */
  readonly nextCursor: string | undefined;
}

export const EMPTY_FEED: Feed = { rows: [], held: [], nextCursor: undefined };

/** The list after a page behind its last row was fetched. */
export function withMore(feed: Feed, runs: readonly Run[], nextCursor: string | undefined): Feed {
  const known = new Set(feed.rows.map(({ id }) => id));
  return { ...feed, rows: [...feed.rows, ...runs.filter(({ id }) => !known.has(id))], nextCursor };
}

/** The list after its first page was fetched again. */
export function withFresh(feed: Feed, fresh: readonly Run[], sort: RunSortOrder, isHeld: boolean): Feed {
  const freshById = new Map(fresh.map((run) => [run.id, run]));
  const known = new Set(feed.rows.map(({ id }) => id));
  const added = fresh.filter((run) => !known.has(run.id) && isWithin(run, feed, sort));
  if (isHeld) {
    const rows = mapKeeping(feed.rows, (run) => updated(run, freshById.get(run.id)));
    return {
      ...feed,
      rows,
      held: mapKeeping(added, (run) =>
        updated(
          feed.held.find(({ id }) => id === run.id),
          run,
        ),
      ),
    };
  }
  const last = fresh.at(-1);
  // A row that should have come with the fresh page and did not was deleted, or no longer passes the filter.
  const kept = feed.rows.filter((run) => freshById.has(run.id) || last === undefined || compare(run, last, sort) > 0);
  const rows = [...kept.map((run) => updated(run, freshById.get(run.id))), ...added].sort((a, b) =>
    compare(a, b, sort),
  );
  return { ...feed, rows: sameRows(feed.rows, rows) ? feed.rows : rows, held: [] };
}

/** A run that changed, and whether the list's filter lets it through. */
export interface ChangedRun {
  readonly run: Run;
  readonly passes: boolean;
}

/** The list after some runs changed. While it is read a row stays, also when it no longer passes. */
export function withChanged(feed: Feed, changes: readonly ChangedRun[], sort: RunSortOrder, isHeld: boolean): Feed {
  const changed = new Map(changes.map((change) => [change.run.id, change]));
  const known = new Set([...feed.rows, ...feed.held].map(({ id }) => id));
  const added = changes
    .filter(({ run, passes }) => passes && !known.has(run.id) && isWithin(run, feed, sort))
    .map(({ run }) => run);
  const changedIn = (rows: readonly Run[]) => mapKeeping(rows, (run) => updated(run, changed.get(run.id)?.run));
  const passing = (rows: readonly Run[]) => rows.filter(({ id }) => changed.get(id)?.passes !== false);
  const inOrder = (rows: readonly Run[]) => rows.toSorted((a, b) => compare(a, b, sort));
  if (isHeld) {
    const held = inOrder([...passing(changedIn(feed.held)), ...added]);
    return { ...feed, rows: changedIn(feed.rows), held: sameRows(feed.held, held) ? feed.held : held };
  }
  const rows = inOrder([...passing(changedIn(feed.rows)), ...passing(changedIn(feed.held)), ...added]);
  return { ...feed, rows: sameRows(feed.rows, rows) ? feed.rows : rows, held: [] };
}

/** Lets in what was held back. */
export function release(feed: Feed, sort: RunSortOrder): Feed {
  return { ...feed, rows: [...feed.held, ...feed.rows].sort((a, b) => compare(a, b, sort)), held: [] };
}

/** Whether a run belongs among the rows that are there: what lies behind the last comes with the next page. */
function isWithin(run: Run, { rows, nextCursor }: Feed, sort: RunSortOrder): boolean {
  const last = rows.at(-1);
  return last === undefined || nextCursor === undefined || compare(run, last, sort) < 0;
}

/** The same object when nothing changed, so that its row is not drawn anew. */
function updated(run: Run | undefined, fresh: Run | undefined): Run {
  if (run === undefined || fresh === undefined) return (fresh ?? run) as Run;
  return JSON.stringify(run) === JSON.stringify(fresh) ? run : fresh;
}

function mapKeeping(rows: readonly Run[], change: (run: Run) => Run): readonly Run[] {
  const changed = rows.map(change);
  return sameRows(rows, changed) ? rows : changed;
}

function sameRows(a: readonly Run[], b: readonly Run[]): boolean {
  return a.length === b.length && a.every((run, i) => run === b[i]);
}

function compare(a: Run, b: Run, { field, isDescending }: RunSortOrder): number {
  const order = compareValues(sortValue(a, field), sortValue(b, field)) || compareValues(a.id, b.id);
  return isDescending ? -order : order;
}

function compareValues(a: number | string, b: number | string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function sortValue(run: Run, field: RunSortOrder["field"]): number | string {
  switch (field) {
    case "startedAt":
      // All in UTC with nine digits: their order as texts is that of time.
      return run.startedAt;
    case "durationMs":
      return run.durationMs;
    case "cost":
      return run.cost.usd ?? 0;
    case "tokens":
      return run.tokens.input + run.tokens.output;
    default:
      return run.errorCount;
  }
}
