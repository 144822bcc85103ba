import { Type } from "typebox";
import { Explanation } from "../../model/key-metrics-shapes.ts";
import { LIMITS } from "../../model/limits.ts";
import { Agent, DurationBucket, Edge, Finding, Message, page, Run } from "../../model/shapes.ts";
import { found } from "../error-answers.ts";
import { findRun, runParams } from "../find-run.ts";
import { decodeCursor, encodeCursor, flag, pageParameters, text } from "../query-values.ts";
import { type Route, route } from "../route.ts";
import { explainRun } from "../runs/explain-run.ts";
import { countDurations } from "../runs/run-durations.ts";
import { countFacets, FACET_NAMES, type FacetName } from "../runs/run-facets.ts";
import { fullRunFilter, readRunSort, runFilterParameters } from "../runs/run-filter.ts";
import { RunList } from "../runs/run-list.ts";
import { runSummary } from "../runs/run-summary.ts";

const listRuns = route({
  url: "/api/v1/runs",
  summary: "Runs, newest first",
  tag: "Runs",
  query: Type.Object({
    ...runFilterParameters,
    ...pageParameters,
    sort: text("startedAt, durationMs, cost, tokens or errorCount; with - before it the largest first"),
    total: flag("Also count all that pass the filter"),
  }),
  answer: Type.Object({
    ...page("runs", Run).properties,
    total: Type.Optional(Type.Integer()),
    totalIsLowerBound: Type.Optional(Type.Boolean()),
  }),
  handle: async ({ parts, project, query }) => {
    const filter = await fullRunFilter(parts, project, query);
    const sort = readRunSort(query.sort);
    const cursor = decodeCursor(query.cursor, "value", "id");
    const limit = query.limit ?? LIMITS.pageSize;
    const list = new RunList(parts);
    const { runs, next } = await list.page(project, filter, sort, limit, cursor);
    const total = query.total === true ? await list.count(project, filter, LIMITS.totalCountMax) : undefined;
    return {
      runs,
      ...(next === undefined ? {} : { nextCursor: encodeCursor(next) }),
      ...(total === undefined ? {} : totalOf(total)),
    };
  },
});

function totalOf(counted: number): { readonly total: number; readonly totalIsLowerBound: boolean } {
  return { total: Math.min(counted, LIMITS.totalCountMax), totalIsLowerBound: counted > LIMITS.totalCountMax };
}

const runFacets = route({
  url: "/api/v1/runs/facets",
  summary: "What values runs have, with counts",
  tag: "Runs",
  query: Type.Object({
    ...runFilterParameters,
    facet: Type.Optional(
      Type.Array(Type.Unsafe<FacetName>({ type: "string", enum: [...FACET_NAMES] }), {
        description: "Only these facets; else all",
      }),
    ),
    find: text("Only values that contain this text"),
    beside: flag("Each facet among the runs that pass all filters but its own: what could be chosen beside what is"),
  }),
  description: "The 50 most frequent values of each.",
  answer: Type.Object({
    facets: Type.Record(Type.String(), Type.Array(Type.Object({ value: Type.String(), count: Type.Integer() }))),
  }),
  handle: async ({ parts, project, query }) => {
    const filter = await fullRunFilter(parts, project, query);
    const { facet: names = FACET_NAMES, find, beside = false } = query;
    const asked = { names, find: find === "" ? undefined : find, isBesideOwn: beside };
    return { facets: await countFacets(parts, project, filter, asked) };
  },
});

const runDurations = route({
  url: "/api/v1/runs/durations",
  summary: "How long runs lasted: how many, and how many that failed, by steps of duration",
  description: "Twenty steps to a factor of ten, at preferred numbers (1, 1.12, 1.25, …). Only steps with runs.",
  tag: "Runs",
  query: Type.Object({ ...runFilterParameters }),
  answer: Type.Object({ buckets: Type.Array(DurationBucket) }),
  handle: async ({ parts, project, query }) => {
    const filter = await fullRunFilter(parts, project, query);
    return { buckets: await countDurations(parts, project, filter) };
  },
});

const oneRun = route({
  url: "/api/v1/runs/:id",
  summary: "One run: its figures, agents, messages per edge and findings",
  tag: "Runs",
  params: runParams,
  query: Type.Object({ explain: flag("Also how each figure was made") }),
  answer: Type.Object({
    ...Run.properties,
    agentDetails: Type.Array(Agent),
    edges: Type.Array(Edge),
    findings: Type.Array(Finding),
    explain: Type.Optional(Type.Record(Type.String(), Explanation)),
  }),
  errors: ["run_not_found"],
  handle: async (call) => {
    const facts = await (await findRun(call)).facts();
    const { run, agents, edges, findings } = facts;
    const explain = call.query.explain ? { explain: explainRun(facts) } : {};
    return { ...run, agentDetails: agents, edges, findings, ...explain };
  },
});

const oneSummary = route({
  url: "/api/v1/runs/:id/summary",
  summary: "One run as lists have it: its figures alone",
  description: "Of a run that is settled it comes at once, however many spans it has.",
  tag: "Runs",
  params: runParams,
  answer: Run,
  errors: ["run_not_found"],
  handle: async ({ parts, project, params, request }) =>
    found(await runSummary(parts, project, params.id), "run_not_found", request),
});

const runAgents = route({
  url: "/api/v1/runs/:id/agents",
  summary: "The agents of a run",
  tag: "Runs",
  params: runParams,
  answer: Type.Object({ agents: Type.Array(Agent) }),
  errors: ["run_not_found"],
  handle: async (call) => ({ agents: await (await findRun(call)).ask("agents") }),
});

const runMessages = route({
  url: "/api/v1/runs/:id/messages",
  summary: "The messages between the agents of a run, and the sums per edge",
  tag: "Runs",
  params: runParams,
  answer: Type.Object({ messages: Type.Array(Message), edges: Type.Array(Edge) }),
  errors: ["run_not_found"],
  handle: async (call) => {
    const run = await findRun(call);
    return { messages: await run.ask("messages"), edges: (await run.facts()).edges };
  },
});

const deleteRun = route({
  method: "DELETE",
  url: "/api/v1/runs/:id",
  summary: "Deletes a run with everything that was recorded of it",
  description: "Gone from every answer at once, and from disk within a day.",
  tag: "Runs",
  scope: "admin",
  params: runParams,
  answer: Type.Object({ deleted: Type.String({ description: "The run's id" }) }),
  errors: ["run_not_found"],
  handle: async (call) => {
    const { reference } = await findRun(call);
    await call.parts.deletions.deleteRun(reference);
    return { deleted: reference.id };
  },
});

/** Runs: the list, one run, and what analysis says of it. */
export const RUN_ROUTES: readonly Route[] = [
  listRuns,
  runFacets,
  runDurations,
  oneRun,
  oneSummary,
  runAgents,
  runMessages,
  deleteRun,
];
