import { Type } from "typebox";
import { bucketQuantile, bucketsEnd } from "../../base/histogram.ts";
import { present } from "../../base/present.ts";
import { formatInstant, msFromNs, nsFromMs } from "../../base/time.ts";
import { costShape } from "../../jobs/runs/present.ts";
import { AgentTasks } from "../../model/agent-task-shapes.ts";
import { LIMITS } from "../../model/limits.ts";
import { Agent, Run } from "../../model/shapes.ts";
import { type AgentFilter, type AgentSums, agentSums } from "../../store/queries/agents.ts";
import type { ApiParts } from "../api-parts.ts";
import { found } from "../error-answers.ts";
import { pageParameters, readWindow, type TimeWindow, texts, windowParameters } from "../query-values.ts";
import { type Route, route } from "../route.ts";
import { addAgents, endedInOrOpen } from "../runs/agent-merge.ts";
import { latestTasks } from "../runs/agent-tasks.ts";
import { readRunFilter } from "../runs/run-filter.ts";
import { RunList } from "../runs/run-list.ts";

const agentQuery = Type.Object({ ...windowParameters, service: texts("Agents of these services") });

const RECENT_RUNS = 50;
const NS_PER_MS = 1e6;
const MS_PER_MIN = 60_000;

/** The agents of a window: from settled runs, and what they did in runs that are not settled. */
async function agentsOf(parts: ApiParts, project: string, filter: AgentFilter): Promise<Agent[]> {
  const nowMs = parts.clock.nowMs();
  const fresh = await new RunList(parts).unsettled(project);
  const exceptRunIds = fresh.map(({ run }) => run.id);
  const settled = await parts.settleGate.read(() => agentSums(parts.store, project, { ...filter, exceptRunIds }));
  const windowMs = Math.max(1, Math.min(msFromNs(filter.untilNs), nowMs) - msFromNs(filter.sinceNs));
  const open = fresh.filter(({ run }) => endedInOrOpen(run, filter)).flatMap(({ agents }) => agents);
  const wanted = open.filter(
    ({ name, services }) =>
      (filter.name?.includes(name) ?? true) && (filter.service?.some((service) => services.includes(service)) ?? true),
  );
  const settledAgents = settled.map((sums) => presentSums(sums, windowMs));
  return addAgents(settledAgents, wanted, windowMs);
}

const listAgents = route({
  url: "/api/v1/agents",
  summary: "All agents over a window",
  tag: "Agents",
  query: agentQuery,
  answer: Type.Object({ agents: Type.Array(Agent) }),
  handle: async ({ parts, project, query }) => {
    const window: TimeWindow = readWindow(query, parts.clock.nowMs());
    const filter = query.service === undefined ? window : { ...window, service: query.service };
    return { agents: await agentsOf(parts, project, filter) };
  },
});

const oneAgent = route({
  url: "/api/v1/agents/:name",
  summary: "One agent over a window, and the runs that it took part in last",
  tag: "Agents",
  params: Type.Object({ name: Type.String() }),
  query: agentQuery,
  answer: Type.Object({ ...Agent.properties, recentRuns: Type.Array(Run) }),
  errors: ["agent_not_found"],
  handle: async ({ parts, project, params, query, request }) => {
    const nowMs = parts.clock.nowMs();
    const [agent] = await agentsOf(parts, project, { ...readWindow(query, nowMs), name: [params.name] });
    const filter = readRunFilter({ ...query, agent: [params.name] }, nowMs);
    const sort = { field: "startedAt", descending: true } as const;
    const { runs } = await new RunList(parts).page(project, filter, sort, RECENT_RUNS, undefined);
    return { ...found(agent, "agent_not_found", request), recentRuns: runs };
  },
});

const agentTasks = route({
  url: "/api/v1/agents/:name/tasks",
  summary: "The latest tasks of one agent: how long each took, what came of it, and in which run",
  description:
    `Of the ${LIMITS.taskRuns} newest runs that began in the window and that it took part in, open ones among them; ` +
    `\`runs\` says how many there were, \`runsLeftOut\` how many of them have more than ${LIMITS.taskRunSpans} spans ` +
    "and were not looked through.",
  tag: "Agents",
  params: Type.Object({ name: Type.String() }),
  query: Type.Object({ ...agentQuery.properties, limit: pageParameters.limit }),
  answer: AgentTasks,
  handle: async ({ parts, project, params, query }) => {
    const { limit = LIMITS.pageSize, ...asked } = query;
    const filter = readRunFilter({ ...asked, agent: [params.name] }, parts.clock.nowMs());
    return latestTasks(parts, project, params.name, filter, limit);
  },
});

/** Agents over a window of time: the fleet, one of them, and what it did last. */
export const AGENT_ROUTES: readonly Route[] = [listAgents, oneAgent, agentTasks];

function presentSums({ name, sums, services, completion }: AgentSums, windowMs: number): Agent {
  const number = (column: string) => sums[column] ?? 0;
  const ms = (column: string) => number(`${column}_ns`) / NS_PER_MS;
  const busyMs = ms("llm") + ms("tool") + ms("working");
  const tasks = number("tasks");
  const quantile = (q: number) => bucketQuantile(completion, q) ?? 0;
  return {
    name,
    state: "done",
    services: [...services],
    runs: number("runs"),
    tasks,
    errorRate: tasks === 0 ? 0 : number("task_errors") / tasks,
    utilization: number("present_ns") === 0 ? 0 : busyMs / ms("present"),
    load: busyMs / windowMs,
    ...{ busyMs, llmMs: ms("llm"), toolMs: ms("tool"), workingMs: ms("working"), waitingMs: ms("waiting") },
    ...{ humanMs: ms("human"), idleMs: ms("idle"), presentMs: ms("present") },
    ...present({
      completionMs:
        completion.indexes.length === 0
          ? undefined
          : {
              ...{ p50: quantile(0.5), p90: quantile(0.9), p99: quantile(0.99) },
              // The longest that was ever noted may have been taken back.
              max: Math.min(number("longest_ms"), bucketsEnd(completion)),
            },
    }),
    tokens: {
      input: number("tokens_input"),
      output: number("tokens_output"),
      cacheRead: number("tokens_cache_read"),
      cacheWrite: number("tokens_cache_write"),
      reasoning: number("tokens_reasoning"),
    },
    cost: costShape(number("cost_nano"), number("priced") > 0, number("unpriced_calls")),
    llmCalls: number("llm_calls"),
    toolCalls: number("tool_calls"),
    messagesSent: number("messages_sent"),
    messagesReceived: number("messages_received"),
    throughputPerMin: tasks / (windowMs / MS_PER_MIN),
    ...(number("last_seen_ms") > 0 ? { lastSeenAt: formatInstant(nsFromMs(number("last_seen_ms"))) } : {}),
  };
}
