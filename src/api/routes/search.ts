import type { FastifyInstance } from "fastify";
import { type Static, Type } from "typebox";
import type { Caller } from "../../ingest/access.ts";
import { isTraceId } from "../../model/ids.ts";
import { LIMITS } from "../../model/limits.ts";
import { Failure, page, Run, RunEvent, Span } from "../../model/shapes.ts";
import { EVENT_LEVELS, type EventLevel, SPAN_KINDS, SPAN_STATUSES } from "../../model/vocabulary.ts";
import { searchEvents } from "../../store/queries/events.ts";
import { type SpanFilter, searchSpans } from "../../store/queries/spans.ts";
import { tracesWithText } from "../../store/queries/text-search.ts";
import { eventAt } from "../../store/run-input.ts";
import type { ApiParts } from "../api-parts.ts";
import { found } from "../error-answers.ts";
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
import { presentEvent } from "../runs/run-events.ts";
import { presentStoredSpan } from "../runs/stored-span.ts";
import { waitForLoaded, waitParameters } from "../wait-for.ts";

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
    ...waitParameters,
  },
  { additionalProperties: true, description: "Also `attr.<name>=<value>` for any attribute" },
);

const FoundSpan = Type.Object({
  ...Type.Omit(Span, ["runId", "ownMs", "counted"]).properties,
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
  ...waitParameters,
});

const ATTRIBUTE_PREFIX = "attr.";

/** Search over all spans and events, and the way from a trace to its run. */
export function searchRoutes(app: FastifyInstance, parts: ApiParts): void {
  const { store, clock, analyst } = parts;

  app.get(
    "/api/v1/spans",
    {
      schema: {
        summary: "Search over spans, newest first",
        tags: ["Search"],
        querystring: spanQuery,
        response: { 200: page("spans", FoundSpan), 400: Failure },
      },
    },
    async (request, reply) => {
      const query = request.query as Static<typeof spanQuery>;
      const { project } = request.caller as Caller;
      await waitForLoaded(parts, query, reply);
      const filter = readSpanFilter(query, clock.nowMs());
      if (query.q !== undefined && query.q !== "") {
        const traceIds = await tracesWithText(store, project, query.q, filter.sinceNs, filter.untilNs);
        Object.assign(filter, { text: { text: query.q, traceIds } });
      }
      const limit = query.limit ?? LIMITS.pageSize;
      const rows = await searchSpans(store, project, filter, limit + 1, decodeCursor(query.cursor, "start", "id"));
      const last = rows.length > limit ? rows[limit - 1] : undefined;
      const next = last && encodeCursor({ start: String(last["started_at"]), id: last["span_id"] });
      return {
        spans: rows.slice(0, limit).map(presentStoredSpan),
        ...(next === undefined ? {} : { nextCursor: next }),
      };
    },
  );

  app.get(
    "/api/v1/events",
    {
      schema: {
        summary: "Search over RunEvents and log records as they were sent, newest first",
        tags: ["Search"],
        querystring: eventQuery,
        response: { 200: page("events", RunEvent), 400: Failure },
      },
    },
    async (request, reply) => {
      const query = request.query as Static<typeof eventQuery>;
      const { project } = request.caller as Caller;
      await waitForLoaded(parts, query, reply);
      const limit = query.limit ?? LIMITS.pageSize;
      const { agent, runId, level, service } = query;
      const lists = Object.entries({ agent, runId, level, service, text: query.q }).filter(
        ([, value]) => value !== undefined,
      );
      const filter = {
        types: (query.type ?? []).flatMap((list) => list.split(",")),
        ...readWindow(query, clock.nowMs()),
        ...(Object.fromEntries(lists) as { level?: EventLevel[] }),
      };
      const blocks = await searchEvents(
        store,
        project,
        filter,
        limit + 1,
        decodeCursor(query.cursor, "time", "offset"),
      );
      const rows = blocks.flatMap((block) =>
        Array.from({ length: block.rows }, (_, row) => ({
          event: eventAt(block, row),
          runId: block.texts("run_id").text(row),
        })),
      );
      const last = rows.length > limit ? rows[limit - 1]?.event : undefined;
      const next = last && encodeCursor({ time: String(last.timeNs), offset: String(last.offset) });
      return {
        events: rows.slice(0, limit).map((row) => presentEvent({ ...row.event, derived: false }, row.runId)),
        ...(next === undefined ? {} : { nextCursor: next }),
      };
    },
  );

  app.get(
    "/api/v1/traces/:traceId",
    {
      schema: {
        summary: "The run that a trace belongs to",
        tags: ["Search"],
        params: Type.Object({ traceId: Type.String() }),
        response: { 200: Type.Object({ traceId: Type.String(), runId: Type.String(), run: Run }), 404: Failure },
      },
    },
    async (request) => {
      const traceId = (request.params as { traceId: string }).traceId.toLowerCase();
      const { project } = request.caller as Caller;
      const run = isTraceId(traceId) ? await analyst.find(project, traceId) : undefined;
      const { run: facts } = await found(run, "trace_not_found", request).facts();
      return { traceId, runId: facts.id, run: facts };
    },
  );
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
