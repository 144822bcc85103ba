// Captures read as ingest reads them, for tests of dialects: each span and log record with the draft it became.

import { strict as assert } from "node:assert";
import { mapLog, mapSpan } from "../../src/dialects/registry.ts";
import { type ContentPart, HINTS, type Hint, LogDraft, SpanDraft } from "../../src/model/draft.ts";
import {
  logsOf,
  type OtlpJson,
  type PlainLog,
  type PlainSpan,
  readCapture,
  type SpanSketch,
  sketchSpan,
  spansOf,
} from "../support/plain-span.ts";

export interface MappedSpan {
  readonly span: PlainSpan;
  readonly dialect: string;
  readonly draft: SpanDraft;
}

export interface MappedLog {
  readonly log: PlainLog;
  readonly dialect: string;
  readonly draft: LogDraft;
}

export function mapOne(span: PlainSpan): MappedSpan {
  const draft = new SpanDraft();
  return { span, dialect: mapSpan(span.marks, span, draft), draft };
}

export function mapSketch(sketch: SpanSketch): MappedSpan {
  return mapOne(sketchSpan(sketch));
}

/** The spans of a capture by start. */
export function mapCapture(path: string): readonly MappedSpan[] {
  return mapRequests(readCapture(path));
}

/** The spans of export requests by start. */
export function mapRequests(requests: readonly OtlpJson[]): readonly MappedSpan[] {
  const spans = requests.flatMap(spansOf);
  spans.sort((a, b) => (a.startNs === b.startNs ? 0 : a.startNs < b.startNs ? -1 : 1));
  return spans.map(mapOne);
}

export function mapLogs(path: string): readonly MappedLog[] {
  return readCapture(path)
    .flatMap(logsOf)
    .map((log) => {
      const draft = new LogDraft();
      return { log, dialect: mapLog(log, draft), draft };
    });
}

/** The spans of a name, by start; fails when there are none. */
export function named(spans: readonly MappedSpan[], name: string): readonly MappedSpan[] {
  const found = spans.filter(({ span }) => span.name === name);
  assert.ok(found.length > 0, `no span is named ${name}`);
  return found;
}

/** The first span of a name. */
export function first(spans: readonly MappedSpan[], name: string): MappedSpan {
  return named(spans, name)[0] as MappedSpan;
}

export function hint(draft: SpanDraft, name: Hint): string | undefined {
  return draft.hints.get(HINTS[name]);
}

/** Parts in one line each: `user text: Hello`. */
export function lines(parts: readonly ContentPart[]): readonly string[] {
  return parts.map(({ role, type, body }) => `${role || "-"} ${type}: ${body}`);
}

/** The distinct agents that spans of kind `agent` name, sorted. */
export function agentsOf(spans: readonly MappedSpan[]): readonly string[] {
  return distinct(spans.filter(({ draft }) => draft.kind === "agent").map(({ draft }) => draft.agent));
}

export function distinct(values: readonly string[]): readonly string[] {
  return [...new Set(values)].sort();
}

/** How many spans there are of each kind. */
export function kindCounts(spans: readonly MappedSpan[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { draft } of spans) counts[draft.kind] = (counts[draft.kind] ?? 0) + 1;
  return counts;
}

/** Names of the spans that failed, with what they say. */
export function failures(spans: readonly MappedSpan[]): readonly string[] {
  return spans
    .filter(({ draft }) => draft.status === "error")
    .map(({ span, draft }) => `${span.name}: ${draft.statusMessage.split("\n")[0]}`);
}

/** Tokens of the calls that count. */
export function countedTokens(spans: readonly MappedSpan[]): { readonly input: number; readonly output: number } {
  let input = 0;
  let output = 0;
  for (const { draft } of spans) {
    if (draft.kind !== "llm" || draft.is("usageRepeated")) continue;
    input += draft.usage.input;
    output += draft.usage.output;
  }
  return { input, output };
}

/** What a part is stored under: equal parts are one row of a trace's contents. */
export function identity({ role, type, meta, body }: ContentPart): string {
  return JSON.stringify([role, type, meta, body]);
}
