import { JournalUnavailableError } from "../journal/journal.ts";
import { formatOffset, type Offset } from "../model/ids.ts";
import { LIMITS } from "../model/limits.ts";
import type { EventFeed, FeedMember } from "./event-feed.ts";
import type { EventHub } from "./event-hub.ts";
import type { LogReader } from "./event-log.ts";
import type { EventSink } from "./event-sink.ts";
import { isPassing } from "./passing-failure.ts";
import type { StreamEvent } from "./stream-event.ts";

export interface EventSubscriptionOptions {
  readonly hub: EventHub;
  readonly feed: EventFeed;
  readonly sink: EventSink;
  /** Deliver what lies behind this. */
  readonly after: Offset;
  readonly onFault: (error: unknown) => void;
}

const RETRY_MS_MIN = 100;
const RETRY_MS_MAX = 2_000;

/** One subscriber of events: in replay or live, see event-hub.ts. */
export class EventSubscription implements FeedMember {
  readonly #options: EventSubscriptionOptions;
  readonly feed: EventFeed;
  /** Everything up to here was sent, or did not pass the filter. */
  #cursor: Offset;
  /** What the feed brought while the log was read; undefined: it was too much. */
  #held: StreamEvent[] | undefined;
  #isLive = false;
  #isReplaying = false;
  #wasCaughtUp = false;
  #saidOffset = "";
  #isClosed = false;
  #reader: LogReader | undefined;
  #hasScope = false;
  #isWithinRetention = false;

  constructor(options: EventSubscriptionOptions) {
    this.#options = options;
    this.feed = options.feed;
    this.#cursor = options.after;
  }

  get shape(): string {
    return this.#options.sink.shape;
  }

  start(): void {
    void this.#replay();
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#options.hub.forget(this, this.feed);
  }

  frames(events: readonly StreamEvent[]): readonly Uint8Array[] {
    return this.#options.sink.frames(events);
  }

  take(frames: readonly Uint8Array[], throughOffset: number): void {
    const { sink } = this.#options;
    sink.send(frames);
    this.#cursor = { number: throughOffset, index: 0 };
    this.#saidOffset = "";
    if (sink.isFull()) this.fallBack();
  }

  hold(events: readonly StreamEvent[]): boolean {
    if (this.#held === undefined) return false;
    if (this.#held.length + events.length > LIMITS.streamHeldEvents) {
      this.#held = undefined;
      return false;
    }
    this.#held.push(...events);
    return true;
  }

  gap(from: number, to: number): void {
    this.#options.sink.gap(formatOffset(from), formatOffset(to));
  }

  progress(throughOffset: number): void {
    this.#cursor = { number: throughOffset, index: 0 };
    const offset = formatOffset(throughOffset);
    if (offset === this.#saidOffset) return;
    this.#saidOffset = offset;
    this.#options.sink.progress(offset);
  }

  /** Leaves the feed and reads from the log what comes. */
  fallBack(): void {
    this.#isLive = false;
    this.#held = undefined;
    // Of a run's traces some may have been told of in groups that nobody looked at.
    this.#hasScope = false;
    this.feed.live.delete(this);
    this.feed.joining.delete(this);
    if (!this.#isClosed && !this.#isReplaying) void this.#replay();
  }

  async #replay(): Promise<void> {
    this.#isReplaying = true;
    let retryMs = RETRY_MS_MIN;
    try {
      while (!this.#isClosed && !this.#isLive) {
        try {
          await this.#step();
          retryMs = RETRY_MS_MIN;
        } catch (error) {
          if (!isPassing(error)) throw error;
          const { number, index } = this.#cursor;
          this.#options.sink.progress(formatOffset(number, index), waitsFor(error));
          await new Promise((resolve) => setTimeout(resolve, retryMs).unref());
          retryMs = Math.min(2 * retryMs, RETRY_MS_MAX);
        }
      }
    } catch (error) {
      this.#options.onFault(error);
      this.#options.sink.failed();
      this.close();
    } finally {
      this.#isReplaying = false;
    }
  }

  /** One step towards live: a page of what the store has, or what waits in the journal and then over to the feed. */
  async #step(): Promise<void> {
    const { hub, sink } = this.#options;
    await hub.started();
    await this.#findScope();
    await this.#passExpired();
    const stored = Math.min(hub.log.loadedThrough, hub.committedOffset);
    if (this.#cursor.number < stored) {
      await this.#page(stored);
      return;
    }
    this.#held = [];
    const through = hub.join(this, this.feed);
    while (this.#isBefore(through) && this.#isHolding()) await this.#page(through);
    // Who starts at the newest record may be ahead of the hub.
    while (hub.doneOffset < this.#cursor.number && this.#isHolding()) await new Promise((next) => setTimeout(next, 1));
    await sink.drained();
    const held = this.#held;
    if (held === undefined || this.#isClosed) {
      this.feed.joining.delete(this);
      return;
    }
    hub.goLive(this, this.feed);
    this.#isLive = true;
    this.#held = undefined;
    this.#sendHeld(held.filter(({ event }) => event.offset > this.#cursor.number));
  }

  /** Whether anything up to an offset is still to be read: of a record that yields several events, the rest too. */
  #isBefore(through: number): boolean {
    const { number, index } = this.#cursor;
    return number < through || (number === through && index > 0);
  }

  #isHolding(): boolean {
    return this.#held !== undefined && !this.#isClosed;
  }

  #sendHeld(held: readonly StreamEvent[]): void {
    const { hub, sink } = this.#options;
    if (held.length > 0) sink.send(sink.frames(held));
    this.#cursor = { number: Math.max(this.#cursor.number, hub.doneOffset), index: 0 };
    if (!this.#wasCaughtUp) {
      this.#wasCaughtUp = true;
      sink.caughtUp(formatOffset(this.#cursor.number));
    }
    if (sink.isFull()) this.fallBack();
  }

  async #page(through: number): Promise<void> {
    const { hub, sink } = this.#options;
    await sink.drained();
    if (this.#isClosed) return;
    this.#reader ??= hub.log.reader(this.feed.project, this.feed.filter);
    const page = await this.#reader.page(this.#cursor, through);
    await hub.runs.resolve(this.feed.project, page.events);
    if (this.#isClosed) return;
    if (page.events.length > 0) sink.send(sink.frames(page.events));
    this.#cursor = page.next;
    await new Promise((resolve) => setImmediate(resolve));
  }

  /** Asks once which traces the run of the filter has; the feed learns of others by itself. */
  async #findScope(): Promise<void> {
    const { scope } = this.feed.filter;
    if (this.#hasScope || scope === undefined) return;
    for (const runId of [...scope.runIds]) await this.#options.hub.runs.widen(this.feed.project, runId, scope);
    this.#hasScope = true;
  }

  async #passExpired(): Promise<void> {
    const isNew = this.#cursor.number >= this.#options.hub.log.loadedThrough;
    if (this.#isWithinRetention || isNew) return;
    const expired = await this.#options.hub.log.expiredThrough();
    if (this.#cursor.number < expired) {
      this.gap(this.#cursor.number, expired);
      this.#cursor = { number: expired, index: 0 };
    }
    this.#isWithinRetention = true;
  }
}

/** What delivery waits for, in words for the client. */
function waitsFor(error: unknown): string {
  return error instanceof JournalUnavailableError ? error.message : "The store does not answer at the moment.";
}
