// The errors of runs that are not settled, counted as the store counts those of settled ones, and added to them.

import type { RunFacts } from "../../jobs/runs/analysed-run.ts";
import { OTHER_ERRORS, type RunError } from "../../jobs/runs/run-errors.ts";
import type { ErrorExample } from "../../store/queries/error-examples.ts";
import type { ErrorFilter } from "../../store/queries/error-rows.ts";
import type { ErrorShare, ErrorSide } from "../../store/queries/error-shares.ts";
import type { ErrorSteps, ErrorSums, ErrorWhereabouts } from "../../store/queries/errors.ts";

/** Errors of one kind that an agent of a run met. */
export interface OpenError extends RunError {
  readonly runId: string;
  readonly runName: string;
}

/** Kinds of errors that the runs of now may have: beyond, the rarest are counted together. */
const KINDS_MAX = 1000;

/** All of them, each kind under its fingerprint. */
export function openErrorsOf(facts: readonly RunFacts[]): OpenError[] {
  const all = facts.flatMap(({ run, errors }) =>
    errors.map((error) => ({ ...error, runId: run.id, runName: run.name })),
  );
  const byKind = Map.groupBy(all, ({ fingerprint }) => fingerprint);
  if (byKind.size <= KINDS_MAX) return all;
  const kept = new Set(
    [...byKind]
      .sort(([, a], [, b]) => b.length - a.length)
      .slice(0, KINDS_MAX)
      .map(([kind]) => kind),
  );
  return all.map((error) => (kept.has(error.fingerprint) ? error : { ...error, fingerprint: OTHER_ERRORS }));
}

/** Whether an error passes a filter: the same as the store's conditions. Those that were only passed on never do. */
export function passesErrorFilter(error: OpenError, filter: ErrorFilter): boolean {
  const { sinceNs, untilNs, text = "", agent, service, name, kind } = filter;
  const anyOf = (wanted: readonly string[] | undefined, value: string) =>
    wanted === undefined || wanted.length === 0 || wanted.includes(value);
  const holds = (whole: string) => whole.toLowerCase().includes(text.toLowerCase());
  return (
    error.origins > 0 &&
    error.lastNs >= sinceNs &&
    error.lastNs < untilNs &&
    anyOf(agent, error.agent) &&
    anyOf(service, error.service) &&
    anyOf(name, error.runName) &&
    anyOf(kind, error.kind) &&
    (holds(error.type) || holds(error.message))
  );
}

/** The sums of one kind; undefined when there is nothing to add up. */
export function addSums(settled: ErrorSums | undefined, open: readonly OpenError[]): ErrorSums | undefined {
  const [first] = open;
  if (first === undefined) return settled;
  return {
    fingerprint: first.fingerprint,
    count: open.reduce((sum, { origins }) => sum + origins, settled?.count ?? 0),
    swallowed: open.reduce((sum, { swallowed }) => sum + swallowed, settled?.swallowed ?? 0),
    runs: (settled?.runs ?? 0) + new Set(open.map(({ runId }) => runId)).size,
    firstNs: open.reduce((min, { firstNs }) => (firstNs < min ? firstNs : min), settled?.firstNs ?? first.firstNs),
    lastNs: open.reduce((max, { lastNs }) => (lastNs > max ? lastNs : max), settled?.lastNs ?? first.lastNs),
  };
}

export function addTrend(
  settled: readonly number[] | undefined,
  open: readonly OpenError[],
  steps: ErrorSteps,
): number[] {
  const trend = settled === undefined ? Array<number>(steps.count).fill(0) : [...settled];
  for (const { lastNs, origins } of open) {
    const step = Math.max(0, Math.min(steps.count - 1, Number((lastNs - steps.sinceNs) / steps.stepNs)));
    trend[step] = (trend[step] as number) + origins;
  }
  return trend;
}

/** The latest first. */
export function addExamples(
  settled: readonly ErrorExample[] = [],
  open: readonly OpenError[],
  limit: number,
): ErrorExample[] {
  const added = open.map(({ origins, ...error }) => ({
    ...error,
    count: origins,
    isSwallowed: error.isExampleSwallowed,
  }));
  return [...settled, ...added]
    .sort((a, b) => (a.lastNs < b.lastNs ? 1 : a.lastNs > b.lastNs ? -1 : 0))
    .slice(0, limit);
}

export function addWhereabouts(settled: ErrorWhereabouts | undefined, open: readonly OpenError[]): ErrorWhereabouts {
  const add = (known: readonly string[] = [], of: (error: OpenError) => string) =>
    [...new Set([...known, ...open.map(of).filter((text) => text !== "")])].sort();
  return {
    agents: add(settled?.agents, ({ agent }) => agent),
    services: add(settled?.services, ({ service }) => service),
    kinds: add(settled?.kinds, ({ kind }) => kind),
  };
}

const SIDES: Readonly<Record<ErrorSide, (error: OpenError) => { readonly kind: string; readonly value: string }>> = {
  agent: ({ agent }) => ({ kind: "", value: agent }),
  thing: ({ kind, name }) => ({ kind, value: name }),
  runName: ({ runName }) => ({ kind: "", value: runName }),
  service: ({ service }) => ({ kind: "", value: service }),
};

/** The largest first. */
export function addShares(
  settled: readonly ErrorShare[],
  open: readonly OpenError[],
  side: ErrorSide,
  limit: number,
): ErrorShare[] {
  const keyOf = ({ kind, value }: { readonly kind: string; readonly value: string }) => `${kind}\0${value}`;
  const shares = new Map(settled.map((share) => [keyOf(share), share]));
  for (const [key, own] of Map.groupBy(open, (error) => keyOf(SIDES[side](error)))) {
    const known = shares.get(key);
    const sums = addSums(known && { ...known, fingerprint: "", firstNs: known.lastNs }, own);
    if (sums === undefined) continue;
    const { count, swallowed, runs, lastNs } = sums;
    shares.set(key, { ...SIDES[side](own[0] as OpenError), count, swallowed, runs, lastNs });
  }
  return [...shares.values()].sort((a, b) => b.count - a.count).slice(0, limit);
}
