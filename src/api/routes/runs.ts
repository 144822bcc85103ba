import type { FastifyInstance } from "fastify";
import { type Static, Type } from "typebox";
import type { Caller } from "../../ingest/access.ts";
import { LIMITS } from "../../model/limits.ts";
import { Agent, Edge, Failure, Finding, Message, page, Run } from "../../model/shapes.ts";
import { countRuns, type RunFilter, runFacet } from "../../store/queries/runs.ts";
import { tracesWithText } from "../../store/queries/text-search.ts";
import type { ApiParts } from "../api-parts.ts";
import { found } from "../error-answers.ts";
import { decodeCursor, encodeCursor, flag, pageParameters, text } from "../query-values.ts";
import { type RunFilterQuery, readRunFilter, readRunSort, runFilterParameters } from "../runs/run-filter.ts";
import { RunList } from "../runs/run-list.ts";
import { waitForLoaded, waitParameters } from "../wait-for.ts";

const RunDetail = Type.Object({
  ...Run.properties,
  agentDetails: Type.Array(Agent),
  edges: Type.Array(Edge),
  findings: Type.Array(Finding),
});

const listQuery = Type.Object({
  ...runFilterParameters,
  ...pageParameters,
  ...waitParameters,
  sort: text("startedAt, durationMs, cost, tokens or errorCount; with - before it the largest first"),
  total: flag("Also count all that pass the filter"),
});

const FACETS = ["status", "agent", "model", "service", "tag", "session", "user", "name"] as const;
const FACET_COLUMNS = {
  status: "status",
  agent: "agents",
  model: "models",
  service: "service",
  tag: "tags",
  session: "session",
  user: "user",
  name: "name",
} as const;
const FACET_VALUES = 50;

const runIdParam = Type.Object({ id: Type.String({ description: "The run's id, or any id that it ever had" }) });

/** Runs: the list, one run, and what analysis says of it. */
export function runRoutes(app: FastifyInstance, parts: ApiParts): void {
  const { analyst, store, clock } = parts;
  const list = new RunList(parts);

  /** The filter with the traces that hold the searched text. */
  const fullFilter = async (project: string, query: RunFilterQuery): Promise<RunFilter> => {
    const filter = readRunFilter(query, clock.nowMs());
    if (query.q === undefined || query.q === "") return filter;
    const traceIds = await tracesWithText(store, project, query.q, filter.sinceNs, filter.untilNs);
    return { ...filter, text: { text: query.q, traceIds } };
  };

  app.get(
    "/api/v1/runs",
    {
      schema: {
        summary: "Runs, newest first",
        tags: ["Runs"],
        querystring: listQuery,
        response: {
          200: Type.Object({
            ...page("runs", Run).properties,
            total: Type.Optional(Type.Integer()),
            totalIsLowerBound: Type.Optional(Type.Boolean()),
          }),
          400: Failure,
        },
      },
    },
    async (request, reply) => {
      const query = request.query as Static<typeof listQuery>;
      const { project } = request.caller as Caller;
      await waitForLoaded(parts, query, reply);
      const filter = await fullFilter(project, query);
      const sort = readRunSort(query.sort);
      const cursor = decodeCursor(query.cursor, "value", "id");
      const { runs, next } = await list.page(project, filter, sort, query.limit ?? LIMITS.pageSize, cursor);
      const total = query.total === true ? await countRuns(store, project, filter, LIMITS.totalCountMax) : undefined;
      return {
        runs,
        ...(next === undefined ? {} : { nextCursor: encodeCursor(next) }),
        ...(total === undefined
          ? {}
          : { total: Math.min(total, LIMITS.totalCountMax), totalIsLowerBound: total > LIMITS.totalCountMax }),
      };
    },
  );

  app.get(
    "/api/v1/runs/facets",
    {
      schema: {
        summary: "What values runs have, with counts",
        tags: ["Runs"],
        querystring: Type.Object({ ...runFilterParameters }),
        response: {
          200: Type.Object({
            facets: Type.Record(
              Type.String(),
              Type.Array(Type.Object({ value: Type.String(), count: Type.Integer() })),
            ),
          }),
        },
      },
    },
    async (request) => {
      const { project } = request.caller as Caller;
      const filter = await fullFilter(project, request.query as RunFilterQuery);
      const counted = await Promise.all(
        FACETS.map(async (facet) => [
          facet,
          await runFacet(store, project, filter, FACET_COLUMNS[facet], FACET_VALUES),
        ]),
      );
      return { facets: Object.fromEntries(counted) as Record<string, { value: string; count: number }[]> };
    },
  );

  app.get(
    "/api/v1/runs/:id",
    {
      schema: {
        summary: "One run: its figures, agents, messages per edge and findings",
        tags: ["Runs"],
        params: runIdParam,
        querystring: Type.Object(waitParameters),
        response: { 200: RunDetail, 404: Failure },
      },
    },
    async (request, reply) => {
      await waitForLoaded(parts, request.query as Static<typeof listQuery>, reply);
      const { id } = request.params as Static<typeof runIdParam>;
      const { project } = request.caller as Caller;
      const run = found(await analyst.find(project, id), "run_not_found", request);
      const facts = await run.facts();
      return { ...facts.run, agentDetails: facts.agents, edges: facts.edges, findings: facts.findings };
    },
  );

  app.get(
    "/api/v1/runs/:id/agents",
    {
      schema: {
        summary: "The agents of a run",
        tags: ["Runs"],
        params: runIdParam,
        response: { 200: Type.Object({ agents: Type.Array(Agent) }), 404: Failure },
      },
    },
    async (request) => {
      const { id } = request.params as Static<typeof runIdParam>;
      const run = found(await analyst.find((request.caller as Caller).project, id), "run_not_found", request);
      return { agents: await run.ask("agents") };
    },
  );

  app.get(
    "/api/v1/runs/:id/messages",
    {
      schema: {
        summary: "The messages between the agents of a run, and the sums per edge",
        tags: ["Runs"],
        params: runIdParam,
        response: {
          200: Type.Object({ messages: Type.Array(Message), edges: Type.Array(Edge) }),
          404: Failure,
        },
      },
    },
    async (request) => {
      const { id } = request.params as Static<typeof runIdParam>;
      const run = found(await analyst.find((request.caller as Caller).project, id), "run_not_found", request);
      return { messages: await run.ask("messages"), edges: (await run.facts()).edges };
    },
  );
}
