// Spans that nothing but RunEvents tell of: their records have not come yet, because the work is in flight, or never
// will, because the sender only sends events. Whoever builds a run's columns adds them as rows, so that they have their
// place in the tree, in timelines and on the critical path.
//
// Events with a span id are of that span. Events without one are paired by agent: a start is ended by the next end of the
// same family (and name, if both say one), and lies within what the agent has open.
//
//   run.started                    ├─────────────────────────┤
//   agent.started  (agent a)         ├───────────────────┤         in the run
//   tool.started   (agent a)            ├─────┤                    in a's agent
//   llm.completed  (agent a)                      ┼                an end alone is a point
//                                                         run.completed

import type { RunEventRow } from "../model/run-columns.ts";
import type { SpanKind } from "../model/vocabulary.ts";
import { getOrMake } from "./get-or-make.ts";

export interface EventSpan {
  /** Empty where the events name no trace: the span belongs to the run alone. */
  readonly traceId: string;
  /** Where the events name no span: `~` and the id of the first event. */
  readonly spanId: string;
  /** Empty: a root, as far as its events say. */
  readonly parentId: string;
  readonly kind: SpanKind;
  readonly name: string;
  readonly agent: string;
  readonly agentInstance: string;
  readonly start: number;
  /** `Infinity` while open. */
  readonly end: number;
  readonly failed: boolean;
  /** Of its first event. */
  readonly offset: number;
  /** What its events say besides, the end over the start: `tool`, `model`, `inputTokens`, `outputTokens`, `error`, … */
  readonly data: { readonly [key: string]: unknown };
}

const LIFE_CYCLE = /^(run|agent|task|llm|tool)\.(started|completed|failed|cancelled)$/;

/** `isKnown` says whether the record of a span is there: such spans speak for themselves. By start, then id. */
export function eventSpans(
  events: readonly RunEventRow[],
  isKnown: (traceId: string, spanId: string) => boolean,
): EventSpan[] {
  const named = new Map<string, RunEventRow[]>();
  const pairs = new EventPairs();
  const inOrder = events.toSorted((a, b) => a.time - b.time || a.offset - b.offset || a.index - b.index);
  for (const event of inOrder) {
    const { traceId, spanId } = event;
    if (!LIFE_CYCLE.test(event.type)) continue;
    if (spanId === "") pairs.add(event);
    else if (!isKnown(traceId, spanId)) getOrMake(named, `${traceId}/${spanId}`, () => []).push(event);
  }
  return [...[...named.values()].map((own) => spanOf(own, "")), ...pairs.spans()].sort(
    (a, b) => a.start - b.start || (a.spanId < b.spanId ? -1 : a.spanId > b.spanId ? 1 : 0),
  );
}

/** The pair of start and end is an interval, whichever came first and however the clocks stood. */
function spanOf(events: readonly RunEventRow[], parentId: string): EventSpan {
  const first = events[0] as RunEventRow;
  const started = events.find(isStart);
  const ended = events.findLast((event) => !isStart(event));
  const said = (read: (event: RunEventRow) => string) => events.map(read).find((text) => text !== "") ?? "";
  const name = said(({ data }) => textOf(data["name"]));
  const kind = familyOf(first);
  return {
    ...{ traceId: first.traceId, spanId: first.spanId || `~${first.id}`, kind },
    parentId: said((event) => event.parentId) || parentId,
    ...{ agent: said(({ agent }) => agent), agentInstance: said(({ agentInstance }) => agentInstance) },
    name:
      name || said(({ data }) => textOf(data["tool"]) || textOf(data["model"])) || said(({ agent }) => agent) || kind,
    start: Math.min(started?.time ?? first.time, ended?.time ?? first.time),
    end: ended?.time ?? Number.POSITIVE_INFINITY,
    failed: ended?.type.endsWith(".failed") === true,
    offset: Math.min(...events.map(({ offset }) => offset)),
    data: { ...started?.data, ...ended?.data },
  };
}

function isStart({ type }: RunEventRow): boolean {
  return type.endsWith(".started");
}

function familyOf({ type }: RunEventRow): SpanKind {
  return LIFE_CYCLE.exec(type)?.[1] as SpanKind;
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

interface OpenPair {
  readonly family: SpanKind;
  readonly name: string;
  readonly parentId: string;
  readonly events: RunEventRow[];
}

/** Pairs events without a span id, in order of time. */
class EventPairs {
  readonly #all: OpenPair[] = [];
  /** What each agent has open, outermost first; the run's own under the empty name. */
  readonly #open = new Map<string, OpenPair[]>();

  add(event: RunEventRow): void {
    const owner = familyOf(event) === "run" ? "" : event.agent;
    const open = getOrMake(this.#open, owner, () => []);
    if (isStart(event)) open.push(this.#begin(event, open));
    else this.#end(event, open);
  }

  spans(): EventSpan[] {
    return this.#all.map(({ events, parentId }) => spanOf(events, parentId));
  }

  #begin(event: RunEventRow, open: readonly OpenPair[]): OpenPair {
    const around = open.at(-1) ?? this.#open.get("")?.at(-1);
    const first = around?.events[0];
    const parentId = first === undefined ? "" : `~${first.id}`;
    const pair = { family: familyOf(event), name: textOf(event.data["name"]), parentId, events: [event] };
    this.#all.push(pair);
    return pair;
  }

  #end(event: RunEventRow, open: OpenPair[]): void {
    const name = textOf(event.data["name"]);
    const family = familyOf(event);
    const at = open.findLastIndex(
      (pair) => pair.family === family && (name === "" || pair.name === "" || pair.name === name),
    );
    if (at < 0) this.#begin(event, open);
    else (open.splice(at, 1)[0] as OpenPair).events.push(event);
  }
}
