// The events of the open run. Of a run that is over they come page by page, in the order of time. Of one that goes on the
// first page is read in the order of delivery; the stream goes on behind it, first with the rest, then as it happens.

import { computed, signal } from "@preact/signals";
import type { RunEvent } from "../../model/shapes.ts";
import { ApiFailure, getJson } from "../base/api.ts";
import { stream } from "../base/page-stream.ts";
import { pathOf, type Query } from "../base/place.ts";
import { Resource } from "../base/resource.ts";
import { EMPTY_HISTORY, EVENTS_KEPT, type EventHistory, withEvents, withHeld } from "./event-history.ts";

interface EventPage {
  readonly events: readonly RunEvent[];
  readonly nextOffset?: string;
}

const PAGE_ROWS = 500;
/** What the stream brings is shown so often at most: it may bring thousands of events a second. */
const SHOW_EVERY_MS = 100;
const KNOWN_MAX = 4 * EVENTS_KEPT;
const BY_DELIVERY: Query = new Map([["order", ["offset"]]]);

export class RunEvents {
  readonly isLoadingMore = signal(false);
  /** Whether the list is scrolled to its end: then it follows, else it holds back what comes. */
  readonly isAtEnd = signal(true);
  /** Whether it grew while it was read: then it is gone on with where it was left. */
  isFollowed = false;
  readonly rows;
  readonly heldCount;
  readonly leftOut;
  readonly #runId: string;
  readonly #firstPage = new Resource<EventPage>();
  readonly #history = signal<EventHistory>(EMPTY_HISTORY);
  /** Ids of what came: pages and the stream may overlap. */
  #known = new Set<string>();
  #order: Query = new Map();
  #nextOffset: string | undefined;
  /** Behind it the stream goes on. */
  #delivered: string | undefined;
  #arrived: RunEvent[] = [];
  #showTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(runId: string) {
    this.#runId = runId;
    this.rows = computed(() => this.#history.value.events);
    this.heldCount = computed(() => this.#history.value.held.length);
    this.leftOut = computed(() => this.#history.value.leftOut);
  }

  get data() {
    return this.#firstPage.data;
  }

  get failure() {
    return this.#firstPage.failure;
  }

  get isLoading() {
    return this.#firstPage.isLoading;
  }

  /** Reads the events of a run that is over, unless they are there already. */
  load(): void {
    if (this.data.peek() === undefined) void this.#loadFirstPage(new Map());
  }

  /** Reads and follows the events of a run that goes on, until the answered function is called. */
  follow(): () => void {
    this.isFollowed = true;
    let isStopped = false;
    let stop = () => {
      isStopped = true;
    };
    const begin = this.data.peek() === undefined ? this.#loadFirstPage(BY_DELIVERY) : Promise.resolve();
    void begin.then(() => {
      if (!isStopped) stop = this.#followStream();
    });
    return () => stop();
  }

  /** Reads on until an event is there that `isEnough`, or nothing is left. */
  async loadUntil(isEnough: (event: RunEvent) => boolean): Promise<void> {
    while (this.#nextOffset !== undefined && !this.isLoadingMore.peek() && this.failure.peek() === undefined) {
      if (this.rows.peek().some(isEnough) || this.rows.peek().length >= EVENTS_KEPT) return;
      await this.loadMore();
    }
  }

  retry(): void {
    void this.#loadFirstPage(this.#order);
  }

  async loadMore(): Promise<void> {
    if (this.#nextOffset === undefined || this.isLoadingMore.peek()) return;
    this.isLoadingMore.value = true;
    const page = await this.#fetchOrFail(new Map([["after", [this.#nextOffset]]]));
    if (page !== undefined) this.#takePage(page);
    this.isLoadingMore.value = false;
  }

  showHeld(): void {
    this.#history.value = withHeld(this.#history.peek());
  }

  async #loadFirstPage(order: Query): Promise<void> {
    this.#order = order;
    await this.#firstPage.load((signal) => this.#fetch(order, signal));
    const page = this.data.peek();
    if (page === undefined || this.failure.peek() !== undefined) return;
    if (order === BY_DELIVERY) {
      this.#take(page.events, false);
      this.#delivered ??= page.events.at(-1)?.offset;
    } else this.#takePage(page);
  }

  #followStream(): () => void {
    const stop = stream.followEvents({ runId: this.#runId }, this.#delivered, {
      onEvents: (events) => {
        for (const { event } of events) this.#arrived.push(event);
        this.#showTimer ??= setTimeout(() => this.#show(), SHOW_EVERY_MS);
      },
      onOffset: (offset) => {
        this.#delivered = offset;
      },
      // What the stream passed over, or what came between the page and its beginning.
      onGap: (from) => void this.#fill(from),
      onCaughtUp: () => {
        if (this.#known.size === 0) void this.#fill(undefined);
      },
    });
    return () => {
      stop();
      this.#show();
    };
  }

  #show(): void {
    clearTimeout(this.#showTimer);
    this.#showTimer = undefined;
    const arrived = this.#arrived;
    this.#arrived = [];
    this.#take(arrived, !this.isAtEnd.peek());
  }

  async #fill(after: string | undefined): Promise<void> {
    let from = after;
    do {
      const query = from === undefined ? BY_DELIVERY : new Map([...BY_DELIVERY, ["after", [from]]]);
      const page = await this.#fetchOrFail(query);
      this.#take(page?.events ?? [], !this.isAtEnd.peek());
      from = page?.nextOffset;
    } while (from !== undefined);
  }

  #takePage(page: EventPage): void {
    this.#nextOffset = page.nextOffset;
    this.#take(page.events, false);
  }

  #take(events: readonly RunEvent[], isHeld: boolean): void {
    const more = events.filter(({ id }) => !this.#known.has(id));
    for (const { id } of more) this.#known.add(id);
    const history = withEvents(this.#history.peek(), more, isHeld);
    this.#history.value = history;
    if (this.#known.size > KNOWN_MAX) this.#known = new Set([...history.events, ...history.held].map(({ id }) => id));
  }

  async #fetchOrFail(query: Query): Promise<EventPage | undefined> {
    try {
      return await this.#fetch(query);
    } catch (error) {
      if (!(error instanceof ApiFailure)) throw error;
      this.failure.value = error;
      return undefined;
    }
  }

  #fetch(asked: Query, signal?: AbortSignal): Promise<EventPage> {
    const query = new Map(asked).set("limit", [String(PAGE_ROWS)]);
    const path = pathOf`/runs/${this.#runId}/events`;
    return getJson<EventPage>(path, { query, ...(signal === undefined ? {} : { signal }) });
  }
}
