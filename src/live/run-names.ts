// Which run an event belongs to, as far as is known when it goes by.

import { RunResolution } from "../analysis/run-resolution.ts";
import { isTraceId } from "../model/ids.ts";
import { LIMITS } from "../model/limits.ts";
import type { RunScope } from "./event-filter.ts";
import type { StreamEvent } from "./stream-event.ts";
import type { Unsettled } from "./unsettled.ts";

/** Looks runs up where everything that was ever said of them is known. */
export interface RunLookup {
  /** The traces and ids of the run that an id stands for. */
  find(
    project: string,
    id: string,
  ): Promise<{ readonly traceIds: readonly string[]; readonly runIds: readonly string[] }>;
  /** The run of each trace. */
  ofTraces(
    project: string,
    traceIds: readonly string[],
  ): Promise<readonly { readonly id: string; readonly traceIds: readonly string[] }[]>;
}

export class RunNames {
  readonly #recent: Unsettled;
  readonly #lookup: RunLookup;
  readonly #known = new Map<string, string>();

  constructor(recent: Unsettled, lookup: RunLookup) {
    this.#recent = recent;
    this.#lookup = lookup;
  }

  /** The run of a trace by what was said of it lately; else its own id. */
  of(traceId: string): string {
    const known = this.#known.get(traceId);
    if (known !== undefined) return known;
    const runId = new RunResolution(this.#recent.statements([traceId], []), [traceId]).runOf(traceId);
    if (this.#known.size >= LIMITS.runsTracked) this.#known.clear();
    this.#known.set(traceId, runId);
    return runId;
  }

  /** Something was said about a trace. */
  forget(traceId: string): void {
    this.#known.delete(traceId);
  }

  /** Statements may have gone by unread. */
  forgetAll(): void {
    this.#known.clear();
  }

  /** The first record of a trace that is not settled. */
  firstOffset(traceId: string): number | undefined {
    return this.#recent.traces.get(traceId)?.firstOffset;
  }

  /** Tells events from the log which runs they belong to. Throws StoreError. */
  async resolve(project: string, events: readonly StreamEvent[]): Promise<void> {
    const unnamed = events.filter(({ namedRun, event }) => namedRun === "" && event.traceId !== "");
    if (unnamed.length === 0) return;
    const runs = await this.#lookup.ofTraces(project, [...new Set(unnamed.map(({ event }) => event.traceId))]);
    const runOf = new Map(runs.flatMap(({ id, traceIds }) => traceIds.map((traceId) => [traceId, id] as const)));
    for (const event of unnamed) event.runId = runOf.get(event.event.traceId) ?? event.event.traceId;
  }

  /** Adds what is known of a run to the scope of those who follow it. Throws StoreError. */
  async widen(project: string, runId: string, scope: RunScope): Promise<void> {
    const { traceIds, runIds } = await this.#lookup.find(project, runId);
    for (const traceId of isTraceId(runId) ? [runId, ...traceIds] : traceIds) scope.traceIds.add(traceId);
    for (const id of runIds) scope.runIds.add(id);
  }
}
