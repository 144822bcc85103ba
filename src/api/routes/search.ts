import { type Static, Type } from "typebox";
import { present } from "../../base/present.ts";
import { isTraceId } from "../../model/ids.ts";
import { LIMITS } from "../../model/limits.ts";
import { page, Run, Span } from "../../model/shapes.ts";
import { SPAN_KINDS, SPAN_STATUSES } from "../../model/vocabulary.ts";
import { type SpanFilter, searchSpans } from "../../store/queries/spans.ts";
import { tracesWithText } from "../../store/queries/text-search.ts";
import type { ApiParts } from "../api-parts.ts";
import { found as foundOr404 } from "../error-answers.ts";
import {
  decodeCursor,
  encodeCursor,
  oneOf,
  pageParameters,
  readDuration,
  readWindow,
  text,
  texts,
  windowParameters,
} from "../query-values.ts";
import { type Route, route } from "../route.ts";
import { runsOfTraces } from "../runs/runs-of-traces.ts";
import { presentStoredSpan } from "../runs/stored-span.ts";

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

/** Search over all spans, and the way from a trace to its run. */
export const SEARCH_ROUTES: readonly Route[] = [spans, trace];

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
