// The channel `key-metrics`: the five key figures over the last five minutes, taken every two seconds while somebody
// listens. They rest on runs that have ended and were quiet; what goes on now is in the other channels.

import { getOrMake } from "../../analysis/get-or-make.ts";
import { addKeySums, keyFigures } from "../../analysis/key-metrics.ts";
import { type Clock, nsFromMs } from "../../base/time.ts";
import { isPassing } from "../../live/passing-failure.ts";
import { LIMITS } from "../../model/limits.ts";
import type { KeyMetric } from "../../model/stream.ts";
import type { StoreClient } from "../../store/client.ts";
import { keySums } from "../figures/key-sums.ts";
import { StateFeed, type StateSink } from "./state-feed.ts";

export interface KeyMetricsParts {
  readonly store: StoreClient;
  readonly clock: Clock;
  readonly isBusy: () => boolean;
  readonly onFault: (error: unknown) => void;
}

const WINDOW_MIN = 5;
const MS_PER_MIN = 60_000;
const NOTHING = addKeySums([]);
const EVERY_MS = 2_000;
const PAUSE_FACTOR = 10;

export class KeyMetricsTicker {
  readonly #parts: KeyMetricsParts;
  readonly #feeds = new Map<string, StateFeed>();
  #timer: NodeJS.Timeout | undefined;

  constructor(parts: KeyMetricsParts) {
    this.#parts = parts;
  }

  subscribe(project: string, sink: StateSink): () => void {
    const feed = getOrMake(this.#feeds, project, () => new StateFeed("key-metrics", project, {}));
    const leave = feed.add(sink, () => this.#figures(project));
    if (this.#timer === undefined) this.#schedule(EVERY_MS);
    return () => {
      leave();
      if (feed.isEmpty) this.#feeds.delete(project);
    };
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#feeds.clear();
  }

  #schedule(ms: number): void {
    this.#timer = setTimeout(() => void this.#tick(), ms).unref();
  }

  async #tick(): Promise<void> {
    if (this.#feeds.size === 0) {
      this.#timer = undefined;
      return;
    }
    const startMs = performance.now();
    try {
      for (const feed of this.#parts.isBusy() ? [] : this.#feeds.values()) {
        await feed.refreshStale();
        feed.update(await this.#figures(feed.project));
      }
    } catch (error) {
      if (!isPassing(error)) this.#parts.onFault(error);
    }
    this.#schedule(Math.max(EVERY_MS, PAUSE_FACTOR * (performance.now() - startMs)));
  }

  async #figures(project: string): Promise<KeyMetric[]> {
    const nowMs = this.#parts.clock.nowMs();
    const window = {
      sinceNs: nsFromMs(nowMs - WINDOW_MIN * MS_PER_MIN),
      untilNs: nsFromMs(nowMs + LIMITS.clockAheadMs),
    };
    const [row] = await keySums(this.#parts.store, project, window);
    return keyFigures(row?.sums ?? NOTHING, WINDOW_MIN).map((figure) => ({ ...figure, windowMin: WINDOW_MIN }));
  }
}
