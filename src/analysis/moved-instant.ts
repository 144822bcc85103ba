import { ENDS, happeningOf, measuredTimeOf, type Schedule, STARTS, subjectOf } from "./schedule.ts";
import type { Times } from "./schedule-times.ts";

/**
 * When something that was measured within a row happens at other times: it keeps its place between the row's events. At
 * the measured times it is the measured instant exactly.
 */
export function movedInstant(schedule: Schedule, times: Times, row: number, at: number): number {
  const { chainFrom } = schedule;
  const first = chainFrom[row] as number;
  const next = firstAfter(schedule, row, at);
  const before = next === first ? startOf(schedule, times, row) : eventAt(schedule, times, next - 1);
  const after = next === chainFrom[row + 1] ? endOf(schedule, times, row) : eventAt(schedule, times, next);
  const since = at - before.measured;
  const gap = after.measured - before.measured;
  const moved = Math.max(0, after.moved - before.moved);
  if (since > gap) return after.moved + since - gap;
  // Before its row began, or in a gap that is as it was.
  if (since <= 0 || moved === gap) return before.moved + since;
  return before.moved + (since / gap) * moved;
}

interface Pair {
  readonly measured: number;
  readonly moved: number;
}

function startOf({ start }: Schedule, times: Times, row: number): Pair {
  return { measured: start[row] as number, moved: times.start[row] as number };
}

function endOf({ end }: Schedule, times: Times, row: number): Pair {
  return { measured: end[row] as number, moved: times.end[row] as number };
}

/** An event of a chain: when it was, and when it is. */
function eventAt(schedule: Schedule, times: Times, position: number): Pair {
  const code = schedule.chain[position] as number;
  const subject = subjectOf(code);
  const { start, end, links } = schedule;
  const what = happeningOf(code);
  const moved = what === STARTS ? times.start : what === ENDS ? times.end : times.spawn;
  return { measured: measuredTimeOf(code, start, end, links), moved: moved[subject] as number };
}

/** The position of a row's first event that was measured after an instant, or the end of its chain. */
function firstAfter({ chain, chainFrom, start, end, links }: Schedule, row: number, at: number): number {
  let low = chainFrom[row] as number;
  let high = chainFrom[row + 1] as number;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (measuredTimeOf(chain[middle] as number, start, end, links) <= at) low = middle + 1;
    else high = middle;
  }
  return low;
}
