import { getOrMake } from "../analysis/get-or-make.ts";
import type { EventFilter } from "./event-filter.ts";
import type { StreamEvent } from "./stream-event.ts";

/** One who follows a feed. */
export interface FeedMember {
  /** Frames of equal shape are made once. */
  readonly shape: string;
  frames(events: readonly StreamEvent[]): readonly Uint8Array[];
  /** Takes frames with everything up to an offset; whoever cannot take more leaves the feed by itself. */
  take(frames: readonly Uint8Array[], throughOffset: number): void;
  /** Takes events while it reads what lies before them; false when it cannot hold more. */
  hold(events: readonly StreamEvent[]): boolean;
  gap(from: number, to: number): void;
  /** Leaves the feed and reads from the log instead. */
  fallBack(): void;
  /** Everything up to an offset was sent, or did not pass the filter. */
  progress(throughOffset: number): void;
}

/** All subscriptions with one filter: matching and rendering is done once for them. */
export class EventFeed {
  readonly key: string;
  readonly project: string;
  readonly filter: EventFilter;
  /** How many there are, also of those who are neither live nor joining now. */
  subscriptions = 0;
  readonly live = new Set<FeedMember>();
  /** Those who still read what lies behind, and hold what comes meanwhile. */
  readonly joining = new Set<FeedMember>();
  #pending: StreamEvent[] = [];

  constructor(key: string, project: string, filter: EventFilter) {
    this.key = key;
    this.project = project;
    this.filter = filter;
  }

  get isFollowed(): boolean {
    return this.live.size + this.joining.size > 0;
  }

  get pending(): number {
    return this.#pending.length;
  }

  /** Takes those of the events that pass the filter. */
  offer(events: readonly StreamEvent[]): void {
    const passed = events.filter((event) => event.project === this.project && this.filter.matches(event));
    if (passed.length === 0) return;
    if (this.live.size > 0) this.#pending.push(...passed);
    for (const member of this.joining) if (!member.hold(passed)) this.joining.delete(member);
  }

  /** Sends what is pending, which is everything up to an offset. */
  flush(throughOffset: number): void {
    if (this.#pending.length === 0) return;
    const events = this.#pending;
    this.#pending = [];
    const byShape = new Map<string, readonly Uint8Array[]>();
    for (const member of this.live) {
      member.take(
        getOrMake(byShape, member.shape, () => member.frames(events)),
        throughOffset,
      );
    }
  }
}
