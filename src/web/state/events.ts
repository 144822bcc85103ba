// Events over all runs: what the URL asks for, page by page, how many there are, and the live tail on top.

import { batch, computed, effect, signal } from "@preact/signals";
import type { RunEvent } from "../../model/shapes.ts";
import type { StreamedEvent } from "../../model/stream.ts";
import { ApiFailure, getJson } from "../base/api.ts";
import { stream } from "../base/page-stream.ts";
import { formatQuery, type Query, queryValue } from "../base/place.ts";
import { Resource } from "../base/resource.ts";
import { place, setQuery } from "../base/router.ts";
import type { RowList } from "../widgets/table.tsx";
import { EventList, type EventPage, type NextPage } from "./event-list.ts";
import { apiEventQuery, eventWindowQuery, isTailed, passesRest, streamFilter } from "./event-query.ts";
import { EventRate } from "./event-rate.ts";
import type { Facets } from "./run-facets.ts";

/** Counts over a window, as the API answers them. */
export interface EventCounts {
  readonly window: { readonly since: string; readonly until: string; readonly stepMs: number };
  readonly total: number;
  readonly levels: Readonly<Record<string, readonly number[]>>;
  readonly failed: readonly number[];
  readonly types: readonly { readonly type: string; readonly count: number }[];
  readonly otherTypes: number;
}

const PAGE_ROWS = 200;
/** The stream may bring thousands a second; nobody reads that fast, and pages have other things to do. */
const DRAW_EVERY_MS = 100;
const COUNT_EVERY_MS = 3_000;
const COUNT_FACTOR = 8;

const list = new EventList();
const drawn = signal(0);
const rate = new EventRate();
const firstPage = new Resource<EventPage>();

export const eventCounts = new Resource<EventCounts>();
/** The list as it is drawn: a new view of the same rows whenever they changed. */
export const eventRows = computed<RowList<RunEvent>>(() => whenDrawn(viewOf));
export const eventHeldCount = computed(() => whenDrawn(() => list.heldCount));
export const eventsLetGo = computed(() => whenDrawn(() => list.letGo));
export const hasMoreEvents = computed(() => whenDrawn(() => list.next !== undefined));
export const isLoadingMoreEvents = signal(false);
export const eventsPerSecond = signal<number | undefined>(undefined);
export const selectedEvent = computed(() => queryValue(place.value.query, "selected"));

export const isTailOn = computed(() => isTailed(place.value.query));
/** The list rests at its top. */
export const isAtTop = signal(true);
/** The reader paused it. */
const isStopped = signal(false);
/** Who reads must not have the rows taken away below the eyes. */
export const isHeld = computed(() => !isAtTop.value || isStopped.value || selectedEvent.value !== undefined);

/** Agents of the runs in the window, to choose from. */
const runFacets = new Resource<Facets>();
export const agentFacet = computed(() => runFacets.data.value?.["agent"] ?? []);

const asked = computed(() => formatQuery(apiEventQuery(place.value.query)));

export const eventPages = {
  data: firstPage.data,
  failure: firstPage.failure,
  isLoading: firstPage.isLoading,
  retry: () => void begin(),
};

/** Loads what the URL asks for, and follows it while it says so, until the answered function is called. */
export function loadEvents(): () => void {
  const isTail = isTailOn.value;
  // Read, so that another question begins anew.
  void asked.value;
  batch(() => {
    isStopped.value = false;
    isAtTop.value = true;
  });
  let stop: (() => void) | undefined;
  let isOver = false;
  void begin().then((through) => {
    if (!isOver && isTail && through !== undefined) stop = followTail(through);
  });
  const stopCounting = keepCounts(isTail);
  loadAgents();
  return () => {
    isOver = true;
    stop?.();
    stopCounting();
  };
}

let askedWindow: string | undefined;

function loadAgents(): void {
  const query = eventWindowQuery(place.peek().query);
  const window = formatQuery(query);
  if (window === askedWindow) return;
  askedWindow = window;
  void runFacets.load(async (signal) => (await getJson<{ facets: Facets }>("/runs/facets", { query, signal })).facets);
}

/** Fetches the first page; answers the offset that it reaches to. */
async function begin(): Promise<string | undefined> {
  const query = apiEventQuery(place.peek().query);
  await firstPage.load(async (signal) => {
    const page = await fetchPage(query, undefined, signal);
    list.begin(page);
    return page;
  });
  drawn.value++;
  return firstPage.failure.peek() === undefined ? firstPage.data.peek()?.through : undefined;
}

/** Fetches the page behind the last row. */
export async function loadMoreEvents(): Promise<void> {
  const next = list.next;
  if (next === undefined || isLoadingMoreEvents.peek() || firstPage.isLoading.peek()) return;
  isLoadingMoreEvents.value = true;
  try {
    list.takePage(next, await fetchPage(apiEventQuery(place.peek().query), next));
  } catch (error) {
    if (!(error instanceof ApiFailure)) throw error;
    firstPage.failure.value = error;
  } finally {
    isLoadingMoreEvents.value = false;
    drawn.value++;
  }
}

export function toggleTail(): void {
  setQuery({ tail: isTailOn.peek() ? undefined : "1", until: undefined, selected: undefined }, "step");
}

/** Goes on with the tail at its top, or stops it where it is. */
export function holdOrGoOn(): void {
  if (isHeld.peek()) goOn();
  else isStopped.value = true;
}

/** Shows what was held back and follows again. */
export function goOn(): void {
  list.release();
  batch(() => {
    isStopped.value = false;
    isAtTop.value = true;
    if (selectedEvent.peek() !== undefined) setQuery({ selected: undefined }, "quiet");
    drawn.value++;
  });
}

export function eventAtOffset(offset: string): RunEvent | undefined {
  return list.at(list.findIndex((event) => event.offset === offset));
}

/** What of the list is read anew with each drawing: it is no signal itself. */
function whenDrawn<T>(read: () => T): T {
  void drawn.value;
  return read();
}

function viewOf(): RowList<RunEvent> {
  return {
    length: list.length,
    at: (index) => list.at(index),
    slice: (from = 0, to = list.length) => list.slice(from, to),
    findIndex: (isWanted) => list.findIndex((event) => Boolean(isWanted(event, 0, []))),
  };
}

function followTail(through: string): () => void {
  const { query } = place.peek();
  const passes = passesRest(query);
  const draw = new Drawing(() => drawn.value++);
  rate.clear();
  const ticking = setInterval(() => {
    eventsPerSecond.value = rate.perSecond(performance.now());
  }, 1000);
  const take = (events: readonly StreamedEvent[]) => {
    const passed: RunEvent[] = [];
    for (const { event } of events) if (passes(event)) passed.push(event);
    rate.add(passed.length, performance.now());
    if (passed.length === 0) return;
    list.takeTail(passed, isHeld.peek());
    draw.soon();
  };
  const unfollow = stream.followEvents(streamFilter(query), through, {
    onEvents: take,
    // What was passed over is in the history by now, or nowhere.
    onGap: () => void begin(),
  });
  const stopResting = effect(() => {
    // A list that comes to rest at its top goes on.
    if (!isHeld.value && list.heldCount > 0) {
      list.release();
      draw.soon();
    }
  });
  return () => {
    unfollow();
    stopResting();
    clearInterval(ticking);
    draw.stop();
    eventsPerSecond.value = undefined;
  };
}

/** Draws once a frame at most, and not more often than anybody can see. */
class Drawing {
  readonly #draw: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #frame: number | undefined;

  constructor(draw: () => void) {
    this.#draw = draw;
  }

  soon(): void {
    this.#timer ??= setTimeout(() => {
      this.#frame = requestAnimationFrame(() => {
        this.#timer = undefined;
        this.#draw();
      });
    }, DRAW_EVERY_MS);
  }

  stop(): void {
    clearTimeout(this.#timer);
    if (this.#frame !== undefined) cancelAnimationFrame(this.#frame);
  }
}

/** Counts the events of the window, and while there is a tail again and again. */
function keepCounts(isTail: boolean): () => void {
  const query = apiEventQuery(place.peek().query);
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isOver = false;
  const again = async (counting: Promise<void>) => {
    const from = performance.now();
    await counting;
    if (isOver || !isTail) return;
    const pauseMs = Math.max(COUNT_EVERY_MS, COUNT_FACTOR * (performance.now() - from));
    timer = setTimeout(() => void again(document.hidden ? Promise.resolve() : eventCounts.refresh()), pauseMs);
  };
  void again(eventCounts.load((signal) => getJson<EventCounts>("/events/counts", { query, signal })));
  return () => {
    isOver = true;
    clearTimeout(timer);
  };
}

function fetchPage(query: Query, next: NextPage | undefined, signal?: AbortSignal): Promise<EventPage> {
  const full = new Map(query).set("limit", [String(PAGE_ROWS)]);
  if (next !== undefined) full.set("through", [next.through]);
  if (next?.cursor !== undefined) full.set("cursor", [next.cursor]);
  return getJson<EventPage>("/events", { query: full, ...(signal === undefined ? {} : { signal }) });
}
