// Whether a run has ended, and how (rule 14).
//
//   ended       a terminal run event, or all roots have ended and nothing is open by a start event
//   completed   … and no root failed; failed when one did; else what the latest terminal event says
//   running     not ended, and heard of
//   stalled     not ended, and silent for `stallAfter`
//   failed      not ended, and silent for `abandonAfter` (longer while a person is asked): "abandoned"
//
// A root is a span without a parent, or whose parent has not come although the trace has been quiet.

import { HINTS } from "../model/draft.ts";
import { NONE, type RunEventRow } from "../model/run-columns.ts";
import type { RunStatus } from "../model/vocabulary.ts";
import { hasTrait, hintOf, STATUS } from "./codes.ts";
import type { ResolvedRun } from "./resolved-run.ts";
import type { RunInput } from "./run-analysis.ts";

const NS_PER_MS = 1e6;
const TERMINAL: Readonly<Record<string, RunStatus>> = {
  "run.completed": "completed",
  "run.failed": "failed",
  "run.cancelled": "cancelled",
};

export interface RunOutcome {
  readonly status: RunStatus;
  readonly reason: string | undefined;
  readonly startedAt: number;
  readonly endedAt: number | undefined;
  readonly durationNs: number;
  readonly settled: boolean;
}

export function outcomeOf(run: ResolvedRun, input: RunInput): RunOutcome {
  const silentMs = (input.now - input.lastReceived) / NS_PER_MS;
  const quiet = silentMs >= input.timings.quietMs;
  const roots = confirmedRoots(run, quiet);
  const terminal = terminalEvent(run.events);
  const startedAt = firstInstant(run);
  const ended = rootsEnd(run, roots);
  if (terminal !== undefined) {
    const endedAt = Math.max(startedAt, ended ?? terminal.time);
    const status = TERMINAL[terminal.type] as RunStatus;
    const reason = terminal.data["reason"];
    return { ...closed(status, startedAt, endedAt, quiet), reason: typeof reason === "string" ? reason : undefined };
  }
  if (ended !== undefined && !hasOpenStart(run)) {
    return closed(aRootFailed(run, roots) ? "failed" : "completed", startedAt, ended, quiet);
  }
  const { abandonAfterMs, abandonAskedAfterMs, stallAfterMs } = input.timings;
  if (silentMs >= (isPersonAsked(run) ? abandonAskedAfterMs : abandonAfterMs)) {
    return { ...closed("failed", startedAt, lastInstant(run, startedAt), true), reason: "abandoned" };
  }
  const status = silentMs >= stallAfterMs ? "stalled" : "running";
  const durationNs = Math.max(0, input.now - startedAt);
  return { status, reason: undefined, startedAt, endedAt: undefined, durationNs, settled: false };
}

function closed(status: RunStatus, startedAt: number, endedAt: number, settled: boolean): RunOutcome {
  return { status, reason: undefined, startedAt, endedAt, durationNs: endedAt - startedAt, settled };
}

function confirmedRoots({ columns, tree }: ResolvedRun, quiet: boolean): number[] {
  return Array.from(tree.roots).filter((root) => quiet || !columns.orphan[root]);
}

/** The latest terminal event, unless the run was started again after it. */
function terminalEvent(events: readonly RunEventRow[]): RunEventRow | undefined {
  const last = events.findLast(({ type }) => type === "run.started" || Object.hasOwn(TERMINAL, type));
  return last?.type === "run.started" ? undefined : last;
}

/** The end of the last root; undefined while one is open, or none has come. */
function rootsEnd({ columns, tree }: ResolvedRun, roots: readonly number[]): number | undefined {
  let end: number | undefined;
  for (const root of roots) {
    if (columns.end[root] === Number.POSITIVE_INFINITY) return undefined;
    end = Math.max(end ?? 0, tree.end[root] as number);
  }
  return end;
}

/** Of several attempts of a root the last decides. */
function aRootFailed({ columns, status }: ResolvedRun, roots: readonly number[]): boolean {
  const deciding = new Map<string, number>();
  for (const root of roots)
    deciding.set(attemptOf(columns, root) > 0 ? `name ${columns.name[root]}` : `row ${root}`, root);
  for (const root of deciding.values()) if (status[root] === STATUS.error) return true;
  return false;
}

/** Which attempt a span says it is, from 1; 0 when it does not say. */
export function attemptOf(columns: ResolvedRun["columns"], row: number): number {
  return Number(hintOf(columns, row, HINTS.attempt)) || 0;
}

/** A start event of a span that never came, without its end event. */
function hasOpenStart({ events, index }: ResolvedRun): boolean {
  const open = new Set<string>();
  for (const event of events) {
    const [, family, phase] =
      /^(agent|task|llm|tool|run)\.(started|completed|failed|cancelled)$/.exec(event.type) ?? [];
    if (family === undefined || index.rowOf(event.traceId, event.spanId) !== NONE) continue;
    const key = `${family} ${event.spanId || event.agent}`;
    if (phase === "started") open.add(key);
    else open.delete(key);
  }
  return open.size > 0;
}

/** Whether a person was asked and has not answered. */
function isPersonAsked({ events, columns }: ResolvedRun): boolean {
  const asked = new Set<string>();
  for (const { type, agent } of events) {
    if (type === "human.requested") asked.add(agent);
    else if (type === "human.answered") asked.delete(agent);
  }
  if (asked.size > 0) return true;
  for (let row = 0; row < columns.count; row++) {
    if (columns.end[row] === Number.POSITIVE_INFINITY && hasTrait(columns, row, "waitsForHuman")) return true;
  }
  return false;
}

/** The start of the first root, or the first event of a run without spans. */
function firstInstant({ tree, events }: ResolvedRun): number {
  const root = tree.roots[0];
  return root === undefined ? (events[0]?.time ?? 0) : (tree.start[root] as number);
}

/** The last that is known to have happened. */
function lastInstant({ columns, events }: ResolvedRun, startedAt: number): number {
  let last = Math.max(startedAt, events.at(-1)?.time ?? 0);
  for (let row = 0; row < columns.count; row++) {
    const end = columns.end[row] as number;
    last = Math.max(last, end === Number.POSITIVE_INFINITY ? (columns.start[row] as number) : end);
  }
  return last;
}
