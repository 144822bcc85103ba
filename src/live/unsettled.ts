// What was taken in and is not settled yet: traces, and runs that events name, with records that no settled fact rests
// on. The list of runs computes these fresh; the settling job works them off.

import type { Clock } from "../base/time.ts";
import type { CommittedGroup, GroupBlock } from "../model/committed-group.ts";
import { TRACE_ID_BYTES } from "../model/ids.ts";
import { type Block, readBlocks, readFirstColumns } from "../store/native/block-reader.ts";
import type { RunTrace } from "../store/queries/run-traces.ts";
import { TraceIndex } from "./trace-index.ts";

const SPAN_COLUMNS: ReadonlySet<string> = new Set(["offset", "started_at", "trace_id"]);
const EVENT_COLUMNS: ReadonlySet<string> = new Set(["offset", "run_id", "trace_id"]);
const FACT_COLUMNS: ReadonlySet<string> = new Set(["offset", "trace_id"]);
const NS_PER_MS = 1_000_000n;

/** A run that events name outright. */
export interface NamedRun {
  readonly runId: string;
  readonly firstOffset: number;
  readonly lastOffset: number;
  readonly lastSeenMs: number;
}

export class Unsettled {
  readonly #clock: Clock;
  readonly traces = new TraceIndex();
  readonly #runs = new Map<string, { firstOffset: number; lastOffset: number; lastSeenMs: number }>();
  /** Statements about traces that are not settled, by trace; and the traces that name a run. */
  readonly #statements = new Map<string, RunTrace[]>();
  readonly #tracesNaming = new Map<string, Set<string>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Takes note of a group that is on disk. */
  note(group: CommittedGroup): void {
    const nowMs = this.#clock.nowMs();
    for (const block of group.blocks) this.#noteBlock(block, nowMs);
  }

  #noteBlock({ tableName, block }: GroupBlock, nowMs: number): void {
    switch (tableName) {
      case "spans":
        this.#noteSpans(readFirstColumns(block, SPAN_COLUMNS), nowMs);
        return;
      case "events":
        this.#noteEvents(readFirstColumns(block, EVENT_COLUMNS), nowMs);
        return;
      case "span_facts":
        this.#noteTraces(readFirstColumns(block, FACT_COLUMNS), nowMs);
        return;
      case "run_traces":
        for (const rows of readBlocks(block)) this.#noteStatements(rows);
        return;
      default:
        return;
    }
  }

  #noteSpans(block: Block, nowMs: number): void {
    const { data } = block.ids("trace_id");
    const offsets = block.bigints("offset");
    const starts = block.bigints("started_at");
    for (let row = 0; row < block.rows; row++) {
      const startedMs = Number((starts[row] as bigint) / NS_PER_MS);
      this.traces.note(data, row * TRACE_ID_BYTES, Number(offsets[row]), nowMs, startedMs);
    }
  }

  #noteTraces(block: Block, nowMs: number): void {
    const ids = block.ids("trace_id");
    const offsets = block.bigints("offset");
    for (let row = 0; row < block.rows; row++) {
      if (ids.text(row) === "") continue;
      this.traces.note(ids.data, row * TRACE_ID_BYTES, Number(offsets[row]), nowMs, Number.POSITIVE_INFINITY);
    }
  }

  #noteEvents(block: Block, nowMs: number): void {
    this.#noteTraces(block, nowMs);
    const runIds = block.texts("run_id");
    const offsets = block.bigints("offset");
    for (let row = 0; row < block.rows; row++) {
      const runId = runIds.text(row);
      if (runId !== "") this.#noteRun(runId, Number(offsets[row]), nowMs);
    }
  }

  #noteRun(runId: string, offset: number, nowMs: number): void {
    const run = this.#runs.get(runId);
    if (run === undefined) this.#runs.set(runId, { firstOffset: offset, lastOffset: offset, lastSeenMs: nowMs });
    else {
      run.lastOffset = Math.max(run.lastOffset, offset);
      run.lastSeenMs = nowMs;
    }
  }

  #noteStatements(block: Block): void {
    const traces = block.ids("trace_id");
    const runs = block.texts("run_id");
    const rules = block.numbers("rule");
    const offsets = block.numbers("offset");
    for (let row = 0; row < block.rows; row++) {
      this.addStatement({
        traceId: traces.text(row),
        runId: runs.text(row),
        rule: rules[row] as number,
        offset: offsets[row] as number,
      });
    }
  }

  addStatement(statement: RunTrace): void {
    const known = this.#statements.get(statement.traceId);
    if (known === undefined) this.#statements.set(statement.traceId, [statement]);
    else if (!known.some(({ offset }) => offset === statement.offset)) known.push(statement);
    const naming = this.#tracesNaming.get(statement.runId);
    if (naming === undefined) this.#tracesNaming.set(statement.runId, new Set([statement.traceId]));
    else naming.add(statement.traceId);
  }

  /** What was said lately about any of these traces, or with any of these run ids. */
  statements(traceIds: Iterable<string>, runIds: Iterable<string>): RunTrace[] {
    const traces = new Set(traceIds);
    for (const runId of runIds) for (const traceId of this.#tracesNaming.get(runId) ?? []) traces.add(traceId);
    return [...traces].flatMap((traceId) => this.#statements.get(traceId) ?? []);
  }

  /** Puts a run that events name back, as after a restart. */
  restoreRun({ runId, firstOffset, lastOffset, lastSeenMs }: NamedRun): void {
    this.#runs.set(runId, { firstOffset, lastOffset, lastSeenMs });
  }

  /** The first record that no settling rests on, or undefined when everything is settled. */
  get oldestOffset(): number | undefined {
    let oldest = this.traces.oldestOffset;
    for (const { firstOffset } of this.#runs.values()) oldest = Math.min(oldest ?? firstOffset, firstOffset);
    return oldest;
  }

  get size(): number {
    return this.traces.size + this.#runs.size;
  }

  run(runId: string): NamedRun | undefined {
    const run = this.#runs.get(runId);
    return run === undefined ? undefined : { runId, ...run };
  }

  runs(): NamedRun[] {
    return [...this.#runs].map(([runId, run]) => ({ runId, ...run }));
  }

  /** The run's records up to `throughOffset` are settled. */
  settle(runId: string, traceIds: readonly string[], throughOffset: number): void {
    for (const traceId of traceIds) {
      this.traces.settle(traceId, throughOffset);
      if (this.traces.get(traceId) === undefined) this.#forgetStatements(traceId);
    }
    const run = this.#runs.get(runId);
    if (run !== undefined && run.lastOffset <= throughOffset) this.#runs.delete(runId);
  }

  #forgetStatements(traceId: string): void {
    for (const { runId } of this.#statements.get(traceId) ?? []) {
      const naming = this.#tracesNaming.get(runId);
      naming?.delete(traceId);
      if (naming?.size === 0) this.#tracesNaming.delete(runId);
    }
    this.#statements.delete(traceId);
  }
}
