import type { FastifyInstance, FastifyRequest } from "fastify";
import { type Static, Type } from "typebox";
import type { WhatIfTarget } from "../../analysis/what-if.ts";
import type { Caller } from "../../ingest/access.ts";
import type { FoundRun } from "../../jobs/runs/analyst.ts";
import { present } from "../../jobs/runs/present.ts";
import { COLUMNS_CONTENT_TYPE } from "../../jobs/runs/skeleton-columns.ts";
import { isSpanId } from "../../model/ids.ts";
import { LIMITS } from "../../model/limits.ts";
import { Failure, page, RunEvent, RunState, Skeleton, Span } from "../../model/shapes.ts";
import type { ApiParts } from "../api-parts.ts";
import { found } from "../error-answers.ts";
import { ApiError } from "../errors.ts";
import { readTime, text, texts } from "../query-values.ts";
import { eventPage, readEventQuery } from "../runs/run-events.ts";
import { contentHashes, presentSpan } from "../runs/span-detail.ts";

const runParam = Type.Object({ id: Type.String() });
const spanParam = Type.Object({ id: Type.String(), spanId: Type.String() });

const PathSegment = Type.Object({
  spanId: Type.Optional(Type.String()),
  agent: Type.Optional(Type.String()),
  kind: Type.String({ description: "llm, tool, working, transfer, orchestration, human or idle" }),
  startMs: Type.Number({ description: "After the run's start" }),
  durationMs: Type.Number(),
});
const Path = Type.Object(
  {
    totalMs: Type.Number(),
    segments: Type.Array(PathSegment),
    byAgent: Type.Record(Type.String(), Type.Number()),
    byKind: Type.Record(Type.String(), Type.Number()),
  },
  { $id: "Path" },
);

const WhatIf = Type.Object({
  target: Type.String(),
  factor: Type.Number(),
  measuredMs: Type.Number(),
  predictedMs: Type.Number(),
  savedMs: Type.Number(),
  assumption: Type.String(),
  path: Path,
});

const whatIfQuery = Type.Object({
  agent: text("Scale the own work of this agent"),
  tool: text("Scale the calls of this tool"),
  model: text("Scale the calls of this model"),
  target: text("`*`: scale everything"),
  factor: Type.Number({ minimum: 0, maximum: 100, default: 0.5, description: "0.5: twice as fast" }),
});

const eventsQuery = Type.Object({
  after: text("Offset: events behind it in the order that is asked for"),
  types: texts("Types, also as `tool.*`"),
  agent: text("Events of this agent"),
  order: Type.Optional(Type.Unsafe<"time" | "offset">({ type: "string", enum: ["time", "offset"], default: "time" })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: LIMITS.pageSizeMax, default: LIMITS.pageSizeMax })),
});

/** What lies below one run: spans, history, critical path, what-if. */
export function runPartRoutes(app: FastifyInstance, parts: ApiParts): void {
  const { analyst, reader, clock } = parts;

  const runOf = async (request: FastifyRequest): Promise<FoundRun> => {
    const { id } = request.params as Static<typeof runParam>;
    return found(await analyst.find((request.caller as Caller).project, id), "run_not_found", request);
  };

  app.get(
    "/api/v1/runs/:id/spans",
    {
      schema: {
        summary: "All spans of a run: a skeleton in columns, or plain objects",
        description: `With \`Accept: ${COLUMNS_CONTENT_TYPE}\` the skeleton comes as typed arrays.`,
        tags: ["Runs"],
        params: runParam,
        querystring: Type.Object({
          format: Type.Optional(Type.Unsafe<"columns" | "rows">({ type: "string", enum: ["columns", "rows"] })),
          resolved: Type.Optional(Type.Boolean({ description: "Resolve kinds and agents also in a very large run" })),
        }),
        response: { 200: Type.Union([Skeleton, Type.Object({ spans: Type.Array(Span) })]), 404: Failure },
      },
    },
    async (request, reply) => {
      const { format, resolved } = request.query as { format?: string; resolved?: boolean };
      const run = await runOf(request);
      if (format === "rows") return reply.type("application/json").send(Buffer.from(await run.ask("rowsJson")));
      const isBinary = (request.headers.accept ?? "").includes(COLUMNS_CONTENT_TYPE);
      const bytes = await run.ask("skeleton", isBinary ? "columns" : "json", resolved ?? false);
      return reply.type(isBinary ? COLUMNS_CONTENT_TYPE : "application/json").send(Buffer.from(bytes));
    },
  );

  app.get(
    "/api/v1/runs/:id/spans/:spanId",
    {
      schema: {
        summary: "Everything of one span",
        tags: ["Runs"],
        params: spanParam,
        response: { 200: Span, 404: Failure },
      },
    },
    async (request) => {
      const { spanId } = request.params as Static<typeof spanParam>;
      const run = await runOf(request);
      const reading = found(await run.ask("span", spanId), "span_not_found", request);
      if (!isSpanId(spanId)) return reading.span;
      const { project, traceIds } = run.reference;
      const row = await reader.span(project, traceIds, spanId, run.tail);
      if (row === undefined) return reading.span;
      const contents = await reader.contents(project, traceIds, contentHashes(row, reading), run.tail);
      return presentSpan(row, reading, contents, new Set(traceIds));
    },
  );

  app.get(
    "/api/v1/runs/:id/events",
    {
      schema: {
        summary: "The execution history: RunEvents, sent and derived from spans",
        tags: ["Runs"],
        params: runParam,
        querystring: eventsQuery,
        response: {
          200: Type.Object({
            events: page("events", RunEvent).properties.events,
            nextOffset: Type.Optional(Type.String()),
          }),
          404: Failure,
        },
      },
    },
    async (request) => {
      const query = readEventQuery(request.query as Static<typeof eventsQuery>);
      const run = await runOf(request);
      const history = await run.ask("history");
      const { events, nextOffset } = eventPage(history, query, run.reference.id);
      return { events, ...present({ nextOffset }) };
    },
  );

  app.get(
    "/api/v1/runs/:id/critical-path",
    {
      schema: {
        summary: "Where the time of a run went",
        tags: ["Analysis"],
        params: runParam,
        response: { 200: Path, 404: Failure },
      },
    },
    async (request) => (await runOf(request)).ask("criticalPath"),
  );

  app.get(
    "/api/v1/runs/:id/what-if",
    {
      schema: {
        summary: "How long a run would have taken, had an agent, tool or model been faster",
        tags: ["Analysis"],
        params: runParam,
        querystring: whatIfQuery,
        response: { 200: WhatIf, 400: Failure, 404: Failure },
      },
    },
    async (request) => {
      const query = request.query as Static<typeof whatIfQuery>;
      const target = targetOf(query);
      const answer = await (await runOf(request)).ask("whatIf", target, query.factor);
      if (answer !== undefined) return answer;
      throw new ApiError("bad_request", "The run has no such agent, tool or model.");
    },
  );

  app.get(
    "/api/v1/runs/:id/state",
    {
      schema: {
        summary: "The state of every agent, open spans and counters at an instant",
        tags: ["Runs"],
        params: runParam,
        querystring: Type.Object({ at: text("RFC 3339, or before now such as -10s; default now") }),
        response: { 200: RunState, 404: Failure },
      },
    },
    async (request) => {
      const { at } = request.query as { at?: string };
      const atNs = readTime(at ?? "now", clock.nowMs(), "at");
      const run = await runOf(request);
      return run.ask("stateAt", atNs);
    },
  );
}

function targetOf({ agent, tool, model, target }: Static<typeof whatIfQuery>): WhatIfTarget {
  if (agent !== undefined) return { by: "agent", name: agent };
  if (tool !== undefined) return { by: "tool", name: tool };
  if (model !== undefined) return { by: "model", name: model };
  if (target === "*") return { by: "everything" };
  throw new ApiError("bad_request", "Name what would be faster: agent, tool, model, or target=*.");
}
