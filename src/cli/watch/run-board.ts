import { parseInstant } from "../../base/time.ts";
import type { Run } from "../../model/shapes.ts";
import { isOpenRun } from "../../model/vocabulary.ts";

export interface RunBoardOptions {
  /** At most so many rows, the newest. */
  readonly limit: number;
  readonly passes: (run: Run) => boolean;
}

interface Row {
  readonly run: Run;
  readonly startedNs: bigint;
  /** When it was told, milliseconds of the caller's clock. */
  readonly toldMs: number;
}

/** Rows beyond the limit that are kept, to step in for those that no longer pass. */
const SPARE = 200;

/** The newest runs, as far as they were told. */
export class RunBoard {
  readonly #options: RunBoardOptions;
  readonly #rows = new Map<string, Row>();

  constructor(options: RunBoardOptions) {
    this.#options = options;
  }

  /** Takes runs as they are now: whole ones, in the place of what was told of them before. */
  put(runs: readonly Run[], nowMs: number): void {
    for (const run of runs) {
      // A trace is a run of its own until it is known to which run it belongs.
      for (const trace of run.traces) if (trace !== run.id) this.#rows.delete(trace);
      if (!this.#options.passes(run)) this.#rows.delete(run.id);
      else this.#rows.set(run.id, { run, startedNs: parseInstant(run.startedAt) ?? 0n, toldMs: nowMs });
    }
    const { limit } = this.#options;
    if (this.#rows.size > limit + 2 * SPARE) {
      for (const { run } of this.#newestFirst().slice(limit + SPARE)) this.#rows.delete(run.id);
    }
  }

  /** Takes a whole list: what is not in it is gone. */
  replace(runs: readonly Run[], nowMs: number): void {
    this.#rows.clear();
    this.put(runs, nowMs);
  }

  /** The newest first; what is open has gone on since it was told. */
  runs(nowMs: number): Run[] {
    const shown = this.#newestFirst().slice(0, this.#options.limit);
    return shown.map(({ run, toldMs }) => {
      return isOpenRun(run) ? { ...run, durationMs: run.durationMs + Math.max(0, nowMs - toldMs) } : run;
    });
  }

  #newestFirst(): Row[] {
    return [...this.#rows.values()].sort((a, b) => {
      return a.startedNs === b.startedNs ? (a.run.id < b.run.id ? -1 : 1) : a.startedNs > b.startedNs ? -1 : 1;
    });
  }
}
