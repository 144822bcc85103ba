import type { Clock } from "../../base/time.ts";
import { DEFAULT_PROJECT } from "../../ingest/access.ts";
import type { Status } from "../../model/shapes.ts";
import { StoreError } from "../../store/client.ts";
import { RunList, type RunListParts } from "./run-list.ts";

export interface RunningRunsParts extends RunListParts {
  readonly clock: Clock;
  /** Whether ingest has so much to do that figures wait. */
  readonly isBusy: () => boolean;
}

const AGE_MIN_MS = 2_000;
/** Counting takes at most this part of the time: one fiftieth. */
const PAUSE_FACTOR = 50;

/**
 * How many runs are open, and what their agents do now: of the newest runs that are not settled. Counted when somebody
 * asks, but not often, and not while ingest has the machine: then it is what it was.
 */
export class RunningRuns {
  readonly #parts: RunningRunsParts;
  #known: Status["running"] = { runs: 0, agents: {} };
  #goodUntilMs = 0;
  #counting: Promise<void> | undefined;

  constructor(parts: RunningRunsParts) {
    this.#parts = parts;
  }

  async now(): Promise<Status["running"]> {
    const { clock, isBusy } = this.#parts;
    if (clock.nowMs() < this.#goodUntilMs || isBusy()) return this.#known;
    this.#counting ??= this.#count().finally(() => {
      this.#counting = undefined;
    });
    await this.#counting;
    return this.#known;
  }

  async #count(): Promise<void> {
    const { clock } = this.#parts;
    const startMs = clock.nowMs();
    try {
      const facts = await new RunList(this.#parts).unsettled(DEFAULT_PROJECT);
      const open = facts.filter(({ run }) => run.status === "running" && run.agentic);
      const agents: Record<string, number> = {};
      for (const { state } of open.flatMap((run) => run.agents)) {
        if (state !== "done") agents[state] = (agents[state] ?? 0) + 1;
      }
      this.#known = { runs: open.length, agents };
    } catch (error) {
      // The store is away: status has to answer all the more, with what was known.
      if (!(error instanceof StoreError)) throw error;
    }
    const tookMs = clock.nowMs() - startMs;
    this.#goodUntilMs = startMs + Math.max(AGE_MIN_MS, PAUSE_FACTOR * tookMs);
  }
}
