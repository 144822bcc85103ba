// When everything of a schedule happens if work took other lengths of time, and what each instant waited for.

import { NONE } from "../model/run-columns.ts";
import { ENDS, happeningOf, type Schedule, type ScheduleLink, STARTS, subjectOf } from "./schedule.ts";

/** How much longer (or shorter) things take than they did. */
export interface Factors {
  /** Of each span's own work; one entry per row and one for the run. */
  readonly own: Float64Array;
  /** Of fixed delays, and of what links take to arrive. */
  readonly delay: number;
}

/** What an instant waited for: the event before it, the end of a row, or a link. */
export const BY_PREVIOUS = -1;
export const BY_END = 0;
export const BY_LINK = 1;

export interface Times {
  readonly start: Float64Array;
  readonly end: Float64Array;
  /** BY_PREVIOUS, or twice the row or link plus BY_END or BY_LINK. */
  readonly startBinding: Int32Array;
  readonly endBinding: Int32Array;
  /** Per link from an open span: its instant. */
  readonly spawn: Float64Array;
  readonly spawnBinding: Int32Array;
}

export function measured(schedule: Pick<Schedule, "count">): Factors {
  return { own: new Float64Array(schedule.count + 1).fill(1), delay: 1 };
}

export function timesOf(schedule: Schedule, factors: Factors): Times {
  return new Clockwork(schedule, factors).run();
}

const WAITING = 1;
const OVER = 2;

class Clockwork {
  readonly #schedule: Schedule;
  readonly #factors: Factors;
  readonly #times: Times;
  /** The next event of each span. */
  readonly #next: Int32Array;
  /** The instant of the event before it. */
  readonly #last: Float64Array;
  /** The latest end among a span's past events, and whose. */
  readonly #latest: Float64Array;
  readonly #latestRow: Int32Array;
  readonly #state: Uint8Array;
  /** Links whose cause is known, or that were dropped to open a ring. */
  readonly #settled: Uint8Array;
  readonly #dropped: Uint8Array;
  readonly #ready: number[] = [];

  constructor(schedule: Schedule, factors: Factors) {
    const size = schedule.count + 1;
    this.#schedule = schedule;
    this.#factors = factors;
    this.#times = {
      start: new Float64Array(size),
      end: new Float64Array(size),
      startBinding: new Int32Array(size).fill(BY_PREVIOUS),
      endBinding: new Int32Array(size).fill(BY_PREVIOUS),
      spawn: new Float64Array(schedule.links.length),
      spawnBinding: new Int32Array(schedule.links.length).fill(BY_PREVIOUS),
    };
    this.#next = schedule.chainFrom.slice(0, size);
    this.#last = new Float64Array(size);
    this.#latest = new Float64Array(size).fill(Number.NEGATIVE_INFINITY);
    this.#latestRow = new Int32Array(size).fill(NONE);
    this.#state = new Uint8Array(size);
    this.#settled = new Uint8Array(schedule.links.length);
    this.#dropped = new Uint8Array(schedule.links.length);
  }

  run(): Times {
    const { count, start } = this.#schedule;
    this.#begin(count, start[count] as number);
    while (this.#state[count] !== OVER) {
      const row = this.#ready.pop();
      if (row === undefined) this.#openRing();
      else this.#advance(row);
    }
    return this.#times;
  }

  #begin(row: number, at: number): void {
    this.#times.start[row] = at;
    this.#last[row] = at;
    this.#ready.push(row);
  }

  /** Takes a span through its events until one has to wait. */
  #advance(row: number): void {
    const { chain, chainFrom } = this.#schedule;
    const until = chainFrom[row + 1] as number;
    for (let at = this.#next[row] as number; at < until; at++) {
      this.#next[row] = at;
      const what = happeningOf(chain[at] as number);
      const subject = subjectOf(chain[at] as number);
      const unknown = what === ENDS ? this.#state[subject] !== OVER : what === STARTS && !this.#causesKnown(subject);
      if (unknown) {
        this.#state[row] = WAITING;
        return;
      }
      if (what === ENDS) this.#noteEnd(row, subject);
      else if (what === STARTS) this.#startChild(row, at, subject);
      else this.#spawn(row, at, subject);
    }
    this.#next[row] = until;
    this.#finish(row);
  }

  #wake(row: number): void {
    if (this.#state[row] !== WAITING) return;
    this.#state[row] = 0;
    this.#ready.push(row);
  }

  #causesKnown(row: number): boolean {
    const links = this.#schedule.linksTo.get(row);
    return links === undefined || links.every((link) => this.#settled[link] === 1);
  }

  #gapBefore(row: number, at: number): number {
    const { gap, delayed } = this.#schedule;
    return (gap[at] as number) * this.#factor(row, delayed[at] === 1);
  }

  #factor(row: number, delayed: boolean): number {
    return delayed ? this.#factors.delay : (this.#factors.own[row] as number);
  }

  #startChild(row: number, at: number, child: number): void {
    let time = (this.#last[row] as number) + this.#gapBefore(row, at);
    let binding = BY_PREVIOUS;
    const links = this.#schedule.linksTo.get(child)?.filter((link) => this.#dropped[link] === 0) ?? [];
    if (links.length > 0 && row === this.#schedule.count) time = Number.NEGATIVE_INFINITY;
    for (const link of links) {
      const arrives = this.#arrival(link);
      if (arrives < time) continue;
      time = arrives;
      binding = 2 * link + BY_LINK;
    }
    const held = links.length > 0 && row === this.#schedule.count;
    if (!held && (this.#latest[row] as number) >= time) {
      time = this.#latest[row] as number;
      binding = 2 * (this.#latestRow[row] as number) + BY_END;
    }
    this.#times.startBinding[child] = binding;
    this.#last[row] = time;
    this.#begin(child, time);
  }

  #arrival(link: number): number {
    const { from, spawned, transit } = this.#schedule.links[link] as ScheduleLink;
    if (spawned) return this.#times.spawn[link] as number;
    return (this.#times.end[from] as number) + transit * this.#factors.delay;
  }

  #spawn(row: number, at: number, link: number): void {
    let time = (this.#last[row] as number) + this.#gapBefore(row, at);
    if ((this.#latest[row] as number) >= time) {
      time = this.#latest[row] as number;
      this.#times.spawnBinding[link] = 2 * (this.#latestRow[row] as number) + BY_END;
    }
    this.#times.spawn[link] = time;
    this.#last[row] = time;
    this.#settle(link);
  }

  #settle(link: number): void {
    this.#settled[link] = 1;
    const { to } = this.#schedule.links[link] as ScheduleLink;
    this.#wake(this.#schedule.parent[to] as number);
  }

  /** A child has ended: the latest end wins; at ties the later start, then the smaller id. */
  #noteEnd(row: number, child: number): void {
    const end = this.#times.end[child] as number;
    this.#last[row] = end;
    const latest = this.#latest[row] as number;
    if (end < latest || (end === latest && !this.#precedes(child, this.#latestRow[row] as number))) return;
    this.#latest[row] = end;
    this.#latestRow[row] = child;
  }

  #precedes(a: number, b: number): boolean {
    const difference = (this.#times.start[a] as number) - (this.#times.start[b] as number);
    if (difference !== 0) return difference > 0;
    return (this.#schedule.spanIds[a] as string) < (this.#schedule.spanIds[b] as string);
  }

  #finish(row: number): void {
    const { lastGap, lastDelayed, parent, linksFromEnd } = this.#schedule;
    let time = (this.#last[row] as number) + (lastGap[row] as number) * this.#factor(row, lastDelayed[row] === 1);
    if ((this.#latest[row] as number) >= time) {
      time = this.#latest[row] as number;
      this.#times.endBinding[row] = 2 * (this.#latestRow[row] as number) + BY_END;
    }
    this.#times.end[row] = time;
    this.#state[row] = OVER;
    for (const link of linksFromEnd.get(row) ?? []) this.#settle(link);
    if (parent[row] !== NONE) this.#wake(parent[row] as number);
  }

  /** Nothing can go on: drops the links to the earliest start that waits for one. */
  #openRing(): void {
    const { chain, count, start, linksTo } = this.#schedule;
    let earliest = NONE;
    for (let row = 0; row <= count; row++) {
      if (this.#state[row] !== WAITING) continue;
      const code = chain[this.#next[row] as number] as number;
      const subject = subjectOf(code);
      if (happeningOf(code) !== STARTS) continue;
      if (earliest === NONE || (start[subject] as number) < (start[earliest] as number)) earliest = subject;
    }
    for (const link of linksTo.get(earliest) ?? []) {
      if (this.#settled[link] === 1) continue;
      this.#dropped[link] = 1;
      this.#settle(link);
    }
  }
}
