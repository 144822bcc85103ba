// Kinds of errors over a window: those of settled runs from the store, those of runs that are not settled added to them.
// A kind that such a run has met is looked up by its fingerprint and put together here, so that each kind comes once, with
// all its errors, on the page where it belongs.

import { present } from "../../base/present.ts";
import { formatInstant, nsFromMs } from "../../base/time.ts";
import type { ErrorGroup, ErrorRun, ErrorWindow } from "../../model/error-shapes.ts";
import { type ErrorExample, errorExamples } from "../../store/queries/error-examples.ts";
import type { ErrorChoice, ErrorFilter } from "../../store/queries/error-rows.ts";
import {
  type ErrorCursor,
  type ErrorSort,
  type ErrorSteps,
  type ErrorSums,
  errorSums,
  errorsFirstSeen,
  errorTrends,
  errorWhereabouts,
} from "../../store/queries/errors.ts";
import {
  addExamples,
  addSums,
  addTrend,
  addWhereabouts,
  type OpenError,
  openErrorsOf,
  passesErrorFilter,
} from "./open-errors.ts";
import { RunList, type RunListParts } from "./run-list.ts";

const NS_PER_MS = 1e6;

/** What is asked of a window. */
export interface ErrorQuestion {
  readonly filter: ErrorFilter;
  readonly steps: ErrorSteps;
  /** Latest errors of each kind that are shown. */
  readonly examples: number;
}

/** The window in so many equal steps; it ends now unless it ended before. */
export function errorSteps({ sinceNs, untilNs }: ErrorFilter, count: number, nowMs: number): ErrorSteps {
  const nowNs = nsFromMs(nowMs);
  const endNs = nowNs > sinceNs && nowNs < untilNs ? nowNs : untilNs;
  return { sinceNs, stepNs: (endNs - sinceNs + BigInt(count) - 1n) / BigInt(count), count };
}

export function presentSteps({ sinceNs, stepNs, count }: ErrorSteps): ErrorWindow {
  return {
    since: formatInstant(sinceNs),
    until: formatInstant(sinceNs + stepNs * BigInt(count)),
    stepMs: Number(stepNs) / NS_PER_MS,
  };
}

/** The errors of now, and the choice of runs that leaves theirs out. */
export interface OpenErrors {
  readonly errors: readonly OpenError[];
  readonly exceptRunIds: readonly string[];
}

export async function openErrors(parts: RunListParts, project: string): Promise<OpenErrors> {
  const facts = await new RunList(parts).unsettled(project);
  return { errors: openErrorsOf(facts), exceptRunIds: facts.map(({ run }) => run.id) };
}

/** A page of kinds of errors. */
export async function errorPage(
  parts: RunListParts,
  project: string,
  question: ErrorQuestion,
  {
    sort,
    limit,
    cursor,
  }: { readonly sort: ErrorSort; readonly limit: number; readonly cursor?: ErrorCursor | undefined },
): Promise<{ readonly errors: ErrorGroup[]; readonly next: ErrorCursor | undefined }> {
  const { store } = parts;
  const { filter } = question;
  const open = await openErrors(parts, project);
  const { exceptRunIds } = open;
  const byKind = Map.groupBy(
    open.errors.filter((error) => passesErrorFilter(error, filter)),
    ({ fingerprint }) => fingerprint,
  );
  const kinds = [...byKind.keys()];
  const [others, ofOpen] = await Promise.all([
    errorSums(
      store,
      project,
      filter,
      { exceptRunIds, except: kinds },
      { sort, limit: limit + 1, ...present({ cursor }) },
    ),
    kinds.length === 0
      ? []
      : errorSums(store, project, filter, { exceptRunIds, only: kinds }, { sort, limit: kinds.length }),
  ]);
  const settledOf = new Map(ofOpen.map((sums) => [sums.fingerprint, sums]));
  const merged = [...byKind].flatMap(([kind, errors]) => addSums(settledOf.get(kind), errors) ?? []);
  const all = [...others, ...merged.filter((sums) => isBehind(sums, sort, cursor))].sort((a, b) => compare(a, b, sort));
  const shown = all.slice(0, limit);
  const last = all.length > limit ? shown.at(-1) : undefined;
  return {
    errors: await presentGroups(parts, project, question, shown, open),
    next: last && { value: String(sortValue(last, sort)), id: last.fingerprint },
  };
}

/** The sums with what else is told of each kind. */
export async function presentGroups(
  { store }: RunListParts,
  project: string,
  { filter, steps, examples }: ErrorQuestion,
  sums: readonly ErrorSums[],
  open: OpenErrors,
): Promise<ErrorGroup[]> {
  if (sums.length === 0) return [];
  const choice: ErrorChoice = {
    exceptRunIds: open.exceptRunIds,
    only: sums.map(({ fingerprint }) => fingerprint),
  };
  const [trends, latest, whereabouts, firstSeen] = await Promise.all([
    errorTrends(store, project, filter, choice, steps),
    errorExamples(store, project, filter, choice, examples),
    errorWhereabouts(store, project, filter, choice),
    errorsFirstSeen(store, project, choice),
  ]);
  const openOf = Map.groupBy(open.errors, ({ fingerprint }) => fingerprint);
  return sums.map((own) => {
    const everywhere = openOf.get(own.fingerprint) ?? [];
    const here = everywhere.filter((error) => passesErrorFilter(error, filter));
    const shown = addExamples(latest.get(own.fingerprint), here, examples);
    const everNs = everywhere.reduce(
      (min, { firstNs }) => (firstNs < min ? firstNs : min),
      firstSeen.get(own.fingerprint) ?? own.firstNs,
    );
    return {
      ...presentSums(own),
      ...present({ type: shown[0]?.type, message: shown[0]?.message }),
      ...(addWhereabouts(whereabouts.get(own.fingerprint), here) as Pick<ErrorGroup, "agents" | "services" | "kinds">),
      firstSeenEver: formatInstant(everNs),
      isNew: everNs >= filter.sinceNs,
      exampleRuns: shown.map(presentExample),
      trend: addTrend(trends.get(own.fingerprint), here, steps),
    };
  });
}

function presentSums({ fingerprint, count, swallowed, runs, firstNs, lastNs }: ErrorSums) {
  return {
    ...{ fingerprint, count, swallowed, runs },
    ...{ firstSeen: formatInstant(firstNs), lastSeen: formatInstant(lastNs) },
  };
}

function presentExample({ runId, runName, agent, spanId, isSwallowed, count, lastNs }: ErrorExample): ErrorRun {
  return {
    ...{ runId, at: formatInstant(lastNs), count, swallowed: isSwallowed },
    ...present({ runName, agent, spanId }),
  };
}

function sortValue({ count, runs, lastNs, firstNs }: ErrorSums, { field }: ErrorSort): bigint {
  switch (field) {
    case "count":
      return BigInt(count);
    case "runs":
      return BigInt(runs);
    case "lastSeen":
      return lastNs;
    default:
      return firstNs;
  }
}

function isBehind(sums: ErrorSums, sort: ErrorSort, cursor: ErrorCursor | undefined): boolean {
  if (cursor === undefined) return true;
  const value = sortValue(sums, sort);
  const border = BigInt(cursor.value);
  if (value !== border) return sort.descending ? value < border : value > border;
  return sort.descending ? sums.fingerprint < cursor.id : sums.fingerprint > cursor.id;
}

function compare(a: ErrorSums, b: ErrorSums, sort: ErrorSort): number {
  const [left, right] = [sortValue(a, sort), sortValue(b, sort)];
  const order = left < right ? -1 : left > right ? 1 : a.fingerprint < b.fingerprint ? -1 : 1;
  return sort.descending ? -order : order;
}
