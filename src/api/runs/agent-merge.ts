import { parseInstant } from "../../base/time.ts";
import type { Agent, Run } from "../../model/shapes.ts";
import type { TimeWindow } from "../query-values.ts";

const MS_PER_MIN = 60_000;

/** Whether a run ended in a window, or is open and began before its end. */
export function endedInOrOpen(run: Run, { sinceNs, untilNs }: TimeWindow): boolean {
  if (run.endedAt === undefined) return (parseInstant(run.startedAt) ?? 0n) < untilNs;
  const ended = parseInstant(run.endedAt) ?? 0n;
  return ended >= sinceNs && ended < untilNs;
}

/** Adds what agents did in runs that are not settled to their sums over settled ones. By name. */
export function addAgents(settled: readonly Agent[], open: readonly Agent[], windowMs: number): Agent[] {
  const byName = new Map(settled.map((agent) => [agent.name, agent]));
  for (const agent of open) {
    const known = byName.get(agent.name);
    byName.set(agent.name, known === undefined ? overWindow(agent, windowMs) : add(known, agent, windowMs));
  }
  return [...byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

function overWindow(agent: Agent, windowMs: number): Agent {
  return { ...agent, load: agent.busyMs / windowMs, throughputPerMin: agent.tasks / (windowMs / MS_PER_MIN) };
}

const SUMS = [
  "runs",
  "tasks",
  "busyMs",
  "llmMs",
  "toolMs",
  "workingMs",
  "waitingMs",
  "humanMs",
  "idleMs",
  "presentMs",
  "llmCalls",
  "toolCalls",
  "messagesSent",
  "messagesReceived",
] as const;

function add(a: Agent, b: Agent, windowMs: number): Agent {
  const sums = Object.fromEntries(SUMS.map((name) => [name, a[name] + b[name]])) as Pick<Agent, (typeof SUMS)[number]>;
  const failed = a.errorRate * a.tasks + b.errorRate * b.tasks;
  const usd = (a.cost.usd ?? 0) + (b.cost.usd ?? 0);
  const lastSeenAt = (a.lastSeenAt ?? "") > (b.lastSeenAt ?? "") ? a.lastSeenAt : b.lastSeenAt;
  return {
    ...a,
    ...sums,
    state: b.state === "done" ? a.state : b.state,
    services: [...new Set([...a.services, ...b.services])],
    errorRate: sums.tasks === 0 ? 0 : failed / sums.tasks,
    utilization: sums.presentMs === 0 ? 0 : sums.busyMs / sums.presentMs,
    load: sums.busyMs / windowMs,
    tokens: {
      input: a.tokens.input + b.tokens.input,
      output: a.tokens.output + b.tokens.output,
      cacheRead: a.tokens.cacheRead + b.tokens.cacheRead,
      cacheWrite: a.tokens.cacheWrite + b.tokens.cacheWrite,
      reasoning: a.tokens.reasoning + b.tokens.reasoning,
    },
    cost: {
      ...(a.cost.usd === undefined && b.cost.usd === undefined ? {} : { usd }),
      unpricedCalls: a.cost.unpricedCalls + b.cost.unpricedCalls,
    },
    throughputPerMin: sums.tasks / (windowMs / MS_PER_MIN),
    ...(lastSeenAt === undefined ? {} : { lastSeenAt }),
  };
}
