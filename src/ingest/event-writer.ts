import { type ContentPart, type DraftFact, factColumn } from "../model/draft.ts";
import { spanEventId } from "../model/ids.ts";
import { LIMITS } from "../model/limits.ts";
import { EVENT_LEVELS, type EventLevel, RUN_RULES } from "../model/vocabulary.ts";
import type { Batch } from "./batch.ts";
import { type ContentWriter, noTrace, partsPreview, preview } from "./contents.ts";
import type { Cuts } from "./cuts.ts";
import { type EventIds, uuidV7 } from "./event-ids.ts";
import type { RunTraceWriter } from "./run-traces.ts";

/** A RunEvent that was checked and is ready to be written. */
export interface EventRecord {
  readonly id: string;
  readonly runId: string;
  readonly traceId: Buffer | undefined;
  readonly spanId: Buffer | undefined;
  readonly parentSpanId: Buffer | undefined;
  readonly type: string;
  readonly timeNs: bigint;
  readonly agent: string;
  readonly agentInstance: string;
  readonly to: string;
  readonly level: EventLevel;
  readonly service: string;
  readonly scope: string;
  readonly resource: string;
  readonly message: string;
  /** A JSON object as text, or "". */
  readonly data: string;
  readonly input: readonly ContentPart[];
  readonly output: readonly ContentPart[];
  /** What it says about a span: its own, or the one that `about` tells. */
  readonly facts: readonly DraftFact[];
  readonly about: string;
}

const LEVEL_NUMBER = new Map(EVENT_LEVELS.map((level, number) => [level, number]));
const LIFE_CYCLE = /^(?:run|agent|task|llm|tool)\.(?:started|completed|failed)$/;

/** Writes RunEvents into a batch, each id once. */
export class EventWriter {
  readonly #ids: EventIds;
  readonly #contents: ContentWriter;
  readonly #runTraces: RunTraceWriter;

  constructor(ids: EventIds, contents: ContentWriter, runTraces: RunTraceWriter) {
    this.#ids = ids;
    this.#contents = contents;
    this.#runTraces = runTraces;
  }

  /** Writes the event; false when an event of its id was written before. */
  write(batch: Batch, project: string, event: EventRecord, nowMs: number, cuts: Cuts): boolean {
    const id = eventId(event, nowMs);
    if (!this.#ids.add(project, id)) return false;
    const row = batch.begin("events", project);
    const { columns } = batch.events;
    const trace = event.traceId ?? noTrace();
    columns.id.put(row, id);
    columns.type.put(row, event.type);
    columns.time.putBigInt(row, event.timeNs);
    if (event.runId !== "") columns.run_id.put(row, event.runId);
    if (event.traceId !== undefined) columns.trace_id.put(row, event.traceId);
    if (event.spanId !== undefined) columns.span_id.put(row, event.spanId);
    if (event.parentSpanId !== undefined) columns.parent_id.put(row, event.parentSpanId);
    if (event.agent !== "") columns.agent.put(row, event.agent);
    if (event.agentInstance !== "") columns.agent_instance.put(row, event.agentInstance);
    if (event.to !== "") columns.to_agent.put(row, event.to);
    columns.level.put(row, LEVEL_NUMBER.get(event.level) as number);
    columns.service.put(row, event.service);
    columns.scope.put(row, event.scope);
    columns.resource.put(row, event.resource);
    if (event.data !== "") columns.data.put(row, event.data);
    this.#message(batch, project, trace, row, event);
    this.#contents.parts(batch, project, trace, columns, "input", event.input, cuts);
    this.#contents.parts(batch, project, trace, columns, "output", event.output, cuts);
    this.#contents.endRow(columns, row);
    if (event.traceId !== undefined) {
      if (event.runId !== "") this.#runTraces.add(batch, project, trace, event.runId, RUN_RULES.explicit);
      if (event.spanId !== undefined) this.#facts(batch, project, trace, event.spanId, event, cuts);
    }
    return true;
  }

  #message(batch: Batch, project: string, trace: Buffer, row: number, event: EventRecord): void {
    const { columns } = batch.events;
    const text = event.message === "" ? partsPreview([...event.input, ...event.output]) : event.message;
    if (text === "") return;
    if (text.length <= LIMITS.inlineValueBytes) {
      columns.message.put(row, text);
      return;
    }
    columns.message.put(row, preview(text));
    this.#contents.value(batch, project, trace, columns, "body", Buffer.from(text));
  }

  #facts(batch: Batch, project: string, trace: Buffer, span: Buffer, event: EventRecord, cuts: Cuts): void {
    for (const { field, value } of event.facts) {
      const row = this.#factRow(batch, project, trace, span, factColumn(field, event.about), event.type);
      batch.span_facts.columns.value.put(row, value);
    }
    for (const side of ["input", "output"] as const) {
      if (event[side].length === 0) continue;
      const row = this.#factRow(batch, project, trace, span, factColumn(side, event.about), event.type);
      const { columns } = batch.span_facts;
      columns.value.put(row, partsPreview(event[side]));
      this.#contents.parts(batch, project, trace, columns, side, event[side], cuts);
      this.#contents.endRow(columns, row);
    }
  }

  #factRow(batch: Batch, project: string, trace: Buffer, span: Buffer, field: string, source: string): number {
    const row = batch.begin("span_facts", project);
    const { columns } = batch.span_facts;
    columns.trace_id.put(row, trace);
    columns.span_id.put(row, span);
    columns.field.put(row, field);
    columns.source.put(row, source);
    return row;
  }
}

/** The sender's id; else the key of a span's life-cycle event; else a new one. */
function eventId(event: EventRecord, nowMs: number): string {
  if (event.id !== "") return event.id;
  if (event.traceId !== undefined && event.spanId !== undefined && LIFE_CYCLE.test(event.type)) {
    return spanEventId(event.traceId.toString("hex"), event.spanId.toString("hex"), event.type);
  }
  return uuidV7(nowMs);
}
