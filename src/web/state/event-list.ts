// Events as one list, the newest first: what the live tail brings on top of what was searched for. Pure.
//
//   tail      behind an offset, in the order of delivery, as the stream brings it; the newest so many
//   history   up to that offset, page by page, in the order of time
//
// New ones come in at the top, as in most tools for logs, though `tail -f` adds at the bottom: the history goes on below
// without end, so both are one list in one order, and turning the tail on moves nothing.
//
// So nothing is missing between both and nothing there twice. While the list is read the tail is held back and counted.
// When rows are let go, at the end, the history begins anew behind the last row that was kept.

import type { RunEvent } from "../../model/shapes.ts";
import { Ring } from "../base/ring.ts";

export interface EventPage {
  readonly events: readonly RunEvent[];
  /** Everything up to this offset was looked at. */
  readonly through: string;
  readonly nextCursor?: string;
}

/** What the next page of the history is asked for by; undefined: there is none. */
export interface NextPage {
  readonly through: string;
  readonly cursor?: string;
}

/** More than anybody reads, and little enough for a browser. */
export const EVENTS_KEPT = 5_000;

export class EventList {
  readonly #kept: number;
  #tail: Ring<RunEvent>;
  #held: Ring<RunEvent>;
  #heldCount = 0;
  #history: RunEvent[] = [];
  #next: NextPage | undefined;
  #letGo = 0;

  constructor(kept = EVENTS_KEPT) {
    this.#kept = kept;
    this.#tail = new Ring(kept);
    this.#held = new Ring(kept);
  }

  get length(): number {
    return this.#tail.length + this.#history.length;
  }

  get heldCount(): number {
    return this.#heldCount;
  }

  get next(): NextPage | undefined {
    return this.#next;
  }

  /** How many rows were let go and can be loaded again. */
  get letGo(): number {
    return this.#letGo;
  }

  at(index: number): RunEvent | undefined {
    return index < this.#tail.length ? this.#tail.at(index) : this.#history[index - this.#tail.length];
  }

  slice(from: number, to: number): RunEvent[] {
    const rows: RunEvent[] = [];
    for (let index = Math.max(0, from); index < Math.min(to, this.length); index++) {
      rows.push(this.at(index) as RunEvent);
    }
    return rows;
  }

  findIndex(isWanted: (event: RunEvent) => boolean): number {
    for (let index = 0; index < this.length; index++) if (isWanted(this.at(index) as RunEvent)) return index;
    return -1;
  }

  /** Begins anew with the first page of another search. */
  begin({ events, through, nextCursor }: EventPage): void {
    this.#tail.clear();
    this.#dropHeld();
    this.#history = [...events];
    this.#letGo = 0;
    this.#next = nextCursor === undefined ? undefined : { through, cursor: nextCursor };
  }

  /** Takes a page of the history that was asked for by `asked`; what is not asked for any more is ignored. */
  takePage(asked: NextPage, { events, through, nextCursor }: EventPage): void {
    if (asked !== this.#next) return;
    const known = new Set(this.slice(0, this.length).map(({ id }) => id));
    const more = events.filter(({ id }) => !known.has(id));
    this.#history.push(...more);
    this.#letGo = Math.max(0, this.#letGo - more.length);
    this.#next = nextCursor === undefined ? undefined : { through, cursor: nextCursor };
  }

  /** Takes what the stream brought, in the order of delivery. */
  takeTail(events: readonly RunEvent[], isHeld: boolean): void {
    if (isHeld) {
      for (const event of events) this.#held.add(event);
      this.#heldCount += events.length;
      return;
    }
    this.release();
    for (const event of events) this.#add(event);
    this.#letGoOlder();
  }

  /** Lets in what was held back. */
  release(): void {
    if (this.#heldCount === 0) return;
    // More came than is kept: what was shown is older than what lies between.
    const isCutOff = this.#heldCount > this.#held.length;
    if (isCutOff) {
      this.#letGo += this.length + this.#heldCount - this.#held.length;
      this.#tail.clear();
    }
    for (let index = this.#held.length - 1; index >= 0; index--) this.#add(this.#held.at(index) as RunEvent);
    this.#dropHeld();
    if (isCutOff) this.#beginHistoryAnew(0);
    this.#letGoOlder();
  }

  #add(event: RunEvent): void {
    if (this.#tail.add(event)) this.#beginHistoryAnew(this.#history.length + 1);
  }

  #letGoOlder(): void {
    if (this.#history.length > 0 && this.length > this.#kept) this.#beginHistoryAnew(this.#history.length);
  }

  #beginHistoryAnew(count: number): void {
    this.#letGo += count;
    this.#history = [];
    const oldest = this.#tail.at(this.#tail.length - 1);
    this.#next = oldest && { through: oldest.offset };
  }

  #dropHeld(): void {
    if (this.#heldCount > 0) this.#held.clear();
    this.#heldCount = 0;
  }
}
