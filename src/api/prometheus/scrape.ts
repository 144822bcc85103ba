import type { FastifyBaseLogger } from "fastify";
import type { Clock } from "../../base/time.ts";
import type { IngestStats } from "../../ingest/ingest-stats.ts";
import { LoopDelay } from "../../live/loop-delay.ts";
import type { ServerStatus } from "../../model/shapes.ts";
import { type StoreClient, StoreError } from "../../store/client.ts";
import { exposition } from "./exposition.ts";
import { healthFamilies } from "./own-health.ts";
import { runFamilies } from "./run-families.ts";
import { SettledFigures, type SettledTotals } from "./settled-figures.ts";

export interface ScrapeParts {
  readonly store: StoreClient;
  readonly clock: Clock;
  readonly stats: IngestStats;
  readonly status: () => Promise<ServerStatus>;
  readonly logger: FastifyBaseLogger;
}

const AGE_MS = 5_000;
/** Asking the store takes at most this part of the time: one fiftieth. */
const PAUSE_FACTOR = 50;

/** What scrapers are told. The figures of runs are asked for every few seconds at most, whoever scrapes. */
export class Scrape {
  readonly #parts: ScrapeParts;
  readonly #settled: SettledFigures;
  readonly #delay = new LoopDelay();
  #totals: SettledTotals | undefined;
  #goodUntilMs = 0;
  #asking: Promise<void> | undefined;

  constructor(parts: ScrapeParts) {
    this.#parts = parts;
    this.#settled = new SettledFigures(parts.store, parts.clock);
  }

  stop(): void {
    this.#delay.stop();
  }

  async text(): Promise<string> {
    const { clock, status, stats } = this.#parts;
    if (clock.nowMs() >= this.#goodUntilMs) {
      this.#asking ??= this.#ask().finally(() => {
        this.#asking = undefined;
      });
      await this.#asking;
    }
    const health = healthFamilies(await status(), stats, this.#delay.take());
    return exposition([...health, ...(this.#totals === undefined ? [] : runFamilies(this.#totals))]);
  }

  async #ask(): Promise<void> {
    const { clock, logger } = this.#parts;
    const startMs = clock.nowMs();
    try {
      this.#totals = await this.#settled.totals();
    } catch (error) {
      // The store is away: how the server does has to be told all the more, with the figures as they were.
      if (!(error instanceof StoreError)) throw error;
      logger.warn(error, "The figures of runs for scrapers could not be read");
    }
    const endMs = clock.nowMs();
    this.#goodUntilMs = endMs + Math.max(AGE_MS, PAUSE_FACTOR * (endMs - startMs));
  }
}
