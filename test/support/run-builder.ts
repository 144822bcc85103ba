// Runs for tests, written as an indented list:
//
//   agent boss 0-1000
//     tool ask 100-700 in=5
//       agent helper 110-690 link=x
//     llm 700-
//
// A line is `kind name start-end`, times in ms after t0, no end for a span that is open; then flags and `key=value`
// pairs (FIELDS below). An agent's name is the agent unless `agent=` says otherwise; `id=` defaults to the name where it
// is the only one of its kind; `parent=` names a parent elsewhere. Texts with blanks stand in double quotes.

import { RUN_TIMINGS, type RunInput } from "../../src/analysis/run-analysis.ts";
import { HINTS } from "../../src/model/draft.ts";
import { NONE, type RunColumns, type RunEventRow, type SpanFact, TextTable } from "../../src/model/run-columns.ts";
import { SPAN_KINDS, SPAN_STATUSES, SPAN_TRAITS, type SpanKind, type SpanTrait } from "../../src/model/vocabulary.ts";

const NS_PER_MS = 1e6;
export const T0_NS = 1_700_000_000_000_000_000n;

/** One span; times in nanoseconds after t0. */
export interface TestSpan {
  readonly id: string;
  readonly trace?: string;
  /** The parent's id; one that no span has makes an orphan. */
  readonly parent?: string;
  readonly kind: SpanKind;
  readonly name: string;
  readonly start: number;
  readonly end: number;
  readonly texts?: Partial<Record<TextColumn, string>>;
  readonly numbers?: Partial<Record<NumberColumn, number>>;
  readonly error?: string;
  readonly traits?: readonly SpanTrait[];
  readonly tags?: readonly string[];
  readonly hints?: Readonly<Record<string, string>>;
  /** Ids of spans linked to, with their trace: `id` or `trace/id`. */
  readonly links?: readonly string[];
  readonly inputParts?: readonly string[];
  readonly outputParts?: readonly string[];
  readonly status?: (typeof SPAN_STATUSES)[number];
  readonly otelKind?: number;
}

const TEXT_COLUMNS = [
  ...([
    "service",
    "statusMessage",
    "errorType",
    "dialect",
    "scope",
    "agent",
    "agentInstance",
    "model",
    "provider",
  ] as const),
  ...(["tool", "toolCallId", "responseId", "costSource", "session", "user", "inputPreview", "outputPreview"] as const),
] as const;
export type TextColumn = (typeof TEXT_COLUMNS)[number];

const NUMBER_COLUMNS = [
  ...(["tokensInput", "tokensOutput", "tokensCacheRead", "tokensCacheWrite", "tokensReasoning"] as const),
  ...(["costNano", "costInputNano", "offset"] as const),
] as const;
export type NumberColumn = (typeof NUMBER_COLUMNS)[number];

const DEFAULT_TRACE = "1".padStart(32, "0");

/** The columns that the store would make of the spans, in whatever order they came. */
export function columnsOf(unordered: readonly TestSpan[]): RunColumns {
  const texts = new TextTable();
  const spans = parentsFirst(unordered);
  const count = spans.length;
  const key = (trace: string | undefined, id: string) => `${trace ?? DEFAULT_TRACE}/${id}`;
  const rowOf = new Map(spans.map((span, row) => [key(span.trace, span.id), row]));
  const traces = [...new Set(spans.map(({ trace }) => trace ?? DEFAULT_TRACE))].sort();
  const text = (of: (span: TestSpan) => string | undefined) =>
    Uint32Array.from(spans, (span) => texts.indexOf(of(span) ?? ""));
  const number = (of: (span: TestSpan) => number | undefined) => Float64Array.from(spans, (span) => of(span) ?? 0);
  const perRow = <T>(of: (span: TestSpan) => T | undefined) =>
    new Map(spans.flatMap((span, row) => (of(span) === undefined ? [] : [[row, of(span) as T] as const])));
  const textColumns = Object.fromEntries(TEXT_COLUMNS.map((name) => [name, text(({ texts: own }) => own?.[name])]));
  const numberColumns = Object.fromEntries(
    NUMBER_COLUMNS.map((name) => [name, number(({ numbers }) => numbers?.[name])]),
  );
  return {
    ...{ count, t0Ns: T0_NS, texts, traces, spanIds: spans.map(({ id }) => id) },
    announced: new Map(),
    trace: Uint32Array.from(spans, ({ trace }) => traces.indexOf(trace ?? DEFAULT_TRACE)),
    parent: Int32Array.from(spans, ({ trace, parent }) =>
      parent === undefined ? NONE : (rowOf.get(key(trace, parent)) ?? NONE),
    ),
    orphan: Uint8Array.from(spans, ({ trace, parent }) =>
      parent !== undefined && !rowOf.has(key(trace, parent)) ? 1 : 0,
    ),
    start: number(({ start }) => start),
    end: number(({ end }) => end),
    name: text(({ name }) => name),
    kind: Uint8Array.from(spans, ({ kind }) => SPAN_KINDS.indexOf(kind)),
    otelKind: Uint8Array.from(spans, ({ otelKind }) => otelKind ?? 1),
    status: Uint8Array.from(spans, ({ status, error }) =>
      SPAN_STATUSES.indexOf(error === undefined ? (status ?? "unset") : "error"),
    ),
    traits: Uint16Array.from(spans, ({ traits }) =>
      (traits ?? []).reduce((bits, trait) => bits | SPAN_TRAITS[trait], 0),
    ),
    weight: new Float32Array(count).fill(1),
    tags: perRow(({ tags }) => tags),
    hints: perRow(({ hints }) => hints && new Map(Object.entries(hints))),
    links: spans.flatMap(({ links, trace }, fromRow) =>
      (links ?? []).map((link) => {
        const [first, second] = link.split("/") as [string, string | undefined];
        return { fromRow, traceId: second === undefined ? (trace ?? DEFAULT_TRACE) : first, spanId: second ?? first };
      }),
    ),
    inputParts: perRow(({ inputParts }) => inputParts),
    outputParts: perRow(({ outputParts }) => outputParts),
    ...(textColumns as Record<TextColumn, Uint32Array>),
    ...(numberColumns as Record<NumberColumn, Float64Array>),
  };
}

/** By (start, id), but every parent before its children. */
function parentsFirst(unordered: readonly TestSpan[]): TestSpan[] {
  const sorted = unordered.toSorted((a, b) => a.start - b.start || (a.id < b.id ? -1 : 1));
  const byId = new Map(sorted.map((span) => [`${span.trace ?? ""}/${span.id}`, span]));
  const placed = new Set<TestSpan>();
  for (const span of sorted) {
    const chain: TestSpan[] = [];
    let at: TestSpan | undefined = span;
    while (at !== undefined && !placed.has(at) && !chain.includes(at)) {
      chain.push(at);
      at = at.parent === undefined ? undefined : byId.get(`${at.trace ?? ""}/${at.parent}`);
    }
    for (const next of chain.reverse()) placed.add(next);
  }
  return [...placed];
}

const FLAGS: Readonly<Record<string, SpanTrait>> = {
  hidden: "hidden",
  human: "waitsForHuman",
  inferred: "agentInferred",
  repeated: "usageRepeated",
  control: "controlFlow",
  embedding: "embedding",
};
const TEXTS: Readonly<Record<string, TextColumn>> = {
  ...{
    agent: "agent",
    instance: "agentInstance",
    model: "model",
    service: "service",
    tool: "tool",
    dialect: "dialect",
  },
  ...{ response: "responseId", session: "session", user: "user", type: "errorType", costsource: "costSource" },
  ...{ asked: "inputPreview", said: "outputPreview", scope: "scope", call: "toolCallId" },
};
const NUMBERS: Readonly<Record<string, NumberColumn>> = {
  ...{ in: "tokensInput", out: "tokensOutput", cost: "costNano", costin: "costInputNano" },
  ...{ read: "tokensCacheRead", write: "tokensCacheWrite", reasoning: "tokensReasoning", offset: "offset" },
};
const LINE = /^(\s*)(\w+)(?:\s+("[^"]*"|[^\s=]+))?\s+(-?[\d.]+)-(-?[\d.]+)?((?:\s+\S.*)?)$/;

/** The spans of a run in the notation above. */
export function spansOf(notation: string): TestSpan[] {
  const spans: TestSpan[] = [];
  const open: { readonly indent: number; readonly id: string; readonly trace: string | undefined }[] = [];
  for (const line of notation.split("\n")) {
    if (line.trim() === "" || line.trim().startsWith("#")) continue;
    const match = LINE.exec(line);
    if (match === null) throw new Error(`Not a span: ${line}`);
    const indent = (match[1] as string).length;
    while (open.length > 0 && (open.at(-1)?.indent ?? 0) >= indent) open.pop();
    const around = open.at(-1);
    const span = parseSpan(match, spans, around);
    spans.push(span);
    open.push({ indent, id: span.id, trace: span.trace });
  }
  return spans;
}

type Around = { readonly id: string; readonly trace: string | undefined } | undefined;

function parseSpan(match: RegExpExecArray, before: readonly TestSpan[], around: Around): TestSpan {
  const [, , kind, quoted, start, end, rest] = match;
  const name = (quoted ?? (kind as string)).replaceAll('"', "");
  const words = (rest as string).match(/[^\s="]+(?:="[^"]*"|=\S*)?/g) ?? [];
  const said = new Map(words.map((word) => splitWord(word)));
  const of = <K extends string>(table: Readonly<Record<string, K>>) =>
    Object.entries(table).flatMap(([key, column]) =>
      said.has(key) ? [[column, said.get(key) as string] as const] : [],
    );
  const id = said.get("id") ?? (before.some((span) => span.id === name) ? `${name}${before.length}` : name);
  const trace = said.get("trace") ?? around?.trace;
  const parent = said.get("parent") ?? around?.id;
  const isAgent = kind === "agent" && !said.has("inferred");
  const hints = [...said]
    .filter(([key]) => key in HINTS)
    .map(([key, value]) => [HINTS[key as keyof typeof HINTS], value]);
  return {
    ...{ id, kind: kind as SpanKind, name, start: Number(start) * NS_PER_MS },
    end: end === undefined ? Number.POSITIVE_INFINITY : Number(end) * NS_PER_MS,
    ...(trace === undefined ? {} : { trace }),
    ...(parent === undefined || parent === "none" ? {} : { parent }),
    texts: {
      dialect: "talea",
      ...(isAgent ? { agent: name } : {}),
      ...Object.fromEntries(of(TEXTS)),
      ...errorTexts(said),
    },
    numbers: Object.fromEntries(of(NUMBERS).map(([column, value]) => [column, Number(value)])),
    ...(said.has("error") ? { error: said.get("error") as string } : {}),
    traits: of(FLAGS).map(([trait]) => trait),
    ...(hints.length > 0 ? { hints: Object.fromEntries(hints) as Record<string, string> } : {}),
    ...(said.has("tags") ? { tags: (said.get("tags") as string).split(",") } : {}),
    ...(said.has("link") ? { links: (said.get("link") as string).split(",") } : {}),
    ...(said.has("reads") ? { inputParts: (said.get("reads") as string).split(",") } : {}),
    ...(said.has("writes") ? { outputParts: (said.get("writes") as string).split(",") } : {}),
    ...(said.has("otel") ? { otelKind: Number(said.get("otel")) } : {}),
  };
}

function errorTexts(said: ReadonlyMap<string, string>): Partial<Record<TextColumn, string>> {
  return said.has("error") ? { statusMessage: said.get("error") as string } : {};
}

function splitWord(word: string): readonly [string, string] {
  const at = word.indexOf("=");
  return at < 0 ? [word, ""] : [word.slice(0, at), word.slice(at + 1).replaceAll('"', "")];
}

/** A RunEvent at a time in ms. */
export function eventOf(type: string, ms: number, rest: Partial<RunEventRow> = {}): RunEventRow {
  return {
    ...{
      offset: ms,
      index: 0,
      id: `${type}@${ms}`,
      type,
      time: ms * NS_PER_MS,
      agent: "",
      agentInstance: "",
      toAgent: "",
    },
    ...{ traceId: rest.spanId === undefined ? "" : DEFAULT_TRACE, spanId: "", parentId: "", data: {} },
    ...rest,
  };
}

export function factAbout(spanId: string, field: string, value: string): SpanFact {
  return { traceId: DEFAULT_TRACE, spanId, field, value, source: "log" };
}

/** An input of analysis over spans (or their notation), long after the last of them. */
export function inputOf(spans: string | readonly TestSpan[], rest: Partial<RunInput> = {}): RunInput {
  const columns = columnsOf(typeof spans === "string" ? spansOf(spans) : spans);
  let last = 0;
  for (const instant of [...columns.start, ...columns.end])
    if (Number.isFinite(instant)) last = Math.max(last, instant);
  const minute = 60_000 * NS_PER_MS;
  return {
    ...{ runId: "run", columns, events: [], facts: [], timings: RUN_TIMINGS, now: last + minute, lastReceived: last },
    ...rest,
  };
}

/** The row of a span by its id. */
export function rowOf(columns: RunColumns, id: string): number {
  const row = columns.spanIds.indexOf(id);
  if (row < 0) throw new Error(`No span ${id}`);
  return row;
}
