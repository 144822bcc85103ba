// The schedule of a run: which instants wait for which. Given other lengths of work it says when everything would have
// happened; given the measured ones it says what happened, to the nanosecond.
//
// Children are clipped to their parent; a span's events are the starts and ends of its children in order, ends before
// starts at ties. Between neighbours lies a gap: the span's own work where no child is open, else a fixed delay.
//
//   span      0        2       4        7         10        event      is at
//   A                  ├────────────────┤                   A starts   previous event + 2 (own)
//   B                          ├────────┼────┤              B starts   previous event + 2 (delay: A is open)
//                                            8              A ends     when A's own schedule says so
//                                                           B ends     likewise
//                                                           span ends  max(last event + 2 (own), every end before it)
//
//   start of a child, end of a span = max(previous event + gap, every end before it)
//
// - Children that outlive their parent are not waited for.
// - A link a → b adds: start of b ≥ end of a + transit, or, when a was still open, ≥ the instant of a at which b started.
// - All roots are children of the run itself. A root that a link leads to is held by that link alone: its neighbours in
//   time are no cause.
//
// An instant becomes known when those that it waits for are; spans take turns like coroutines, so neither recursion nor
// an order in time is needed. Rings that links make are opened by dropping the link that waits first.

import { NONE, type RunColumns } from "../model/run-columns.ts";
import { type ClippedIntervals, clippedIntervals } from "./clipped-intervals.ts";
import { getOrMake } from "./get-or-make.ts";
import type { ResolvedLink } from "./span-index.ts";
import { isBelow, type Tree } from "./tree.ts";

/** What happens at an event: a child starts, a child ends, a link's effect starts elsewhere. */
export const STARTS = 0;
export const ENDS = 1;
export const SPAWNS = 2;

/** An event in one number: the child's row, or the link, and what happens. */
function eventCode(subject: number, what: number): number {
  return subject * 4 + what;
}

/** The row or link of an event. */
export function subjectOf(code: number): number {
  return code >> 2;
}

/** STARTS, ENDS or SPAWNS. */
export function happeningOf(code: number): number {
  return code & 3;
}

export interface ScheduleLink {
  /** The row that is linked to: the cause. */
  readonly from: number;
  /** The row that carries the link. */
  readonly to: number;
  /** From the end of `from` (or, when it was open, from its instant) to the start of `to`. */
  readonly transit: number;
  /** Whether `from` was still open when `to` started. */
  readonly spawned: boolean;
}

/** The fixed part, made once for a run; row `count` is the run itself. */
export interface Schedule {
  readonly count: number;
  /** Clipped intervals; of the run: first start of a root → last end of a root. */
  readonly start: Float64Array;
  readonly end: Float64Array;
  /** The span around each; the run's row for roots. */
  readonly parent: Int32Array;
  /** Children that their parent does not wait for. */
  readonly outlives: Uint8Array;
  /** Events of span r: `chain[chainFrom[r]] … chain[chainFrom[r + 1] - 1]`, as `subjectOf` and `happeningOf` read them. */
  readonly chainFrom: Int32Array;
  readonly chain: Int32Array;
  /** The gap before each event, and before each span's end, in nanoseconds. */
  readonly gap: Float64Array;
  readonly lastGap: Float64Array;
  /** Whether a child is open in that gap: a fixed delay rather than the span's own work. */
  readonly delayed: Uint8Array;
  readonly lastDelayed: Uint8Array;
  /** Where in its parent's chain a row's start stands. */
  readonly startAt: Int32Array;
  readonly links: readonly ScheduleLink[];
  /** Where in its source's chain a link's instant stands, for links from a span that was open. */
  readonly spawnAt: Int32Array;
  /** The links that lead to a row, and those that wait for the end of a row. */
  readonly linksTo: ReadonlyMap<number, readonly number[]>;
  readonly linksFromEnd: ReadonlyMap<number, readonly number[]>;
  /** Ids that break ties between children. */
  readonly spanIds: readonly string[];
}

export function buildSchedule(
  tree: Tree,
  resolved: readonly ResolvedLink[],
  { spanIds, t0Ns }: Pick<RunColumns, "spanIds" | "t0Ns">,
): Schedule {
  const intervals = clippedIntervals(tree, t0Ns);
  const links = scheduleLinks(resolved, tree, intervals.start, intervals.end);
  const chains = buildChains(tree, intervals, links);
  return completeSchedule({ count: tree.count, spanIds, links, ...intervals, ...chains });
}

/** What a schedule rests on; the rest follows. */
export type ScheduleBasis = Pick<Schedule, "count" | "spanIds" | "links" | keyof Chains | keyof ClippedIntervals>;

export function completeSchedule(basis: ScheduleBasis): Schedule {
  const linksTo = new Map<number, number[]>();
  const linksFromEnd = new Map<number, number[]>();
  for (const [i, { from, to, spawned }] of basis.links.entries()) {
    getOrMake(linksTo, to, () => []).push(i);
    if (!spawned) getOrMake(linksFromEnd, from, () => []).push(i);
  }
  return { ...basis, linksTo, linksFromEnd, ...measureGaps(basis) };
}

/** Links between spans of the tree whose cause came no later than their effect. */
function scheduleLinks(
  resolved: readonly ResolvedLink[],
  tree: Tree,
  start: Float64Array,
  end: Float64Array,
): ScheduleLink[] {
  if (resolved.length === 0) return [];
  const links: ScheduleLink[] = [];
  const inTree = new Set<number>(tree.order);
  for (const { cause: from, effect: to } of resolved) {
    if (from === to || !inTree.has(from) || !inTree.has(to)) continue;
    const at = start[to] as number;
    if ((start[from] as number) > at || isBelow(tree, to, from) || isBelow(tree, from, to)) continue;
    const spawned = (end[from] as number) > at;
    links.push({ from, to, spawned, transit: spawned ? 0 : at - (end[from] as number) });
  }
  return links;
}

type Chains = Pick<Schedule, "chainFrom" | "chain">;

/** The events of every span in order. */
function buildChains(tree: Tree, { start, end, outlives }: ClippedIntervals, links: readonly ScheduleLink[]): Chains {
  const spawnsOf = new Map<number, number[]>();
  for (const [i, { from, spawned }] of links.entries()) if (spawned) getOrMake(spawnsOf, from, () => []).push(i);
  const chainFrom = new Int32Array(tree.count + 2);
  const chain: number[] = [];
  for (let row = 0; row <= tree.count; row++) {
    const from = chain.length;
    chainFrom[row] = from;
    const children =
      row === tree.count
        ? tree.roots
        : tree.children.subarray(tree.childrenFrom[row] as number, tree.childrenFrom[row + 1] as number);
    if (children.length > 0) appendChain(chain, children, start, end, outlives);
    for (const i of spawnsOf.get(row) ?? []) {
      const at = start[(links[i] as ScheduleLink).to] as number;
      let position = from;
      while (position < chain.length && measuredTimeOf(chain[position] as number, start, end, links) <= at) position++;
      chain.splice(position, 0, eventCode(i, SPAWNS));
    }
  }
  chainFrom[tree.count + 1] = chain.length;
  return { chainFrom, chain: Int32Array.from(chain) };
}

/** Merges the starts of children with their ends: ends before starts at ties, both events of a point together. */
function appendChain(
  chain: number[],
  children: Int32Array,
  start: Float64Array,
  end: Float64Array,
  outlives: Uint8Array,
): void {
  if (runOneByOne(children, start, end, outlives)) {
    for (const child of children) chain.push(eventCode(child, STARTS), eventCode(child, ENDS));
    return;
  }
  const starts = Array.from(children);
  const ends = starts.filter((child) => !outlives[child] && (end[child] as number) > (start[child] as number));
  if (starts.length > 1) {
    starts.sort((a, b) => (start[a] as number) - (start[b] as number));
    ends.sort((a, b) => (end[a] as number) - (end[b] as number));
  }
  let ended = 0;
  for (const child of starts) {
    const at = start[child] as number;
    while (ended < ends.length && (end[ends[ended] as number] as number) <= at) {
      chain.push(eventCode(ends[ended] as number, ENDS));
      ended++;
    }
    chain.push(eventCode(child, STARTS));
    if (end[child] === at && !outlives[child]) chain.push(eventCode(child, ENDS));
  }
  for (; ended < ends.length; ended++) chain.push(eventCode(ends[ended] as number, ENDS));
}

/** Whether each child ends before the next begins, and with its parent. */
function runOneByOne(children: Int32Array, start: Float64Array, end: Float64Array, outlives: Uint8Array): boolean {
  for (let i = 0; i < children.length; i++) {
    const child = children[i] as number;
    if (outlives[child]) return false;
    if (i > 0 && (start[child] as number) < (end[children[i - 1] as number] as number)) return false;
  }
  return true;
}

/** When an event of a chain was measured. */
export function measuredTimeOf(
  code: number,
  start: Float64Array,
  end: Float64Array,
  links: readonly ScheduleLink[],
): number {
  const what = happeningOf(code);
  const subject = subjectOf(code);
  if (what === SPAWNS) return start[(links[subject] as ScheduleLink).to] as number;
  return (what === STARTS ? start[subject] : end[subject]) as number;
}

type Gaps = Pick<Schedule, "gap" | "lastGap" | "delayed" | "lastDelayed" | "startAt" | "spawnAt">;

/** How long each event came after the one before it, and whether a child was open in between. */
function measureGaps({ count, start, end, links, chainFrom, chain }: ScheduleBasis): Gaps {
  const gap = new Float64Array(chain.length);
  const delayed = new Uint8Array(chain.length);
  const lastGap = new Float64Array(count + 1);
  const lastDelayed = new Uint8Array(count + 1);
  const startAt = new Int32Array(count + 1).fill(NONE);
  const spawnAt = new Int32Array(links.length).fill(NONE);
  for (let row = 0; row <= count; row++) {
    let before = start[row] as number;
    let open = 0;
    for (let at = chainFrom[row] as number; at < (chainFrom[row + 1] as number); at++) {
      const code = chain[at] as number;
      const what = happeningOf(code);
      const subject = subjectOf(code);
      const time = measuredTimeOf(code, start, end, links);
      gap[at] = time - before;
      delayed[at] = open > 0 ? 1 : 0;
      before = time;
      if (what === STARTS) {
        open++;
        startAt[subject] = at;
      } else if (what === ENDS) open--;
      else spawnAt[subject] = at;
    }
    lastGap[row] = (end[row] as number) - before;
    lastDelayed[row] = open > 0 ? 1 : 0;
  }
  return { gap, lastGap, delayed, lastDelayed, startAt, spawnAt };
}
