// Settling: when a run has ended and been quiet, its resolved facts are written to `runs`, `run_agents` and `messages`.
// Something that arrives later settles it again: the rows of the time before are taken back with sign −1.

import { groupTraces } from "../../analysis/group-traces.ts";
import type { RunTimings } from "../../analysis/run-analysis.ts";
import type { Clock } from "../../base/time.ts";
import { SETTLED } from "../../model/columns.ts";
import { isTraceId } from "../../model/ids.ts";
import { RUN_RULES } from "../../model/vocabulary.ts";
import type { StoreClient } from "../../store/client.ts";
import { encodeBlock, TableBuilder } from "../../store/native/table-builder.ts";
import { type LoneTraceRow, loneTraces, writeGroups } from "../../store/queries/lone-traces.ts";
import type { RunTrace } from "../../store/queries/run-traces.ts";
import type { HeavyWorker } from "../heavy/heavy-work.ts";
import type { RunDirectory, RunReference } from "../runs/run-directory.ts";
import type { RunReader } from "../runs/run-reader.ts";
import { BatchWriter, columnsOf, hasMembers } from "./batch-writer.ts";
import type { SettleGate } from "./settle-gate.ts";
import type { LoneContainer } from "./settled-rows.ts";

/** What waits to be settled. */
export interface UnsettledRecords {
  readonly size: number;
  readonly oldestOffset: number | undefined;
  readonly traces: {
    due(
      quietMs: number,
      throughOffset: number,
      nowMs: number,
      limit: number,
      recordsMax: number,
    ): readonly { readonly traceId: string; readonly records: number }[];
    postpone(traceId: string, untilMs: number): void;
    get(traceId: string): { firstOffset: number; lastOffset: number; lastSeenMs: number } | undefined;
    restore(entry: {
      traceId: string;
      firstOffset: number;
      lastOffset: number;
      lastSeenMs: number;
      startedMs: number;
      records: number;
    }): void;
  };
  runs(): readonly { runId: string; lastOffset: number; lastSeenMs: number }[];
  run(runId: string): { firstOffset: number; lastOffset: number; lastSeenMs: number } | undefined;
  addStatement(statement: RunTrace): void;
  settle(runId: string, traceIds: readonly string[], throughOffset: number): void;
}

export interface SettlerOptions {
  readonly store: StoreClient;
  readonly reader: RunReader;
  readonly directory: RunDirectory;
  readonly worker: HeavyWorker;
  readonly unsettled: UnsettledRecords;
  readonly clock: Clock;
  readonly timings: RunTimings;
  readonly gate: SettleGate;
  /** The store has everything up to this offset. */
  readonly loadedThrough: () => number;
  /** Whether ingest has so much to do that settling waits. */
  readonly isBusy: () => boolean;
  /** A run is settled: it is about to be no longer among the unsettled. */
  readonly onSettled: (reference: RunReference) => void;
  readonly log: (level: "info" | "warn" | "error", message: string, details?: object) => void;
}

/** What may be settled next. */
interface Candidates {
  readonly references: readonly RunReference[];
  readonly deleted: readonly RunReference[];
}

const PROJECT = "default";
const BATCH_RUNS_MAX = 1_600;
/** A batch is in memory as a whole. */
const BATCH_RECORDS_MAX = 60_000;
const TICK_MS = 1_000;
/** A run that was looked at and found open is looked at again after so long, unless something comes. */
const OPEN_AGAIN_MS = 30_000;
const WATERMARK_EVERY_MS = 60_000;

export class Settler {
  readonly #options: SettlerOptions;
  readonly #writer: BatchWriter;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #finishing: Promise<void> | undefined;
  #stopped = false;
  /** When an open run that events name is due again, by its id. */
  readonly #openUntilMs = new Map<string, number>();
  #watermark = { offset: 0, atMs: 0 };
  /** More is due than fitted into the last batch, or nearly. */
  #isBatchFull = false;

  constructor(options: SettlerOptions) {
    this.#options = options;
    const firstOffsetOf = (reference: RunReference) => this.#firstOffsetOf(reference);
    this.#writer = new BatchWriter({ ...options, project: PROJECT, firstOffsetOf });
  }

  /** Carries out what a crash left, then settles what is due, second by second. */
  start(): void {
    this.#schedule(0);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#running;
  }

  /** Takes back what was settled of a run, and forgets what of it waits. */
  async remove(reference: RunReference): Promise<void> {
    await this.#finishOpen();
    const { project, id, traceIds, runIds } = reference;
    const { loadedThrough, clock } = this.#options;
    await this.#writer.takeBack(project, [id, ...traceIds, ...runIds], loadedThrough(), clock.nowMs());
    this.#done(reference, Number.POSITIVE_INFINITY);
  }

  #schedule(ms: number): void {
    if (this.#stopped) return;
    this.#timer = setTimeout(() => {
      this.#running = this.#tick().finally(() => {
        this.#running = undefined;
      });
    }, ms);
    this.#timer.unref();
  }

  async #tick(): Promise<void> {
    this.#isBatchFull = false;
    try {
      await this.#finishOpen();
      if (this.#options.unsettled.size > 0 && !this.#options.isBusy()) await this.#settleDue();
      await this.#noteWatermark();
    } catch (error) {
      this.#isBatchFull = false;
      this.#options.log("warn", "Settling waits and is tried again", { error: (error as Error).message });
    }
    this.#schedule(this.#isBatchFull ? 0 : TICK_MS);
  }

  /** Nothing else is settled before what a crash left open; when that fails it is tried again. */
  #finishOpen(): Promise<void> {
    this.#finishing ??= this.#writer.finishOpen().catch((error: unknown) => {
      this.#finishing = undefined;
      throw error;
    });
    return this.#finishing;
  }

  /** Settles one batch of runs that have ended and been quiet. */
  async #settleDue(): Promise<void> {
    const { clock, timings, loadedThrough } = this.#options;
    const nowMs = clock.nowMs();
    const quietBeforeMs = nowMs - timings.quietMs;
    const throughOffset = loadedThrough();
    const { references, deleted } = await this.#candidates(quietBeforeMs, throughOffset, nowMs);
    const due = references.filter((reference) => this.#isQuiet(reference, quietBeforeMs, throughOffset));
    for (const reference of references) if (!due.includes(reference)) this.#lookAgain(reference, nowMs + TICK_MS);
    const batch = due.slice(0, BATCH_RUNS_MAX);
    const former = await this.#formerRuns([...batch, ...deleted], quietBeforeMs, throughOffset);
    if (batch.length + former.length === 0) return;
    const result = await this.#writer.settle([...batch, ...former], throughOffset, nowMs);
    for (const reference of result.open) this.#lookAgain(reference, nowMs + OPEN_AGAIN_MS);
    for (const reference of result.settled) this.#done(reference, throughOffset);
    for (const container of result.containers) await this.#groupInside(container, throughOffset, nowMs);
  }

  /**
   * Runs of which something was not heard of for a while, put together as they are now; and those of which nothing is
   * left, because they were deleted.
   */
  async #candidates(quietBeforeMs: number, throughOffset: number, nowMs: number): Promise<Candidates> {
    const { unsettled, directory } = this.#options;
    const due = unsettled.traces.due(quietBeforeMs, throughOffset, nowMs, BATCH_RUNS_MAX, BATCH_RECORDS_MAX);
    const records = due.reduce((sum, trace) => sum + trace.records, 0);
    this.#isBatchFull = due.length >= BATCH_RUNS_MAX / 2 || records >= BATCH_RECORDS_MAX / 2;
    const traceIds = due.map(({ traceId }) => traceId);
    const runIds = unsettled
      .runs()
      .filter(
        ({ runId, lastOffset, lastSeenMs }) =>
          lastOffset <= throughOffset && lastSeenMs <= quietBeforeMs && (this.#openUntilMs.get(runId) ?? 0) <= nowMs,
      )
      .slice(0, BATCH_RUNS_MAX)
      .map(({ runId }) => runId);
    const references = [
      ...(traceIds.length === 0 ? [] : await directory.ofTraces(PROJECT, traceIds)),
      ...(runIds.length === 0 ? [] : await directory.ofIds(PROJECT, runIds)),
    ];
    const distinct = [...new Map(references.map((reference) => [reference.id, reference])).values()];
    const members = new Set(distinct.flatMap((reference) => [...reference.traceIds, ...reference.runIds]));
    const isDeleted = (id: string) => !members.has(id);
    await this.#forgetDeleted(traceIds.filter(isDeleted), runIds.filter(isDeleted), throughOffset, nowMs);
    return {
      references: distinct.filter(hasMembers),
      deleted: distinct.filter((reference) => !hasMembers(reference)),
    };
  }

  /**
   * Records of what was deleted come to nothing: no run has them. A trace that went from a run of its own to a deleted
   * one takes its run with it.
   */
  async #forgetDeleted(
    traceIds: readonly string[],
    runIds: readonly string[],
    throughOffset: number,
    nowMs: number,
  ): Promise<void> {
    if (traceIds.length + runIds.length === 0) return;
    await this.#writer.takeBack(PROJECT, [...traceIds, ...runIds], throughOffset, nowMs);
    this.#options.unsettled.settle("", traceIds, throughOffset);
    for (const runId of runIds) this.#options.unsettled.settle(runId, [], throughOffset);
  }

  /** Runs that a trace went from, to one of the others: they are settled again without it. */
  async #formerRuns(
    references: readonly RunReference[],
    quietBeforeMs: number,
    throughOffset: number,
  ): Promise<RunReference[]> {
    const ids = new Set(references.map(({ id }) => id));
    const others = new Set(references.flatMap(({ formerRuns }) => formerRuns).filter((id) => !ids.has(id)));
    if (others.size === 0) return [];
    const former = await this.#options.directory.ofIds(PROJECT, [...others]);
    return former.filter(
      (reference) =>
        !ids.has(reference.id) &&
        reference.traceIds.length > 0 &&
        this.#isQuiet(reference, quietBeforeMs, throughOffset),
    );
  }

  /** Whether every part of the run has been quiet, not only the one that was found. */
  #isQuiet({ traceIds, runIds }: RunReference, quietBeforeMs: number, throughOffset: number): boolean {
    const { unsettled } = this.#options;
    const entries = [
      ...traceIds.filter(isTraceId).map((id) => unsettled.traces.get(id)),
      ...runIds.map((id) => unsettled.run(id)),
    ];
    return entries.every(
      (entry) => entry === undefined || (entry.lastSeenMs <= quietBeforeMs && entry.lastOffset <= throughOffset),
    );
  }

  /** The first record that no settling rests on, or undefined when a part of the run has none. */
  #firstOffsetOf({ traceIds, runIds }: RunReference): number | undefined {
    const { unsettled } = this.#options;
    const entries = [
      ...traceIds.filter(isTraceId).map((id) => unsettled.traces.get(id)),
      ...runIds.map((id) => unsettled.run(id)),
    ];
    let first = Number.POSITIVE_INFINITY;
    for (const entry of entries) {
      if (entry === undefined) return undefined;
      first = Math.min(first, entry.firstOffset);
    }
    return first;
  }

  #lookAgain({ id, traceIds, runIds }: RunReference, atMs: number): void {
    for (const traceId of traceIds.filter(isTraceId)) this.#options.unsettled.traces.postpone(traceId, atMs);
    for (const runId of new Set([id, ...runIds])) {
      if (this.#options.unsettled.run(runId) !== undefined) this.#openUntilMs.set(runId, atMs);
    }
  }

  #done(reference: RunReference, throughOffset: number): void {
    const { id, traceIds, runIds } = reference;
    this.#options.onSettled(reference);
    const traces = traceIds.filter(isTraceId);
    for (const runId of new Set([id, ...runIds])) {
      this.#options.unsettled.settle(runId, traces, throughOffset);
      this.#openUntilMs.delete(runId);
    }
  }

  /**
   * Finds the lone traces that ran inside another one (rule R6), notes that they belong to its run, and has it settled
   * again with them.
   */
  async #groupInside(container: LoneContainer, throughOffset: number, nowMs: number): Promise<void> {
    const { store, unsettled } = this.#options;
    const inside = await loneTraces(store, PROJECT, container);
    const groups = groupTraces(inside.map((trace) => toLoneTrace(trace, container.startNs)));
    if (groups.size === 0) return;
    await writeGroups(
      store,
      PROJECT,
      groups,
      throughOffset,
      Math.floor(nowMs / 1000),
      `group/${container.traceId}/${throughOffset}`,
    );
    for (const [traceId, around] of groups) {
      unsettled.addStatement({ traceId, runId: around, rule: RUN_RULES.grouped, offset: throughOffset });
    }
    const startedMs = Number(container.startNs / 1_000_000n);
    const entry = { firstOffset: throughOffset, lastOffset: throughOffset, lastSeenMs: nowMs, startedMs, records: 1 };
    unsettled.traces.restore({ traceId: container.traceId, ...entry });
  }

  /** Notes from time to time up to where everything is settled, so that a restart looks at what came later only. */
  async #noteWatermark(): Promise<void> {
    const { unsettled, loadedThrough, clock, store } = this.#options;
    const nowMs = clock.nowMs();
    const oldest = unsettled.oldestOffset;
    const offset = oldest === undefined ? loadedThrough() : Math.min(oldest - 1, loadedThrough());
    if (offset <= this.#watermark.offset || nowMs - this.#watermark.atMs < WATERMARK_EVERY_MS) return;
    this.#watermark = { offset, atMs: nowMs };
    const builder = new TableBuilder(SETTLED);
    const row = builder.addRow();
    builder.columns.project.put(row, PROJECT);
    builder.columns.received.put(row, Math.floor(nowMs / 1000));
    builder.columns.through_offset.put(row, offset);
    builder.columns.done.put(row, 1);
    await store.insert(SETTLED.name, columnsOf(SETTLED), [encodeBlock(builder as TableBuilder)], `settled/${offset}`);
  }
}

function toLoneTrace({ startNs, endNs, ...trace }: LoneTraceRow, baseNs: bigint) {
  return { ...trace, start: Number(startNs - baseNs), end: Number(endNs - baseNs) };
}
