import { type Static, Type } from "typebox";
import { present } from "../../base/present.ts";
import { presentEvent } from "../../live/timed-event.ts";
import { isTraceId } from "../../model/ids.ts";
import { LIMITS } from "../../model/limits.ts";
import { page, Run, RunEvent, Span } from "../../model/shapes.ts";
import { EVENT_LEVELS, type EventLevel, SPAN_KINDS, SPAN_STATUSES } from "../../model/vocabulary.ts";
import { type EventFilter, searchEvents } from "../../store/queries/events.ts";
import { type SpanFilter, searchSpans } from "../../store/queries/spans.ts";
import { tracesWithText } from "../../store/queries/text-search.ts";
import { eventAt } from "../../store/run-input.ts";
import type { ApiParts } from "../api-parts.ts";
import { found as foundOr404 } from "../error-answers.ts";
import {
  decodeCursor,
  encodeCursor,
  pageParameters,
  readDuration,
  readWindow,
  text,
  texts,
  windowParameters,
} from "../query-values.ts";
import { type Route, route } from "../route.ts";
import { presentStoredSpan } from "../runs/stored-span.ts";

const oneOf = <const W extends readonly string[]>(words: W, description: string) =>
  Type.Optional(Type.Array(Type.Unsafe<W[number]>({ type: "string", enum: [...words] }), { description }));

const spanQuery = Type.Object(
  {
    q: text("Text in names, errors and contents"),
    kind: oneOf(SPAN_KINDS, "Kinds, as sent: only a whole run tells resolved ones"),
    name: texts("Span names"),
    service: texts("Services"),
    agent: texts("Agents that the spans name"),
    model: texts("Models"),
    tool: texts("Tools"),
    status: oneOf(SPAN_STATUSES, "Outcomes"),
    minDuration: text("At least this long: milliseconds, or 1.5s"),
    maxDuration: text("At most this long"),
    ...windowParameters,
    ...pageParameters,
  },
  { additionalProperties: true, description: "Also `attr.<name>=<value>` for any attribute" },
);

const FoundSpan = Type.Object({
  ...Type.Omit(Span, ["ownMs", "counted"]).properties,
  inputPreview: Type.Optional(Type.String()),
  outputPreview: Type.Optional(Type.String()),
});

const eventQuery = Type.Object({
  q: text("Text in types, agents, messages and data"),
  type: texts("Types, also as `tool.*`"),
  agent: texts("Agents"),
  runId: texts("Runs that the events name"),
  level: oneOf(EVENT_LEVELS, "Levels"),
  service: texts("Services"),
  ...windowParameters,
  ...pageParameters,
});

const ATTRIBUTE_PREFIX = "attr.";

const spans = route({
  url: "/api/v1/spans",
  summary: "Search over spans, newest first",
  tag: "Search",
  query: spanQuery,
  answer: page("spans", FoundSpan),
  handle: async ({ parts, project, query }) => {
    const { store, clock } = parts;
    const filter = readSpanFilter(query, clock.nowMs());
    const limit = query.limit ?? LIMITS.pageSize;
    const cursor = decodeCursor(query.cursor, "start", "id");
    const rows = await searchSpans(store, project, await withText(parts, project, filter, query.q), limit + 1, cursor);
    const last = rows.length > limit ? rows[limit - 1] : undefined;
    const nextCursor = last && encodeCursor({ start: String(last["started_at"]), id: last["span_id"] });
    const page = rows.slice(0, limit);
    const runOf = await runsOfTraces(
      parts,
      project,
      page.map((row) => row["trace_id"] as string),
    );
    const spans = page.map((row) => presentStoredSpan(row, runOf.get(row["trace_id"] as string)));
    return { spans, ...present({ nextCursor }) };
  },
});

async function withText(
  { store }: Pick<ApiParts, "store">,
  project: string,
  filter: SpanFilter,
  text: string | undefined,
): Promise<SpanFilter> {
  if (text === undefined || text === "") return filter;
  return {
    ...filter,
    text: { text, traceIds: await tracesWithText(store, project, text, filter.sinceNs, filter.untilNs) },
  };
}

const events = route({
  url: "/api/v1/events",
  summary: "Search over RunEvents and log records as they were sent, newest first",
  tag: "Search",
  query: eventQuery,
  answer: page("events", RunEvent),
  handle: async ({ parts, project, query }) => {
    const limit = query.limit ?? LIMITS.pageSize;
    const filter = readEventFilter(query, parts.clock.nowMs());
    const cursor = decodeCursor(query.cursor, "time", "offset");
    const blocks = await searchEvents(parts.store, project, filter, limit + 1, cursor);
    const rows = blocks.flatMap((block) =>
      Array.from({ length: block.rows }, (_, row) => ({
        event: eventAt(block, row),
        named: block.texts("run_id").text(row),
      })),
    );
    const page = rows.slice(0, limit);
    const ofTraces = page.filter(({ named }) => named === "").map(({ event }) => event.traceId);
    const runOf = await runsOfTraces(parts, project, ofTraces);
    const last = rows.length > limit ? rows[limit - 1]?.event : undefined;
    const nextCursor = last && encodeCursor({ time: String(last.timeNs), offset: String(last.offset) });
    return {
      events: page.map(({ event, named }) =>
        presentEvent({ ...event, derived: false }, named === "" ? runOf.get(event.traceId) : named),
      ),
      ...present({ nextCursor }),
    };
  },
});

const trace = route({
  url: "/api/v1/traces/:traceId",
  summary: "The run that a trace belongs to",
  tag: "Search",
  params: Type.Object({ traceId: Type.String() }),
  answer: Type.Object({ traceId: Type.String(), runId: Type.String(), run: Run }),
  errors: ["trace_not_found"],
  handle: async ({ parts, project, params, request }) => {
    const traceId = params.traceId.toLowerCase();
    const found = isTraceId(traceId) ? await parts.analyst.find(project, traceId) : undefined;
    const { run } = await foundOr404(found, "trace_not_found", request).facts();
    return { traceId, runId: run.id, run };
  },
});

/** The run of each trace, as it is put together now. */
async function runsOfTraces(
  { directory }: Pick<ApiParts, "directory">,
  project: string,
  traceIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const wanted = [...new Set(traceIds)].filter(isTraceId);
  if (wanted.length === 0) return new Map();
  const runs = await directory.ofTraces(project, wanted);
  return new Map(runs.flatMap(({ id, traceIds }) => traceIds.map((traceId) => [traceId, id] as const)));
}

/** Search over all spans and events, and the way from a trace to its run. */
export const SEARCH_ROUTES: readonly Route[] = [spans, events, trace];

function readEventFilter(query: Static<typeof eventQuery>, nowMs: number): EventFilter {
  const { agent, runId, level, service, q } = query;
  const lists = Object.entries({ agent, runId, level, service, text: q }).filter(([, value]) => value !== undefined);
  return {
    types: (query.type ?? []).flatMap((list) => list.split(",")),
    ...readWindow(query, nowMs),
    ...(Object.fromEntries(lists) as { level?: EventLevel[] }),
  };
}

function readSpanFilter(query: Static<typeof spanQuery>, nowMs: number): SpanFilter {
  const { kind, name, service, agent, model, tool, status } = query;
  const attributes = new Map<string, readonly string[]>();
  for (const [key, value] of Object.entries(query as Record<string, unknown>)) {
    if (!key.startsWith(ATTRIBUTE_PREFIX)) continue;
    attributes.set(key.slice(ATTRIBUTE_PREFIX.length), Array.isArray(value) ? value.map(String) : [String(value)]);
  }
  const minDurationMs = readDuration(query.minDuration, "minDuration");
  const maxDurationMs = readDuration(query.maxDuration, "maxDuration");
  const given = Object.entries({ kind, name, service, agent, model, tool, status, minDurationMs, maxDurationMs });
  return {
    ...Object.fromEntries(given.filter(([, value]) => value !== undefined)),
    ...readWindow(query, nowMs),
    attributes,
  };
}
