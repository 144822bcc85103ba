// Deletion: a pasted secret must be gone from every answer at once, and from disk soon.
//
// At once: the run's traces and ids are noted in `deletions`, which every question leaves out, and its settled rows are
// taken back with sign −1. Soon: once a day the parts that hold deleted records are rewritten without them.

import { randomUUID } from "node:crypto";
import type { Clock } from "../base/time.ts";
import { isTraceId } from "../model/ids.ts";
import type { StoreClient } from "../store/client.ts";
import { allDeletions, type Deletion, purgeDeleted, writeDeletions } from "../store/queries/deletions.ts";
import type { RunReference } from "./runs/run-directory.ts";

export interface DeletionsOptions {
  readonly store: StoreClient;
  readonly clock: Clock;
  readonly loadedThrough: () => number;
  /** Takes a run's settled rows back and forgets that it was ever unsettled. */
  readonly unsettle: (reference: RunReference) => Promise<void>;
  readonly log: (level: "info" | "warn" | "error", message: string, details?: object) => void;
}

const DAY_MS = 86_400_000;

export class Deletions {
  readonly #options: DeletionsOptions;
  readonly #deleted = new Set<string>();
  #pending = false;
  #timer: NodeJS.Timeout | undefined;
  #purging: Promise<void> = Promise.resolve();

  constructor(options: DeletionsOptions) {
    this.#options = options;
  }

  /** Reads what was deleted, and purges once a day from now on. */
  async start(): Promise<void> {
    for (const deletion of await allDeletions(this.#options.store)) this.#note(deletion);
    this.#pending = this.#deleted.size > 0;
    this.#timer = setInterval(() => {
      this.#purging = this.purge().catch((error: unknown) => {
        this.#options.log("warn", "The purge of deleted records is tried again tomorrow", { error: String(error) });
      });
    }, DAY_MS);
    this.#timer.unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#purging;
  }

  /** The run without what was deleted of it. What joins a deleted run is deleted too. */
  without(reference: RunReference): RunReference {
    if (this.#deleted.size === 0) return reference;
    const { project } = reference;
    if (this.#deleted.has(keyOf({ project, traceId: "", runId: reference.id }))) {
      return { ...reference, traceIds: [], runIds: [] };
    }
    return {
      ...reference,
      traceIds: reference.traceIds.filter((traceId) => !this.#deleted.has(keyOf({ project, traceId, runId: "" }))),
      runIds: reference.runIds.filter((runId) => !this.#deleted.has(keyOf({ project, traceId: "", runId }))),
    };
  }

  /** Deletes a run: it is gone from every answer when this resolves. */
  async deleteRun(reference: RunReference): Promise<void> {
    const { store, clock, loadedThrough, unsettle } = this.#options;
    const { project, traceIds, runIds } = reference;
    const deletions: Deletion[] = [
      ...traceIds.filter(isTraceId).map((traceId) => ({ project, traceId, runId: "" })),
      ...runIds.map((runId) => ({ project, traceId: "", runId })),
    ];
    await writeDeletions(store, deletions, Math.floor(clock.nowMs() / 1000), loadedThrough(), `delete/${randomUUID()}`);
    for (const deletion of deletions) this.#note(deletion);
    this.#pending = true;
    await unsettle(reference);
  }

  /** Removes deleted records from disk. */
  async purge(): Promise<void> {
    if (!this.#pending) return;
    await purgeDeleted(this.#options.store);
    this.#pending = false;
    this.#options.log("info", "Deleted records were removed from disk");
  }

  #note(deletion: Deletion): void {
    this.#deleted.add(keyOf(deletion));
  }
}

function keyOf({ project, traceId, runId }: Deletion): string {
  return `${project}\0${traceId}\0${runId}`;
}
