import type { StreamChannel, StreamFilter, StreamItems } from "../../model/stream.ts";

export type StateChannel = Exclude<StreamChannel, "events">;

/** Where the state of one subscription goes. */
export interface StateSink {
  /** `items` is a JSON array, made once for all subscribers. */
  send(op: "snapshot" | "update", items: string): void;
  isFull(): boolean;
}

type Item = StreamItems[keyof StreamItems];
type TakeSnapshot = () => Promise<readonly Item[]>;

interface Member {
  readonly sink: StateSink;
  readonly snapshot: TakeSnapshot;
  /** It has no state yet, or missed an update: it gets a snapshot as soon as it can take one. */
  isStale: boolean;
}

/** All subscriptions to one channel with one filter. */
export class StateFeed {
  readonly channel: StateChannel;
  readonly project: string;
  readonly filter: StreamFilter;
  readonly #members = new Set<Member>();
  #refreshing: Promise<void> | undefined;
  /** What changed while a snapshot is taken: it may not be in it. */
  #changedMeanwhile: Item[] = [];

  constructor(channel: StateChannel, project: string, filter: StreamFilter) {
    this.channel = channel;
    this.project = project;
    this.filter = filter;
  }

  get isEmpty(): boolean {
    return this.#members.size === 0;
  }

  /** The sink gets a snapshot, then updates, until the answered function is called. */
  add(sink: StateSink, snapshot: TakeSnapshot): () => void {
    const member: Member = { sink, snapshot, isStale: true };
    this.#members.add(member);
    // A store that is away is asked again at the next tick.
    void this.refreshStale().catch(() => undefined);
    return () => this.#members.delete(member);
  }

  /** Sends a snapshot to those who need one. Throws StoreError. */
  refreshStale(): Promise<void> {
    this.#refreshing ??= this.#refresh().finally(() => {
      this.#refreshing = undefined;
    });
    return this.#refreshing;
  }

  async #refresh(): Promise<void> {
    const stale = () => [...this.#members].filter(({ isStale, sink }) => isStale && !sink.isFull());
    const [first] = stale();
    if (first === undefined) return;
    this.#changedMeanwhile = [];
    const items = JSON.stringify(await first.snapshot());
    const changed = this.#changedMeanwhile.length === 0 ? undefined : JSON.stringify(this.#changedMeanwhile);
    for (const member of stale()) {
      member.sink.send("snapshot", items);
      if (changed !== undefined) member.sink.send("update", changed);
      member.isStale = false;
    }
  }

  /** Sends everybody the state anew. */
  outdate(): void {
    for (const member of this.#members) member.isStale = true;
  }

  /** Items that changed. */
  update(changed: readonly Item[]): void {
    if (changed.length === 0) return;
    if (this.#refreshing !== undefined) this.#changedMeanwhile.push(...changed);
    const items = JSON.stringify(changed);
    for (const member of this.#members) {
      if (member.isStale) continue;
      if (member.sink.isFull()) member.isStale = true;
      else member.sink.send("update", items);
    }
  }
}
