// Settles one batch of runs: reads their rows, has them analysed, writes what was found.
//
// Intentions go first, then the rows, then the intentions are closed; every insert has a token of its batch. The rows
// depend on nothing but the records up to the noted offset and the noted time, so that after a crash the open
// intentions can be carried out again, and what was written before the crash is not written twice.

import { randomUUID } from "node:crypto";
import type { RunTimings } from "../../analysis/run-analysis.ts";
import { fromHex } from "../../base/hex.ts";
import { SETTLED, SETTLED_TABLES, type Table } from "../../model/columns.ts";
import { isTraceId } from "../../model/ids.ts";
import type { StoreClient } from "../../store/client.ts";
import { encodeBlock, TableBuilder } from "../../store/native/table-builder.ts";
import { type Intention, openIntentions, takeBack, timesSettled } from "../../store/queries/settling.ts";
import type { RunBytes } from "../../store/run-input.ts";
import type { HeavyWorker } from "../heavy/heavy-work.ts";
import type { RunReference } from "../runs/run-directory.ts";
import type { RunReader } from "../runs/run-reader.ts";
import type { SettleGate } from "./settle-gate.ts";
import type { LoneContainer, RunToSettle, SettledBlocks } from "./settled-rows.ts";

export interface BatchWriterOptions {
  readonly store: StoreClient;
  readonly reader: RunReader;
  readonly worker: HeavyWorker;
  readonly timings: RunTimings;
  readonly project: string;
  /** Keeps readers of sums away while rows are written. */
  readonly gate: SettleGate;
  /** The first record of a run that was never settled, or undefined when it is not known. */
  readonly firstOffsetOf: (reference: RunReference) => number | undefined;
}

export interface BatchResult {
  readonly settled: readonly RunReference[];
  /** Runs that are still open by their records. */
  readonly open: readonly RunReference[];
  /** Settled lone traces that may have others inside. */
  readonly containers: readonly LoneContainer[];
}

/** A batch that is being settled. */
interface Batch {
  readonly id: string;
  readonly throughOffset: number;
  readonly asOfMs: number;
}

export class BatchWriter {
  readonly #options: BatchWriterOptions;

  constructor(options: BatchWriterOptions) {
    this.#options = options;
  }

  /** Settles those of the runs that are over by their records up to an offset. */
  async settle(references: readonly RunReference[], throughOffset: number, asOfMs: number): Promise<BatchResult> {
    const { store, project } = this.#options;
    const ids = references.flatMap(({ id, traceIds, runIds }) => [id, ...traceIds, ...runIds]);
    const times = await timesSettled(store, project, [...new Set(ids)]);
    const runs = references.map((reference) => ({ reference, n: (times.get(reference.id)?.n ?? 0) + 1 }));
    const batch: Batch = { id: randomUUID(), throughOffset, asOfMs };
    const isNew = ({ id, traceIds, runIds }: RunReference) => ![id, ...traceIds, ...runIds].some((id) => times.has(id));
    const { true: first = [], false: again = [] } = Object.groupBy(runs, (run) => `${isNew(run.reference)}` as const);
    const fromOffset = Math.min(...first.map(({ reference }) => this.#options.firstOffsetOf(reference) ?? 0));
    const bytes = [await this.#read(first, batch, fromOffset), await this.#read(again, batch, 0)];
    const { settled, blocks, containers } = await this.#analyse(runs, bytes, batch, false);
    const over = runs.filter((_, i) => settled[i]);
    const open = references.filter((_, i) => !settled[i]);
    if (over.length === 0) return { settled: [], open, containers };
    const current = new Set(references.map(({ id }) => id));
    const absorbed = over.flatMap(({ reference }) => absorbedRuns(reference, current, times));
    await this.#write([...over, ...absorbed], blocks, batch);
    return { settled: over.map(({ reference }) => reference), open, containers };
  }

  /** Takes everything back that was settled under any of the ids. */
  async takeBack(project: string, ids: readonly string[], throughOffset: number, asOfMs: number): Promise<void> {
    const distinct = [...new Set(ids)];
    const times = await timesSettled(this.#options.store, project, distinct);
    const standing = standingRuns(project, distinct, times);
    if (standing.length > 0) await this.#write(standing, {}, { id: randomUUID(), throughOffset, asOfMs });
  }

  /** Carries out the intentions that a crash left open. */
  async finishOpen(): Promise<void> {
    const open = await openIntentions(this.#options.store);
    for (const [id, intentions] of Map.groupBy(open, ({ batch }) => batch)) await this.#finish(id, intentions);
  }

  async #finish(id: string, intentions: readonly Intention[]): Promise<void> {
    const { throughOffset, asOfMs } = intentions[0] as Intention;
    const runs = intentions.map(({ project, runId, traceIds, runIds, n }) => ({
      reference: { project, id: runId, traceIds, runIds, otherIds: [], formerRuns: [] },
      n,
    }));
    const batch: Batch = { id, throughOffset, asOfMs };
    const members = runs.filter(({ reference }) => hasMembers(reference));
    const { blocks } = await this.#analyse(members, [await this.#read(members, batch, 0)], batch, true);
    await this.#write(runs, blocks, batch);
  }

  /** The rows of runs. None of them has a span or event before `fromOffset`. */
  async #read(runs: readonly RunToSettle[], { throughOffset }: Batch, fromOffset: number): Promise<RunBytes> {
    if (runs.length === 0) return { spans: [], events: [], facts: [], parts: [] };
    const { reader, project } = this.#options;
    const traceIds = runs.flatMap(({ reference }) => reference.traceIds.filter(isTraceId));
    const runIds = runs.flatMap(({ reference }) => reference.runIds);
    return reader.read({ project, traceIds, runIds, fromOffset, throughOffset }, undefined);
  }

  #analyse(
    runs: readonly RunToSettle[],
    bytes: readonly RunBytes[],
    { throughOffset, asOfMs }: Batch,
    force: boolean,
  ): Promise<SettledBlocks> {
    const { worker, timings } = this.#options;
    const all: RunBytes = {
      spans: bytes.flatMap(({ spans }) => spans),
      events: bytes.flatMap(({ events }) => events),
      facts: bytes.flatMap(({ facts }) => facts),
      parts: bytes.flatMap(({ parts }) => parts),
    };
    return worker.do("settle", { bytes: all, runs, throughOffset, asOfMs, timings, force });
  }

  async #write(runs: readonly RunToSettle[], blocks: SettledBlocks["blocks"], batch: Batch): Promise<void> {
    await this.#writeIntentions(runs, batch, 0);
    await this.#options.gate.write(() => this.#writeRows(runs, blocks, batch));
    await this.#writeIntentions(runs, batch, 1);
  }

  async #writeRows(runs: readonly RunToSettle[], blocks: SettledBlocks["blocks"], batch: Batch): Promise<void> {
    const { store, project } = this.#options;
    const again = runs.filter(({ n }) => n > 1).map(({ reference, n }) => ({ runId: reference.id, n }));
    if (again.length > 0) await takeBack(store, project, again, batch.id);
    for (const table of SETTLED_TABLES) {
      const block = blocks[table.name as keyof typeof blocks];
      if (block === undefined) continue;
      await store.insert(table.name, columnsOf(table), [block], `settle/${batch.id}/${table.name}`);
    }
  }

  async #writeIntentions(runs: readonly RunToSettle[], batch: Batch, done: 0 | 1): Promise<void> {
    const builder = new TableBuilder(SETTLED);
    const { columns } = builder;
    for (const { reference, n } of runs) {
      const row = builder.addRow();
      columns.project.put(row, reference.project);
      columns.received.put(row, Math.floor(batch.asOfMs / 1000));
      columns.run_id.put(row, reference.id);
      columns.n.put(row, n);
      columns.through_offset.put(row, batch.throughOffset);
      columns.batch.put(row, batch.id);
      columns.as_of_ms.put(row, Math.floor(batch.asOfMs));
      const traces = reference.traceIds.filter(isTraceId);
      for (const id of traces) columns.traces.items.append(fromHex(id) as Uint8Array);
      columns.traces.put(row, traces.length);
      for (const id of reference.runIds) columns.names.items.append(id);
      columns.names.put(row, reference.runIds.length);
      columns.done.put(row, done);
    }
    const token = `settle/${batch.id}/${done === 0 ? "open" : "done"}`;
    await this.#options.store.insert(SETTLED.name, columnsOf(SETTLED), [encodeBlock(builder as TableBuilder)], token);
  }
}

/**
 * Runs that were settled by themselves and are part of this one now: their rows are taken back, and a settling without
 * members says that nothing stands in their place.
 */
function absorbedRuns(
  { project, id, traceIds, runIds }: RunReference,
  current: ReadonlySet<string>,
  times: Awaited<ReturnType<typeof timesSettled>>,
): RunToSettle[] {
  const others = new Set([...traceIds, ...runIds].filter((other) => other !== id && !current.has(other)));
  return standingRuns(project, [...others], times);
}

/** The settling without members of each id whose settled rows stand. */
function standingRuns(
  project: string,
  ids: readonly string[],
  times: Awaited<ReturnType<typeof timesSettled>>,
): RunToSettle[] {
  return ids.flatMap((id) => {
    const known = times.get(id);
    if (known?.stands !== true) return [];
    const reference = { project, id, traceIds: [], runIds: [], otherIds: [], formerRuns: [] };
    return [{ reference, n: known.n + 1 }];
  });
}

/** False of a run of which nothing is left. */
export function hasMembers(reference: RunReference): boolean {
  return reference.traceIds.length + reference.runIds.length > 0;
}

export function columnsOf(table: Pick<Table, "columns">): string[] {
  return Object.keys(table.columns);
}
