// The critical path: from the end of the run back along what each instant waited for (see schedule.ts). Every piece of
// the way is work, a fixed delay or a transfer, and the pieces fill the wall time without gap or overlap.
//
//   boss  ├──┤                 ├──┤        0–100, 900–1000
//   A        ├────────┤                    100–400: nobody waited for it alone
//   B        ├────────────┤                100–700
//   C                     ├────┤           700–900
//   path  ╞boss╪═════ B ══╪═ C ╪boss╡      boss 200, B 600, C 200

import { NONE } from "../model/run-columns.ts";
import { ENDS, happeningOf, type Schedule, type ScheduleLink, STARTS, subjectOf } from "./schedule.ts";
import { BY_END, BY_PREVIOUS, type Times } from "./schedule-times.ts";

/** What fills a piece of the path: a span's own work, a delay between its children, a link's way. */
export const WORK = 0;
export const DELAY = 1;
export const TRANSIT = 2;

export interface PathPiece {
  /**
   * Whose work it is: a row, or NONE for the run itself. Of a delay the row in which it lies; of a transit the row that it
   * arrives at.
   */
  readonly row: number;
  /** Of a delay: the child that began last among those that were open and waited for, or NONE. */
  readonly during: number;
  readonly what: number;
  readonly start: number;
  readonly end: number;
}

/** The pieces in order of time, none empty. */
export function criticalPieces(schedule: Schedule, times: Times): PathPiece[] {
  const walk = new Walk(schedule, times);
  return walk.run();
}

class Walk {
  readonly #schedule: Schedule;
  readonly #times: Times;
  readonly #pieces: PathPiece[] = [];

  constructor(schedule: Schedule, times: Times) {
    this.#schedule = schedule;
    this.#times = times;
  }

  run(): PathPiece[] {
    const { count } = this.#schedule;
    // The span whose chain the walk is in, and the event that explains its position; the chain's end: the span's own.
    let row = count;
    let at = this.#schedule.chainFrom[count + 1] as number;
    for (;;) {
      const binding = this.#bindingAt(row, at);
      if (binding === BY_PREVIOUS) {
        const before = this.#eventBefore(row, at);
        if (before === NONE) {
          if (row === count) break;
          at = this.#schedule.startAt[row] as number;
          row = this.#schedule.parent[row] as number;
          continue;
        }
        at = before;
        const code = this.#schedule.chain[at] as number;
        if (happeningOf(code) !== ENDS) continue;
        row = subjectOf(code);
        at = this.#schedule.chainFrom[row + 1] as number;
      } else if ((binding & 1) === BY_END) {
        row = binding >> 1;
        at = this.#schedule.chainFrom[row + 1] as number;
      } else [row, at] = this.#causeOf(binding >> 1);
    }
    return this.#pieces.reverse();
  }

  /** What the event at a chain position, or the end of the span, waited for. */
  #bindingAt(row: number, at: number): number {
    const { chain, chainFrom } = this.#schedule;
    if (at === chainFrom[row + 1]) return this.#times.endBinding[row] as number;
    const code = chain[at] as number;
    const subject = subjectOf(code);
    const bindings = happeningOf(code) === STARTS ? this.#times.startBinding : this.#times.spawnBinding;
    return bindings[subject] as number;
  }

  /** The position of the event before, or NONE at the span's start; notes the gap in between. */
  #eventBefore(row: number, at: number): number {
    const { chainFrom, delayed, lastDelayed, count } = this.#schedule;
    const first = chainFrom[row] as number;
    const last = at === chainFrom[row + 1];
    const end = this.#timeAt(row, at);
    const start = at === first ? (this.#times.start[row] as number) : this.#timeAt(row, at - 1);
    const what = (last ? lastDelayed[row] : delayed[at]) === 1 ? DELAY : WORK;
    const during = what === DELAY && end > start ? this.#openChild(row, at - 1) : NONE;
    this.#note(row === count ? NONE : row, what, start, end, during);
    return at === first ? NONE : at - 1;
  }

  /** The child that began last among those that are open after an event and that the span waits for. */
  #openChild(row: number, after: number): number {
    const { chain, chainFrom, outlives } = this.#schedule;
    const ended = new Set<number>();
    for (let at = after; at >= (chainFrom[row] as number); at--) {
      const code = chain[at] as number;
      const subject = subjectOf(code);
      if (happeningOf(code) === ENDS) ended.add(subject);
      else if (happeningOf(code) === STARTS && !ended.has(subject) && !outlives[subject]) return subject;
    }
    return NONE;
  }

  #timeAt(row: number, at: number): number {
    const { chain, chainFrom } = this.#schedule;
    if (at === chainFrom[row + 1]) return this.#times.end[row] as number;
    const code = chain[at] as number;
    const subject = subjectOf(code);
    const what = happeningOf(code);
    if (what === STARTS) return this.#times.start[subject] as number;
    return (what === ENDS ? this.#times.end[subject] : this.#times.spawn[subject]) as number;
  }

  /** The position in the cause's chain that a link leads back to; notes the way in between. */
  #causeOf(link: number): [row: number, at: number] {
    const { links, chainFrom, spawnAt } = this.#schedule;
    const { from, to, spawned } = links[link] as ScheduleLink;
    if (spawned) return [from, spawnAt[link] as number];
    this.#note(to, TRANSIT, this.#times.end[from] as number, this.#times.start[to] as number, NONE);
    return [from, chainFrom[from + 1] as number];
  }

  #note(row: number, what: number, start: number, end: number, during: number): void {
    if (end > start) this.#pieces.push({ row, what, start, end, during });
  }
}
