// Captures as runs: what ingest, the store and run resolution make of an export, without any of them.

import { groupTraces, type LoneTrace } from "../../src/analysis/group-traces.ts";
import { RUN_TIMINGS, type RunInput } from "../../src/analysis/run-analysis.ts";
import { RunResolution, type RunTraceRow } from "../../src/analysis/run-resolution.ts";
import type { ContentPart } from "../../src/model/draft.ts";
import { factColumn } from "../../src/model/draft.ts";
import type { PartLengths, RunEventRow, SpanFact } from "../../src/model/run-columns.ts";
import { RUN_RULES, SPAN_TRAITS, type SpanTrait } from "../../src/model/vocabulary.ts";
import { type MappedLog, type MappedSpan, mapCapture, mapLogs } from "../dialects/mapped-capture.ts";
import { columnsOf, type TestSpan } from "./run-builder.ts";

const PREVIEW_LENGTH = 200;
const MINUTE_NS = 60e9;

/** The runs of a capture, by the start of their first span. */
export function runsOfCapture(path: string, logsPath?: string): RunInput[] {
  return runsOfSpans(mapCapture(path), logsPath === undefined ? [] : mapLogs(logsPath));
}

/**
 * The runs of spans in order of start, by the start of their first span. Of the traces and runs that were deleted
 * nothing is left but what their spans say about where other traces belong.
 */
export function runsOfSpans(
  spans: readonly MappedSpan[],
  logs: readonly MappedLog[] = [],
  deleted: ReadonlySet<string> = new Set(),
): RunInput[] {
  const resolution = new RunResolution(statements(spans), new Set(spans.map(({ span }) => span.traceId)));
  const spansOf = Map.groupBy(spans, ({ span }) => span.traceId);
  const tracesOf = (runId: string) => resolution.tracesOf(runId).filter((traceId) => !deleted.has(traceId));
  return resolution
    .runs()
    .filter((runId) => !deleted.has(runId) && tracesOf(runId).length > 0)
    .map((runId) => {
      const traces = new Set(tracesOf(runId));
      const own = [...traces].flatMap((traceId) => spansOf.get(traceId) ?? []);
      const run = runOf(
        runId,
        own,
        logs.filter(({ log }) => traces.has(log.traceId)),
      );
      return { ...run, otherRunIds: resolution.otherExplicitIds(runId) };
    })
    .sort((a, b) => Number(a.columns.t0Ns - b.columns.t0Ns));
}

/** What is stated of traces: by ingest, and of lone spans by the settling job. */
function statements(spans: readonly MappedSpan[]): RunTraceRow[] {
  const grouped = [...groupTraces(loneTraces(spans))].map(([traceId, runId]) => {
    return { traceId, runId, rule: RUN_RULES.grouped, offset: spans.length };
  });
  return [...ingested(spans), ...grouped];
}

/** Of libraries that lose the parents of spans; of any other a lone span is a run of its own. */
function loneTraces(spans: readonly MappedSpan[]): LoneTrace[] {
  const byTrace = Map.groupBy(spans, ({ span }) => span.traceId);
  const t0Ns = earliest(spans);
  return [...byTrace.values()].flatMap(([first, ...others]): LoneTrace[] => {
    if (first === undefined || others.length > 0) return [];
    const { span, draft, dialect } = first;
    if (dialect !== "openllmetry" || span.hasParent) return [];
    const [start, end] = [Number(span.startNs - t0Ns), Number(span.endNs - t0Ns)];
    const contains = draft.kind === "run" || draft.kind === "agent";
    const { traceId, service, scope } = span;
    return [{ traceId, service, scope, session: draft.session, start, end, contains }];
  });
}

function earliest(spans: readonly MappedSpan[]): bigint {
  return spans.reduce((min, { span }) => (span.startNs < min ? span.startNs : min), spans[0]?.span.startNs ?? 0n);
}

/** Explicit ids, ids of dialects, and links from roots. */
function ingested(spans: readonly MappedSpan[]): RunTraceRow[] {
  return spans.flatMap(({ span, draft }, offset): RunTraceRow[] => {
    const row = (rule: number, runId: string) => ({ traceId: span.traceId, runId, rule, offset });
    const link = span.hasParent ? undefined : span.links.find(({ traceId }) => traceId !== span.traceId);
    return [
      ...(draft.runId === "" ? [] : [row(RUN_RULES.explicit, draft.runId)]),
      ...(draft.dialectRunId === "" ? [] : [row(RUN_RULES.dialect, draft.dialectRunId)]),
      ...(link === undefined ? [] : [row(RUN_RULES.link, link.traceId)]),
    ];
  });
}

function runOf(runId: string, spans: readonly MappedSpan[], logs: readonly MappedLog[]): RunInput {
  const t0Ns = earliest(spans);
  const lengths = new Map<string, number>();
  const columns = columnsOf(spans.map((mapped) => testSpan(mapped, t0Ns, lengths)));
  const last = spans.reduce((max, { span }) => Math.max(max, Number(span.endNs - t0Ns)), 0);
  return {
    ...{ runId, columns: { ...columns, t0Ns }, timings: RUN_TIMINGS, lastReceived: last, now: last + MINUTE_NS },
    events: logs.map((log, i) => eventOf(log, i, t0Ns)),
    facts: logs.flatMap(factsOf),
    partLengths: lengths as PartLengths,
  };
}

function testSpan({ span, dialect, draft }: MappedSpan, t0Ns: bigint, lengths: Map<string, number>): TestSpan {
  const { usage } = draft;
  const parts = (list: readonly ContentPart[]) => {
    const keys = list.map(partKey);
    for (const [i, key] of keys.entries()) lengths.set(key, (list[i] as ContentPart).body.length);
    return keys.length === 0 ? undefined : keys;
  };
  const input = parts(draft.input);
  const output = parts(draft.output);
  return {
    ...{ id: span.spanId, trace: span.traceId, kind: draft.kind, name: span.name },
    ...(span.parentId === "" ? {} : { parent: span.parentId }),
    start: Number(span.startNs - t0Ns),
    end: Number(span.endNs - t0Ns),
    texts: {
      ...{ service: span.service, scope: span.scope, dialect, statusMessage: draft.statusMessage },
      ...{ errorType: draft.errorType, agent: draft.agent, agentInstance: draft.agentInstance, model: draft.model },
      ...{ provider: draft.provider, tool: draft.tool, toolCallId: draft.toolCallId, responseId: draft.responseId },
      ...{ session: draft.session, user: draft.user, costSource: draft.costUsd === undefined ? "" : "reported" },
      ...{ inputPreview: preview(draft.input), outputPreview: preview(draft.output) },
    },
    numbers: {
      ...{ tokensInput: usage.input, tokensOutput: usage.output, tokensCacheRead: usage.cacheRead },
      ...{ tokensCacheWrite: usage.cacheWrite, tokensReasoning: usage.reasoning },
      costNano: Math.round((draft.costUsd ?? 0) * 1e9),
    },
    traits: (Object.keys(SPAN_TRAITS) as SpanTrait[]).filter((trait) => draft.is(trait)),
    ...(draft.tags.length === 0 ? {} : { tags: [...draft.tags] }),
    ...(draft.hints.size === 0 ? {} : { hints: Object.fromEntries(draft.hints) }),
    links: span.links.map(({ traceId, spanId }) => `${traceId}/${spanId}`),
    ...(input === undefined ? {} : { inputParts: input }),
    ...(output === undefined ? {} : { outputParts: output }),
    ...{ status: draft.status, otelKind: span.otelKind },
  };
}

/** What a part is stored under: equal parts of a trace are one row. */
function partKey({ role, type, meta, body }: ContentPart): string {
  return JSON.stringify([role, type, meta, body]);
}

function preview(parts: readonly ContentPart[]): string {
  return (parts.at(-1)?.body ?? "").slice(0, PREVIEW_LENGTH);
}

function eventOf({ log, draft }: MappedLog, offset: number, t0Ns: bigint): RunEventRow {
  return {
    ...{
      offset,
      index: 0,
      id: `log ${offset}`,
      type: draft.type,
      time: Number(log.timeNs - t0Ns),
      parentId: "",
      data: {},
    },
    ...{ agent: draft.agent, agentInstance: draft.agentInstance, toAgent: draft.toAgent },
    ...{ traceId: log.traceId, spanId: log.spanId },
  };
}

function factsOf({ log, draft }: MappedLog): SpanFact[] {
  const { traceId, spanId } = log;
  return draft.facts.map(({ field, value }) => {
    return { traceId, spanId, field: factColumn(field, draft.about), value, source: draft.type };
  });
}
