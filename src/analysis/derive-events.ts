// The life-cycle events that a span yields without anybody sending them (rule 10). They are never stored: whoever reads
// or delivers a span record derives them from it, and an explicit event with the same id takes their place.
//
//   span of kind    at its start            at its end
//   run (a root)    run.started             run.completed or run.failed
//   agent           agent.started           agent.completed or agent.failed
//   task llm tool   likewise                likewise
//   message         message.sent, handoff
//
// They carry only what their own span says: an inherited agent is added by analysis, never here.

import { HINTS } from "../model/draft.ts";
import { spanEventId } from "../model/ids.ts";
import { NONE, type RunColumns, type RunEventRow } from "../model/run-columns.ts";
import { SPAN_KINDS, type SpanKind } from "../model/vocabulary.ts";
import { hasTrait, hintOf, STATUS } from "./codes.ts";

/** What a span says of itself that its events carry. */
export interface LifeCycleSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly isRoot: boolean;
  readonly kind: SpanKind;
  readonly name: string;
  readonly agent: string;
  readonly agentInstance: string;
  readonly toAgent: string;
  readonly failed: boolean;
  readonly open: boolean;
  /** Whether the message that the span is hands control over. */
  readonly handsOver: boolean;
  readonly data: { readonly [key: string]: unknown };
  /** What only its end tells: the error, the tokens. */
  readonly endData: { readonly [key: string]: unknown };
}

export interface LifeCycleEvent {
  /** The place among the span record's events, from 1; 0 is the record itself. */
  readonly index: number;
  readonly id: string;
  readonly type: string;
  readonly at: "start" | "end";
  readonly data: { readonly [key: string]: unknown };
}

const FAMILIES = new Set<SpanKind>(["run", "agent", "task", "llm", "tool"]);

/** The types of a span's events, in order of time: the first is at its start, a second at its end. */
export function lifeCycleTypes({
  kind,
  isRoot,
  failed,
  open,
  handsOver,
}: Pick<LifeCycleSpan, "kind" | "isRoot" | "failed" | "open" | "handsOver">): readonly string[] {
  if (kind === "message") return [handsOver ? "handoff" : "message.sent"];
  // A run span inside another is a part of the run and neither its start nor its end.
  if (!FAMILIES.has(kind) || (kind === "run" && !isRoot)) return [];
  return open ? [`${kind}.started`] : [`${kind}.started`, `${kind}.${failed ? "failed" : "completed"}`];
}

/** In order of time. */
export function lifeCycleEvents(span: LifeCycleSpan): LifeCycleEvent[] {
  return lifeCycleTypes(span).map((type, place) => ({
    ...{ index: place + 1, type, id: spanEventId(span.traceId, span.spanId, type) },
    at: place === 0 ? "start" : "end",
    data: { name: span.name, ...span.data, ...(place === 0 ? {} : span.endData) },
  }));
}

/** The events of a row, as events of the run. */
export function derivedEvents(columns: RunColumns, row: number): RunEventRow[] {
  const { traces, trace, spanIds, offset, start, end, parent } = columns;
  const above = parent[row] as number;
  const span = lifeCycleSpan(columns, row);
  return lifeCycleEvents(span).map(({ index, id, type, at, data }) => ({
    ...{ index, id, type, data },
    offset: (at === "start" ? columns.announced.get(row) : undefined) ?? (offset[row] as number),
    ...{ time: (at === "start" ? start : end)[row] as number },
    ...{ agent: span.agent, agentInstance: span.agentInstance, toAgent: span.toAgent },
    ...{ traceId: traces[trace[row] as number] as string, spanId: spanIds[row] as string },
    parentId: above === NONE ? "" : (spanIds[above] as string),
  }));
}

function lifeCycleSpan(columns: RunColumns, row: number): LifeCycleSpan {
  const { texts, traces, trace, spanIds, parent, orphan } = columns;
  const text = (column: Uint32Array) => texts.text(column[row] as number);
  const isMessage = SPAN_KINDS[columns.kind[row] as number] === "message";
  return {
    traceId: traces[trace[row] as number] as string,
    spanId: spanIds[row] as string,
    isRoot: (parent[row] === NONE && orphan[row] === 0) || hasTrait(columns, row, "root"),
    kind: SPAN_KINDS[columns.kind[row] as number] as SpanKind,
    name: text(columns.name),
    agent: (isMessage ? hintOf(columns, row, HINTS.from) : "") || text(columns.agent),
    agentInstance: text(columns.agentInstance),
    toAgent: isMessage ? hintOf(columns, row, HINTS.to) || hintOf(columns, row, HINTS.target) : "",
    failed: columns.status[row] === STATUS.error,
    open: columns.end[row] === Number.POSITIVE_INFINITY,
    handsOver: hintOf(columns, row, HINTS.messageKind) === "handoff",
    data: stated({ tool: text(columns.tool), model: text(columns.model) }),
    endData: stated({
      error: columns.status[row] === STATUS.error ? text(columns.statusMessage) : "",
      errorType: columns.status[row] === STATUS.error ? text(columns.errorType) : "",
      inputTokens: columns.tokensInput[row] as number,
      outputTokens: columns.tokensOutput[row] as number,
    }),
  };
}

/** Without what is empty or zero: an event says what is known. */
export function stated(values: Readonly<Record<string, string | number>>): { readonly [key: string]: unknown } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== "" && value !== 0));
}
