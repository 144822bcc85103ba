// What the stream delivers: RunEvents as they were sent, and the life-cycle events that span records yield (rule 10),
// in the order of their offsets. An event is kept in its block until somebody wants it: of what no filter lets through
// nothing is decoded but what the filter asks.

import { type LifeCycleSpan, lifeCycleEvents, lifeCycleTypes, stated } from "../analysis/derive-events.ts";
import { HINTS } from "../model/draft.ts";
import { formatOffset } from "../model/ids.ts";
import { SPAN_KINDS, SPAN_STATUSES, SPAN_TRAITS, type SpanKind } from "../model/vocabulary.ts";
import type { Block, NestedColumn, TextColumn } from "../store/native/block-reader.ts";
import { eventAt } from "../store/run-input.ts";
import { presentEvent, type TimedEvent } from "./timed-event.ts";

/** An event on its way to subscribers. */
export class StreamEvent {
  readonly project: string;
  readonly event: TimedEvent;
  /** The run that the sender named, or "". */
  readonly namedRun: string;
  /** The run that it belongs to as far as is known; "": none. Set before it is delivered. */
  runId: string;
  #json: string | undefined;

  constructor(project: string, event: TimedEvent, namedRun: string) {
    this.project = project;
    this.event = event;
    this.namedRun = namedRun;
    this.runId = namedRun;
  }

  get offset(): string {
    return formatOffset(this.event.offset, this.event.index);
  }

  /** The event in the shape of the API, as JSON: made once for all subscribers. */
  get json(): string {
    this.#json ??= JSON.stringify(presentEvent(this.event, this.runId === "" ? undefined : this.runId));
    return this.#json;
  }
}

/** The event of a row of `events`. */
export function sentEvent(block: Block, row: number): StreamEvent {
  const event: TimedEvent = { ...eventAt(block, row), derived: false };
  return new StreamEvent(block.texts("project").text(row), event, block.texts("run_id").text(row));
}

/** The columns of `spans` that its events are made of. */
export const EVENT_SPAN_COLUMNS = [
  "project",
  "offset",
  "started_at",
  "duration_ns",
  "trace_id",
  "span_id",
  "parent_id",
  "name",
  "kind",
  "status",
  "status_message",
  "error_type",
  "traits",
  "agent",
  "agent_instance",
  "model",
  "tool",
  "tokens_input",
  "tokens_output",
  "hints",
] as const;

/** The types of the events that a row of `spans` yields, in order of their places from 1. */
export function derivedTypes(block: Block, row: number): readonly string[] {
  return lifeCycleTypes(phasesAt(block, row));
}

/** The events of a row of `spans`, in order. */
export function derivedStreamEvents(block: Block, row: number): StreamEvent[] {
  const span = spanAt(block, row);
  const startNs = block.bigints("started_at")[row] as bigint;
  const endNs = startNs + BigInt(block.numbers("duration_ns")[row] as number);
  const project = block.texts("project").text(row);
  const offset = block.numbers("offset")[row] as number;
  return lifeCycleEvents(span).map(({ index, id, type, at, data }) => {
    const event: TimedEvent = {
      ...{ offset, index, id, type, data, derived: true },
      timeNs: at === "start" ? startNs : endNs,
      ...{ agent: span.agent, agentInstance: span.agentInstance, toAgent: span.toAgent },
      ...{ traceId: span.traceId, spanId: span.spanId, parentId: block.ids("parent_id").text(row) },
    };
    return new StreamEvent(project, event, "");
  });
}

function phasesAt(block: Block, row: number) {
  const kind = SPAN_KINDS[block.numbers("kind")[row] as number] as SpanKind;
  const traits = block.numbers("traits")[row] as number;
  return {
    kind,
    isRoot: isZero(block, row) || (traits & SPAN_TRAITS.root) !== 0,
    failed: SPAN_STATUSES[block.numbers("status")[row] as number] === "error",
    open: (traits & SPAN_TRAITS.pending) !== 0,
    handsOver: kind === "message" && hintAt(block, row, HINTS.messageKind) === "handoff",
  };
}

function spanAt(block: Block, row: number): LifeCycleSpan {
  const text = (name: string) => block.texts(name).text(row);
  const hint = (name: string) => hintAt(block, row, name);
  const phases = phasesAt(block, row);
  const { kind, failed } = phases;
  const isMessage = kind === "message";
  return {
    ...phases,
    traceId: text("trace_id"),
    spanId: text("span_id"),
    name: text("name"),
    agent: (isMessage ? hint(HINTS.from) : "") || text("agent"),
    agentInstance: text("agent_instance"),
    toAgent: isMessage ? hint(HINTS.to) || hint(HINTS.target) : "",
    data: stated({ tool: text("tool"), model: text("model") }),
    endData: stated({
      error: failed ? text("status_message") : "",
      errorType: failed ? text("error_type") : "",
      inputTokens: block.numbers("tokens_input")[row] as number,
      outputTokens: block.numbers("tokens_output")[row] as number,
    }),
  };
}

function isZero(block: Block, row: number): boolean {
  const { data, width } = block.ids("parent_id");
  for (let at = row * width; at < (row + 1) * width; at++) if (data[at] !== 0) return false;
  return true;
}

function hintAt(block: Block, row: number, name: string): string {
  const hints: NestedColumn = block.nested("hints");
  const keys = hints.keys as TextColumn;
  for (let i = hints.start(row); i < hints.end(row); i++) {
    if (keys.text(i) === name) return (hints.items as TextColumn).text(i);
  }
  return "";
}
