// Hands events to subscribers as they become durable. A subscriber is in one of two states:
//
//   replay   reads the log page by page behind its offset, at the pace at which it takes what it is sent
//   live     follows a feed; all subscribers with one filter share it, and the frames that it makes
//
//   commit group ─▶ queue ─(slices)─▶ events, each id once ─▶ feeds ─(20 ms or 500 events)─▶ live subscribers
//
// Going over to live: the subscriber begins to hold what its feed brings, reads the log up to where the hub was at that
// moment, and then sends what it held. Nothing is missed and nothing sent twice. One that is too slow, or a queue that
// has grown too long, goes the other way: back into replay, from the offset that was reached.
//
// While nobody listens nothing is decoded. With the first subscriber the ids of the newest events are read from the log,
// so that a repeat of one of them is known as one.

import type { CommittedGroup } from "../model/committed-group.ts";
import type { Offset } from "../model/ids.ts";
import { LIMITS } from "../model/limits.ts";
import type { StreamFilter } from "../model/stream.ts";
import { readBlocks } from "../store/native/block-reader.ts";
import { EventFeed, type FeedMember } from "./event-feed.ts";
import { EventFilter, type RunScope } from "./event-filter.ts";
import { type EventLog, recordBlocks } from "./event-log.ts";
import { eventsAt, type Place, placesOf, type Wanted } from "./event-records.ts";
import type { EventSink } from "./event-sink.ts";
import { EventSubscription } from "./event-subscription.ts";
import { RecentIds } from "./recent-ids.ts";
import type { RunNames } from "./run-names.ts";
import type { StreamEvent } from "./stream-event.ts";

export interface EventHubOptions {
  readonly log: EventLog;
  readonly runs: RunNames;
  /** The newest durable record when the hub is made. */
  readonly durableOffset: number;
  /** Called with what should not have been thrown. */
  readonly onFault: (error: unknown) => void;
}

/** A group that waits to be looked at. */
interface QueuedGroup {
  readonly spans: Uint8Array | undefined;
  readonly events: Uint8Array | undefined;
  readonly statements: Uint8Array | undefined;
  readonly rows: number;
  readonly firstOffset: number;
  readonly lastOffset: number;
}

/** The main thread is given back after so long. */
const SLICE_MS = 6;
const SLICE_RECORDS = 200;
/** After the last subscriber has gone it may be that one comes back. */
const IDLE_AFTER_MS = 10_000;
const PROGRESS_EVERY_MS = 5_000;

export class EventHub {
  readonly #options: EventHubOptions;
  readonly #feeds = new Map<string, EventFeed>();
  readonly #subscriptions = new Set<EventSubscription>();
  #queue: QueuedGroup[] = [];
  #queuedRows = 0;
  #committed: number;
  /** Everything up to this offset was handed to the feeds. */
  #done: number;
  #recent: RecentIds | undefined;
  #starting: Promise<void> | undefined;
  #isActive = false;
  /** Since the newest ids were asked for last, records were dropped from the queue. */
  #overflowed = false;
  #isPumping = false;
  #flushTimer: NodeJS.Timeout | undefined;
  #flushedAtMs = 0;
  #idleTimer: NodeJS.Timeout | undefined;
  readonly #progressTimer: NodeJS.Timeout;
  #isClosed = false;

  constructor(options: EventHubOptions) {
    this.#options = options;
    this.#committed = options.durableOffset;
    this.#done = options.durableOffset;
    this.#progressTimer = setInterval(() => this.#tellProgress(), PROGRESS_EVERY_MS).unref();
  }

  /** Everything up to this offset was handed to the feeds. */
  get doneOffset(): number {
    return this.#done;
  }

  /** The newest record that is durable. */
  get committedOffset(): number {
    return this.#committed;
  }

  get log(): EventLog {
    return this.#options.log;
  }

  get runs(): RunNames {
    return this.#options.runs;
  }

  /** Takes a group that is on disk: its blocks are copied. */
  committed({ blocks, firstOffset, lastOffset, counts }: CommittedGroup): void {
    this.#committed = lastOffset;
    if (!this.#isActive || this.#isClosed) return;
    const copyOf = (name: string) => blocks.find(({ tableName }) => tableName === name)?.block.slice();
    const rows = counts.spans + counts.events;
    this.#queue.push({
      ...{ rows, firstOffset, lastOffset },
      spans: copyOf("spans"),
      events: copyOf("events"),
      statements: copyOf("run_traces"),
    });
    this.#queuedRows += rows;
    if (this.#queuedRows > LIMITS.liveQueueRows) this.#overflow();
    else if (this.#recent !== undefined) this.#pumpLater();
  }

  /** Starts to deliver what lies behind `after`, or what comes from now on. */
  subscribe(project: string, filter: StreamFilter, after: Offset | undefined, sink: EventSink): EventSubscription {
    const feed = this.#feedOf(project, filter);
    const subscription = new EventSubscription({
      ...{ hub: this, feed, sink, onFault: this.#options.onFault },
      after: after ?? { number: this.#committed, index: 0 },
    });
    this.#subscriptions.add(subscription);
    feed.subscriptions++;
    this.#isActive = true;
    clearTimeout(this.#idleTimer);
    subscription.start();
    return subscription;
  }

  /** A subscription was closed. */
  forget(subscription: EventSubscription, feed: EventFeed): void {
    this.#subscriptions.delete(subscription);
    feed.live.delete(subscription);
    feed.joining.delete(subscription);
    if (--feed.subscriptions === 0) this.#feeds.delete(feed.key);
    if (this.#subscriptions.size > 0) return;
    clearTimeout(this.#idleTimer);
    this.#idleTimer = setTimeout(() => this.#rest(), IDLE_AFTER_MS).unref();
  }

  close(): void {
    this.#isClosed = true;
    clearInterval(this.#progressTimer);
    clearTimeout(this.#idleTimer);
    clearTimeout(this.#flushTimer);
    for (const subscription of [...this.#subscriptions]) subscription.close();
    this.#queue = [];
  }

  /** Resolves when the hub follows the log. Throws StoreError or JournalUnavailableError; both may pass. */
  async started(): Promise<void> {
    while (this.#recent === undefined && !this.#isClosed) await this.#begin();
  }

  /** From now on the member is handed what comes behind the answered offset, to hold. */
  join(member: FeedMember, feed: EventFeed): number {
    feed.joining.add(member);
    return this.#done;
  }

  /** The member has sent what it held: from now on it is sent what the feed brings. */
  goLive(member: FeedMember, feed: EventFeed): void {
    // What is pending was held by this member, and is not to be sent to it again.
    feed.flush(this.#done);
    feed.joining.delete(member);
    feed.live.add(member);
  }

  #feedOf(project: string, filter: StreamFilter): EventFeed {
    const key = JSON.stringify([project, filter.runId, filter.agent, filter.types, filter.level]);
    const known = this.#feeds.get(key);
    if (known !== undefined) return known;
    const scope: RunScope | undefined =
      filter.runId === undefined ? undefined : { traceIds: new Set(), runIds: new Set([filter.runId]) };
    const feed = new EventFeed(key, project, new EventFilter(filter, scope));
    this.#feeds.set(key, feed);
    return feed;
  }

  /** Begins to follow the log at its end: learns which ids went by lately. */
  #begin(): Promise<void> {
    if (this.#recent !== undefined) return Promise.resolve();
    this.#starting ??= this.#learn().finally(() => {
      this.#starting = undefined;
    });
    return this.#starting;
  }

  async #learn(): Promise<void> {
    this.#queue = [];
    this.#queuedRows = 0;
    this.#overflowed = false;
    // What was said of traces meanwhile went by unread.
    this.#options.runs.forgetAll();
    const through = this.#committed;
    const recent = new RecentIds(LIMITS.liveRecentIds);
    await this.#options.log.noteNewest(through, LIMITS.liveRecentRecords, recent);
    // A queue that overflowed while the ids were read begins behind records that nobody looked at: once more.
    if (this.#overflowed) return;
    this.#done = through;
    this.#recent = recent;
    this.#pumpLater();
  }

  /** Nobody listens any more. */
  #rest(): void {
    this.#isActive = false;
    this.#recent = undefined;
    this.#queue = [];
    this.#queuedRows = 0;
  }

  /** Too much waits: everybody reads it from the log instead. */
  #overflow(): void {
    this.#queue = [];
    this.#queuedRows = 0;
    this.#overflowed = true;
    if (this.#recent === undefined) return;
    this.#recent = undefined;
    for (const feed of this.#feeds.values()) {
      feed.flush(this.#done);
      for (const member of [...feed.live, ...feed.joining]) member.fallBack();
    }
  }

  #pumpLater(): void {
    if (this.#isPumping) return;
    this.#isPumping = true;
    setImmediate(() => void this.#pump());
  }

  async #pump(): Promise<void> {
    try {
      for (let group = this.#queue[0]; group !== undefined && this.#recent !== undefined; group = this.#queue[0]) {
        const isDone = await this.#handOut(group, this.#recent);
        if (!isDone) break;
        this.#queue.shift();
        this.#queuedRows -= group.rows;
        this.#done = group.lastOffset;
        this.#flushWhenDue();
      }
    } catch (error) {
      this.#options.onFault(error);
      this.#overflow();
    } finally {
      this.#isPumping = false;
    }
    // Groups that came while a pump that had to stop was ending.
    if (this.#queue.length > 0 && this.#recent !== undefined) this.#pumpLater();
  }

  /** Hands the events of a group to the feeds, in slices; false when the hub stopped to follow meanwhile. */
  async #handOut(group: QueuedGroup, recent: RecentIds): Promise<boolean> {
    if (group.statements !== undefined) this.#learnStatements(group.statements, group.firstOffset);
    const places = placesOf(
      recordBlocks(group.spans === undefined ? [] : [group.spans], group.events === undefined ? [] : [group.events]),
    );
    const wanted = this.#wanted();
    let since = performance.now();
    for (let at = 0; at < places.length; at += SLICE_RECORDS) {
      const slice = places.slice(at, at + SLICE_RECORDS);
      this.#offer(eventsAt(slice, recent, wanted));
      this.#done = (slice.at(-1) as Place).offset;
      if (performance.now() - since < SLICE_MS) continue;
      this.#flushWhenDue();
      await new Promise((resolve) => setImmediate(resolve));
      if (this.#recent !== recent) return false;
      since = performance.now();
    }
    return true;
  }

  #offer(events: readonly StreamEvent[]): void {
    if (events.length === 0) return;
    for (const event of events) {
      if (event.namedRun === "" && event.event.traceId !== "") event.runId = this.#options.runs.of(event.event.traceId);
    }
    for (const feed of this.#feeds.values()) if (feed.isFollowed) feed.offer(events);
  }

  /** Whether any feed may want a record's events. */
  #wanted(): Wanted {
    const filters = [...this.#feeds.values()].filter((feed) => feed.isFollowed).map(({ filter }) => filter);
    return {
      derived: (types, traceId) =>
        filters.some((filter) => filter.isInScope(traceId, "") && filter.mayPassDerived(types)),
      sent: (traceId, namedRun) => filters.some((filter) => filter.isInScope(traceId, namedRun)),
    };
  }

  /** Traces join a run: those who follow it follow them too, and are told of what went by before. */
  #learnStatements(bytes: Uint8Array, firstOffset: number): void {
    for (const block of readBlocks(bytes)) {
      for (let row = 0; row < block.rows; row++) {
        const traceId = block.texts("trace_id").text(row);
        const runId = block.texts("run_id").text(row);
        this.#options.runs.forget(traceId);
        for (const feed of this.#feeds.values()) this.#widen(feed, traceId, runId, firstOffset);
      }
    }
  }

  #widen({ filter: { scope }, live, joining }: EventFeed, traceId: string, runId: string, firstOffset: number): void {
    if (scope === undefined) return;
    const { traceIds, runIds } = scope;
    if (traceIds.has(traceId)) {
      runIds.add(runId);
      return;
    }
    // A statement may name the run, or a trace of it.
    if (!runIds.has(runId) && !traceIds.has(runId)) return;
    traceIds.add(traceId);
    const from = this.#options.runs.firstOffset(traceId);
    if (from === undefined || from >= firstOffset) return;
    for (const member of [...live, ...joining]) member.gap(from, firstOffset);
  }

  #flushWhenDue(): void {
    const nowMs = performance.now();
    let most = 0;
    for (const feed of this.#feeds.values()) most = Math.max(most, feed.pending);
    if (most === 0) return;
    const waitMs = this.#flushedAtMs + LIMITS.streamBatchMs - nowMs;
    if (waitMs <= 0 || most >= LIMITS.streamBatchEvents) this.#flush();
    else this.#flushTimer ??= setTimeout(() => this.#flush(), waitMs);
  }

  #flush(): void {
    clearTimeout(this.#flushTimer);
    this.#flushTimer = undefined;
    this.#flushedAtMs = performance.now();
    for (const feed of this.#feeds.values()) feed.flush(this.#done);
  }

  #tellProgress(): void {
    for (const feed of this.#feeds.values()) {
      feed.flush(this.#done);
      for (const member of feed.live) member.progress(this.#done);
    }
  }
}
