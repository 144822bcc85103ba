import type { FastifyRequest } from "fastify";
import { type Static, Type } from "typebox";
import type { WhatIfTarget } from "../../analysis/what-if.ts";
import { present } from "../../base/present.ts";
import { msFromNs } from "../../base/time.ts";
import { COLUMNS_CONTENT_TYPE } from "../../base/typed-columns.ts";
import { AgentActivityShape } from "../../model/activity-shapes.ts";
import { isSpanId } from "../../model/ids.ts";
import { LIMITS } from "../../model/limits.ts";
import { RunSchedule } from "../../model/schedule-shapes.ts";
import { Path, RunEvent, RunState, Skeleton, Span, WhatIf } from "../../model/shapes.ts";
import { found } from "../error-answers.ts";
import { ApiError } from "../errors.ts";
import { findRun, runParams } from "../find-run.ts";
import { readOffset, readTime, text, texts } from "../query-values.ts";
import { type Route, route } from "../route.ts";
import { eventPage, readEventQuery } from "../runs/run-events.ts";
import { contentHashes, presentSpan } from "../runs/span-detail.ts";

const runSpans = route({
  url: "/api/v1/runs/:id/spans",
  summary: "All spans of a run: a skeleton in columns, or plain objects",
  description: `With \`Accept: ${COLUMNS_CONTENT_TYPE}\` the skeleton comes as typed arrays.`,
  tag: "Runs",
  params: runParams,
  query: Type.Object({
    format: Type.Optional(Type.Unsafe<"columns" | "rows">({ type: "string", enum: ["columns", "rows"] })),
    resolved: Type.Optional(
      Type.Boolean({
        description:
          "true: resolve kinds and agents also in a very large run. false: a large run that was not read yet comes unresolved, and at once",
      }),
    ),
  }),
  answer: Type.Union([Skeleton, Type.Object({ spans: Type.Array(Span) })]),
  bytesType: COLUMNS_CONTENT_TYPE,
  errors: ["run_not_found"],
  handle: async (call) => {
    const { query, request, reply } = call;
    if (query.format === "rows") {
      return reply.type("application/json").send(viewOf(await (await findRun(call)).ask("rowsJson")));
    }
    const format = wantsColumns(request) ? "columns" : "json";
    const { analyst } = call.parts;
    const outline = query.resolved === false && (await analyst.outline(call.project, call.params.id, format));
    const bytes = outline || (await (await findRun(call)).ask("skeleton", format, query.resolved ?? false));
    return reply.type(format === "columns" ? COLUMNS_CONTENT_TYPE : "application/json").send(viewOf(bytes));
  },
});

const oneSpan = route({
  url: "/api/v1/runs/:id/spans/:spanId",
  summary: "Everything of one span",
  tag: "Runs",
  params: Type.Object({ ...runParams.properties, spanId: Type.String() }),
  answer: Span,
  errors: ["run_not_found", "span_not_found"],
  handle: async (call) => {
    const { spanId } = call.params;
    const { reader } = call.parts;
    const run = await findRun(call);
    const reading = found(await run.ask("span", spanId), "span_not_found", call.request);
    if (!isSpanId(spanId)) return reading.span;
    const { project, traceIds } = run.reference;
    const row = await reader.span(project, traceIds, spanId, run.tail);
    if (row === undefined) return reading.span;
    const contents = await reader.contents(project, traceIds, contentHashes(row, reading), run.tail);
    return presentSpan(row, reading, contents, new Set(traceIds));
  },
});

const runEvents = route({
  url: "/api/v1/runs/:id/events",
  summary: "The execution history: RunEvents, sent and derived from spans",
  tag: "Runs",
  params: runParams,
  query: Type.Object({
    after: text("Offset: events behind it in the order that is asked for"),
    types: texts("Types, also as `tool.*`"),
    agent: texts("Events of these agents"),
    order: Type.Optional(Type.Unsafe<"time" | "offset">({ type: "string", enum: ["time", "offset"], default: "time" })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: LIMITS.pageSizeMax, default: LIMITS.pageSizeMax })),
  }),
  answer: Type.Object({ events: Type.Array(RunEvent), nextOffset: Type.Optional(Type.String()) }),
  errors: ["run_not_found"],
  handle: async (call) => {
    const query = readEventQuery(call.query);
    const run = await findRun(call);
    const { events, nextOffset } = eventPage(await run.ask("historyPage", query), run.reference.id);
    return { events, ...present({ nextOffset }) };
  },
});

const criticalPath = route({
  url: "/api/v1/runs/:id/critical-path",
  summary: "Where the time of a run went",
  tag: "Analysis",
  params: runParams,
  answer: Path,
  errors: ["run_not_found"],
  handle: async (call) => (await findRun(call)).ask("criticalPath"),
});

const schedule = route({
  url: "/api/v1/runs/:id/schedule",
  summary: "What waited for what in a run: all that its critical path and every what-if follow from",
  description: `With \`Accept: ${COLUMNS_CONTENT_TYPE}\` it comes as typed arrays.`,
  tag: "Analysis",
  params: runParams,
  answer: RunSchedule,
  bytesType: COLUMNS_CONTENT_TYPE,
  errors: ["run_not_found"],
  handle: async (call) => {
    const run = await findRun(call);
    const isBinary = wantsColumns(call.request);
    const bytes = await run.ask("schedule", isBinary ? "columns" : "json");
    return call.reply.type(isBinary ? COLUMNS_CONTENT_TYPE : "application/json").send(viewOf(bytes));
  },
});

/** The same bytes, not copied. */
function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}

function wantsColumns({ headers }: FastifyRequest): boolean {
  return (headers.accept ?? "").includes(COLUMNS_CONTENT_TYPE);
}

const activity = route({
  url: "/api/v1/runs/:id/activity",
  summary: "What each agent of a run did when: llm, tool, working, waiting, human, idle",
  description: `Of more than ${LIMITS.activityStates} changes of state of an agent the newest are told. With \`Accept: ${COLUMNS_CONTENT_TYPE}\` all come as typed arrays, one row a stretch: agent, state, and start and end in nanoseconds after t0.`,
  tag: "Analysis",
  params: runParams,
  query: Type.Object({ since: text("RFC 3339, or before now such as -5m; default everything") }),
  answer: Type.Object({ agents: Type.Array(AgentActivityShape) }),
  bytesType: COLUMNS_CONTENT_TYPE,
  errors: ["run_not_found"],
  handle: async (call) => {
    const { since } = call.query;
    if (wantsColumns(call.request)) {
      const bytes = await (await findRun(call)).ask("activityColumns");
      return call.reply.type(COLUMNS_CONTENT_TYPE).send(viewOf(bytes));
    }
    const sinceMs = since === undefined ? 0 : msFromNs(readTime(since, call.parts.clock.nowMs(), "since"));
    return { agents: await (await findRun(call)).ask("activity", sinceMs) };
  },
});

const whatIfQuery = Type.Object({
  agent: text("Scale the own work of this agent"),
  tool: text("Scale the calls of this tool"),
  model: text("Scale the calls of this model"),
  target: text("`*`: scale everything"),
  factor: Type.Number({ minimum: 0, maximum: 100, default: 0.5, description: "0.5: twice as fast" }),
});

const whatIf = route({
  url: "/api/v1/runs/:id/what-if",
  summary: "How long a run would have taken, had an agent, tool or model been faster",
  tag: "Analysis",
  params: runParams,
  query: whatIfQuery,
  answer: WhatIf,
  errors: ["run_not_found"],
  handle: async (call) => {
    const target = targetOf(call.query);
    const answer = await (await findRun(call)).ask("whatIf", target, call.query.factor);
    if (answer !== undefined) return answer;
    throw new ApiError("bad_request", "The run has no such agent, tool or model.");
  },
});

function targetOf({ agent, tool, model, target }: Static<typeof whatIfQuery>): WhatIfTarget {
  if (agent !== undefined) return { by: "agent", name: agent };
  if (tool !== undefined) return { by: "tool", name: tool };
  if (model !== undefined) return { by: "model", name: model };
  if (target === "*") return { by: "everything" };
  throw new ApiError("bad_request", "Name what would be faster: agent, tool, model, or target=*.");
}

const runState = route({
  url: "/api/v1/runs/:id/state",
  summary: "The state of every agent, open spans and counters at an instant",
  tag: "Runs",
  params: runParams,
  query: Type.Object({
    at: text("RFC 3339, or before now such as -10s; default now"),
    asOf: text("An offset: by what was known when its record came; default everything"),
  }),
  answer: RunState,
  errors: ["run_not_found"],
  handle: async (call) => {
    const { at = "now", asOf } = call.query;
    const atNs = readTime(at, call.parts.clock.nowMs(), "at");
    const offset = asOf === undefined ? undefined : readOffset(asOf, "asOf");
    const run = await findRun(call);
    return offset === undefined ? run.ask("stateAt", atNs) : run.askAsOf(offset.number, "stateAt", atNs);
  },
});

/** What lies below one run: spans, history, critical path, schedule, activity, what-if, state. */
export const RUN_PART_ROUTES: readonly Route[] = [
  ...[runSpans, oneSpan, runEvents, criticalPath, schedule, activity, whatIf, runState],
];
