// Settling: when a run has ended and been quiet, its resolved facts are written to `runs`, `run_agents` and `messages`.
// Something that arrives later settles it again: the rows of the time before are taken back with sign −1.
//
// A batch of runs is settled together: intentions first, then the rows, then the intentions are closed. All inserts of
// a batch have tokens, and the rows depend on nothing but the records up to the noted offset and the noted time; after
// a crash the open intentions are carried out again, and what was written before the crash is not written twice.

import { randomUUID } from "node:crypto";
import type { RunTimings } from "../../analysis/run-analysis.ts";
import { fromHex } from "../../base/hex.ts";
import type { Clock } from "../../base/time.ts";
import { MESSAGES, RUN_AGENTS, RUNS, SETTLED, type Table } from "../../model/columns.ts";
import { isTraceId } from "../../model/ids.ts";
import type { StoreClient } from "../../store/client.ts";
import { encodeBlock, TableBuilder } from "../../store/native/table-builder.ts";
import { type Intention, openIntentions, takeBack, timesSettled } from "../../store/queries/settling.ts";
import type { HeavyWorker } from "../heavy/heavy-work.ts";
import type { RunDirectory, RunReference } from "../runs/run-directory.ts";
import type { RunReader } from "../runs/run-reader.ts";
import type { RunToSettle } from "./settled-rows.ts";

/** What waits to be settled. */
export interface UnsettledRecords {
  readonly size: number;
  readonly oldestOffset: number | undefined;
  readonly traces: {
    due(quietMs: number, throughOffset: number, nowMs: number, limit: number): readonly string[];
    postpone(traceId: string, untilMs: number): void;
    get(traceId: string): { lastOffset: number; lastSeenMs: number } | undefined;
  };
  runs(): readonly { runId: string; lastOffset: number; lastSeenMs: number }[];
  run(runId: string): { lastOffset: number; lastSeenMs: number } | undefined;
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
  /** The store has everything up to this offset. */
  readonly loadedThrough: () => number;
  /** Whether ingest has so much to do that settling waits. */
  readonly isBusy: () => boolean;
  readonly log: (level: "info" | "warn" | "error", message: string, details?: object) => void;
}

const PROJECT = "default";
const BATCH_RUNS_MAX = 400;
const TICK_MS = 1_000;
/** A run that was looked at and found open is looked at again after so long, unless something comes. */
const OPEN_AGAIN_MS = 30_000;
const WATERMARK_EVERY_MS = 60_000;

export class Settler {
  readonly #options: SettlerOptions;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #stopped = false;
  /** When an open run that events name is due again, by its id. */
  readonly #openUntilMs = new Map<string, number>();
  #watermark = { offset: 0, atMs: 0 };

  constructor(options: SettlerOptions) {
    this.#options = options;
  }

  /** Carries out what a crash left, then settles what is due, second by second. */
  async start(): Promise<void> {
    await this.#finishIntentions();
    this.#schedule(TICK_MS);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#running;
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
    let settled = 0;
    try {
      if (this.#options.unsettled.size > 0 && !this.#options.isBusy()) settled = await this.settleDue();
      await this.#noteWatermark();
    } catch (error) {
      this.#options.log("warn", "Settling waits: the store did not answer", { error: (error as Error).message });
    }
    this.#schedule(settled >= BATCH_RUNS_MAX / 2 ? 0 : TICK_MS);
  }

  /** Settles one batch of runs that have ended and been quiet. Returns how many were settled. */
  async settleDue(): Promise<number> {
    const { clock, timings, loadedThrough, directory } = this.#options;
    const nowMs = clock.nowMs();
    const quietBeforeMs = nowMs - timings.quietMs;
    const throughOffset = loadedThrough();
    const candidates = this.#candidates(quietBeforeMs, throughOffset, nowMs);
    if (candidates.traceIds.length + candidates.runIds.length === 0) return 0;
    const references = [
      ...(candidates.traceIds.length === 0 ? [] : await directory.ofTraces(PROJECT, candidates.traceIds)),
      ...(candidates.runIds.length === 0 ? [] : await directory.ofIds(PROJECT, candidates.runIds)),
    ];
    const distinct = [...new Map(references.map((reference) => [reference.id, reference])).values()];
    const due = distinct.filter((reference) => this.#isQuiet(reference, quietBeforeMs, throughOffset));
    for (const reference of distinct) if (!due.includes(reference)) this.#lookAgain(reference, nowMs + TICK_MS);
    if (due.length === 0) return 0;
    return this.#settleBatch(due.slice(0, BATCH_RUNS_MAX), throughOffset, nowMs);
  }

  #candidates(
    quietBeforeMs: number,
    throughOffset: number,
    nowMs: number,
  ): { readonly traceIds: readonly string[]; readonly runIds: readonly string[] } {
    const { unsettled } = this.#options;
    const named = unsettled
      .runs()
      .filter(
        ({ runId, lastOffset, lastSeenMs }) =>
          lastOffset <= throughOffset && lastSeenMs <= quietBeforeMs && (this.#openUntilMs.get(runId) ?? 0) <= nowMs,
      );
    return {
      traceIds: unsettled.traces.due(quietBeforeMs, throughOffset, nowMs, BATCH_RUNS_MAX),
      runIds: named.slice(0, BATCH_RUNS_MAX).map(({ runId }) => runId),
    };
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

  async #settleBatch(references: readonly RunReference[], throughOffset: number, asOfMs: number): Promise<number> {
    const times = await timesSettled(
      this.#options.store,
      PROJECT,
      references.map(({ id }) => id),
    );
    const runs = references.map((reference) => ({ reference, n: (times.get(reference.id) ?? 0) + 1 }));
    const answer = await this.#analyse(runs, throughOffset, asOfMs, false);
    const over = runs.filter((_, i) => answer.settled[i]);
    for (const [i, { reference }] of runs.entries()) {
      if (!answer.settled[i]) this.#lookAgain(reference, asOfMs + OPEN_AGAIN_MS);
    }
    if (over.length === 0) return 0;
    const batch = randomUUID();
    await this.#writeIntentions(over, batch, throughOffset, asOfMs, 0);
    await this.#writeRows(over, answer.blocks, batch);
    await this.#writeIntentions(over, batch, throughOffset, asOfMs, 1);
    for (const { reference } of over) this.#done(reference, throughOffset);
    return over.length;
  }

  #lookAgain({ id, traceIds, runIds }: RunReference, atMs: number): void {
    for (const traceId of traceIds.filter(isTraceId)) this.#options.unsettled.traces.postpone(traceId, atMs);
    for (const runId of new Set([id, ...runIds])) {
      if (this.#options.unsettled.run(runId) !== undefined) this.#openUntilMs.set(runId, atMs);
    }
  }

  #done({ id, traceIds, runIds }: RunReference, throughOffset: number): void {
    const traces = traceIds.filter(isTraceId);
    for (const runId of new Set([id, ...runIds])) {
      this.#options.unsettled.settle(runId, traces, throughOffset);
      this.#openUntilMs.delete(runId);
    }
  }

  async #analyse(runs: readonly RunToSettle[], throughOffset: number, asOfMs: number, force: boolean) {
    const { reader, worker, timings } = this.#options;
    const bytes = await reader.read(
      {
        project: PROJECT,
        traceIds: runs.flatMap(({ reference }) => reference.traceIds.filter(isTraceId)),
        runIds: runs.flatMap(({ reference }) => reference.runIds),
        throughOffset,
      },
      undefined,
    );
    return worker.do("settle", { bytes, runs, throughOffset, asOfMs, timings, force });
  }

  async #writeRows(
    runs: readonly RunToSettle[],
    blocks: { readonly runs?: Uint8Array; readonly run_agents?: Uint8Array; readonly messages?: Uint8Array },
    batch: string,
  ): Promise<void> {
    const { store } = this.#options;
    const again = runs.filter(({ n }) => n > 1).map(({ reference, n }) => ({ runId: reference.id, n }));
    if (again.length > 0) await takeBack(store, PROJECT, again, batch);
    for (const table of [RUNS, RUN_AGENTS, MESSAGES]) {
      const block = blocks[table.name as keyof typeof blocks];
      if (block !== undefined)
        await store.insert(table.name, columnsOf(table), [block], `settle/${batch}/${table.name}`);
    }
  }

  async #writeIntentions(
    runs: readonly RunToSettle[],
    batch: string,
    throughOffset: number,
    asOfMs: number,
    done: 0 | 1,
  ): Promise<void> {
    const builder = new TableBuilder(SETTLED);
    const { columns } = builder;
    for (const { reference, n } of runs) {
      const row = builder.addRow();
      columns.project.put(row, reference.project);
      columns.received.put(row, Math.floor(asOfMs / 1000));
      columns.run_id.put(row, reference.id);
      columns.n.put(row, n);
      columns.through_offset.put(row, throughOffset);
      columns.batch.put(row, batch);
      columns.as_of_ms.put(row, Math.floor(asOfMs));
      const traces = reference.traceIds.filter(isTraceId);
      for (const id of traces) columns.traces.items.append(fromHex(id) as Uint8Array);
      columns.traces.put(row, traces.length);
      for (const id of reference.runIds) columns.names.items.append(id);
      columns.names.put(row, reference.runIds.length);
      columns.done.put(row, done);
    }
    const token = `settle/${batch}/${done === 0 ? "open" : "done"}`;
    await this.#options.store.insert(SETTLED.name, columnsOf(SETTLED), [encodeBlock(builder as TableBuilder)], token);
  }

  async #finishIntentions(): Promise<void> {
    const open = await openIntentions(this.#options.store);
    const byBatch = Map.groupBy(open, ({ batch }) => batch);
    for (const [batch, intentions] of byBatch) await this.#finishBatch(batch, intentions);
  }

  async #finishBatch(batch: string, intentions: readonly Intention[]): Promise<void> {
    const { throughOffset, asOfMs } = intentions[0] as Intention;
    const runs = intentions.map(({ project, runId, traceIds, runIds, n }) => ({
      reference: { project, id: runId, traceIds, runIds, otherIds: [] },
      n,
    }));
    const { blocks } = await this.#analyse(runs, throughOffset, asOfMs, true);
    await this.#writeRows(runs, blocks, batch);
    await this.#writeIntentions(runs, batch, throughOffset, asOfMs, 1);
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

function columnsOf(table: Pick<Table, "columns">): string[] {
  return Object.keys(table.columns);
}
