// Where the runs that go on stand in page Now's list: each keeps its place while it goes on. One that ended stays there,
// marked, until another one needs the place or nothing that goes on stands below it. Pure.

import type { Run } from "../../model/shapes.ts";
import { type AgentState, isOpenRun } from "../../model/vocabulary.ts";
import { type Strip, withState } from "../plots/strip.ts";

export interface PlacedRun {
  readonly run: Run;
  /** When the page heard that it is over; undefined while it goes on. */
  readonly overAtMs: number | undefined;
}

/** So long the end of a run is there to be seen at least. */
export const END_SHOWN_MS = 5000;

export interface Arrived {
  readonly runs: readonly Run[];
  /** They are all that go on. */
  readonly isAll: boolean;
  readonly nowMs: number;
  /** The reader's pointer is on the list: nobody takes the place of another one. */
  readonly isHeld: boolean;
}

/** The list with runs that changed, came or ended. The first list has the newest first; what comes later comes below. */
export function withRuns(places: readonly PlacedRun[], { runs, isAll, nowMs, isHeld }: Arrived): PlacedRun[] {
  const told = new Map(runs.map((run) => [run.id, run]));
  const next = places.map((place): PlacedRun => {
    const run = told.get(place.run.id) ?? place.run;
    const isOver = !isOpenRun(run) || (isAll && !told.has(run.id));
    return { run, overAtMs: isOver ? (place.overAtMs ?? nowMs) : undefined };
  });
  const known = new Set(places.map(({ run }) => run.id));
  const come = runs
    .filter((run) => isOpenRun(run) && !known.has(run.id))
    .toSorted((a, b) => (a.startedAt < b.startedAt ? 1 : -1));
  for (const run of come) {
    const free = isHeld ? -1 : next.findIndex(({ overAtMs }) => wasSeenOver(overAtMs, nowMs));
    next.splice(free < 0 ? next.length : free, 1, { run, overAtMs: undefined });
  }
  return next;
}

/** What an agent of a run does: where the run is over, nothing, whatever was told of it last. */
export function stateIn(place: Pick<PlacedRun, "overAtMs">, state: AgentState): AgentState {
  return place.overAtMs === undefined ? state : "done";
}

/** What an agent of a run did: where the run is over, until its end. */
export function stripIn({ run, overAtMs }: PlacedRun, strip: Strip): Strip {
  if (overAtMs === undefined || strip.length === 0) return strip;
  return withState(strip, "done", run.endedAt === undefined ? overAtMs : Date.parse(run.endedAt));
}

/** Without what ended at its end a while ago: nothing else moves when that leaves. The same list when it may stay. */
export function withoutLastOver(places: readonly PlacedRun[], nowMs: number): readonly PlacedRun[] {
  const last = places.findLastIndex(({ overAtMs }) => !wasSeenOver(overAtMs, nowMs));
  return last === places.length - 1 ? places : places.slice(0, last + 1);
}

function wasSeenOver(overAtMs: number | undefined, nowMs: number): boolean {
  return overAtMs !== undefined && nowMs - overAtMs >= END_SHOWN_MS;
}
