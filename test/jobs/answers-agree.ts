// The API's figures over a window against the same figures made of the analyses of the runs in it. Runs must not reach
// over the window's ends.

import assert from "node:assert/strict";
import { formatInstant } from "../../src/base/time.ts";
import { presentRun } from "../../src/jobs/runs/present.ts";
import type { Communication, KeyMetrics } from "../../src/model/key-metrics-shapes.ts";
import type { Agent, Edge, Run } from "../../src/model/shapes.ts";
import type { TaleaHere } from "../support/talea-here.ts";
import { type AnalysedRun, callsOf } from "./analysed-sums.ts";
import { assertClose, assertQuantile, WAY_ERROR } from "./closeness.ts";

export interface Window {
  readonly sinceNs: bigint;
  readonly untilNs: bigint;
}

const NS_PER_MS = 1e6;
const NANO_PER_USD = 1e9;
const MS_PER_MIN = 60_000;
/** So many runs are also asked for one by one. */
const RUNS_OPENED = 15;
const PAGE_SIZE = 300;

const inQuery = ({ sinceNs, untilNs }: Window) => `since=${formatInstant(sinceNs)}&until=${formatInstant(untilNs)}`;
const lengthMs = ({ sinceNs, untilNs }: Window) => Number(untilNs - sinceNs) / NS_PER_MS;

function sum<T>(items: readonly T[], of: (item: T) => number | undefined): number {
  return items.reduce((all, item) => all + (of(item) ?? 0), 0);
}

function ratio(part: number, whole: number): number | undefined {
  return whole > 0 ? part / whole : undefined;
}

/** The sum of what is known; undefined when nothing is. */
function sumOfKnown<T>(items: readonly T[], of: (item: T) => number | undefined): number | undefined {
  const known = items.filter((item) => of(item) !== undefined);
  return known.length === 0 ? undefined : sum(known, of);
}

/** The list of all runs, page by page, and some of them opened. */
export async function assertRuns(talea: TaleaHere, runs: readonly AnalysedRun[], window: Window): Promise<void> {
  const byId = (a: Run, b: Run) => (a.id < b.id ? -1 : 1);
  const expected = runs.map(({ input, analysis }) => presentRun(input.columns, analysis)).sort(byId);
  const listed: Run[] = [];
  const query = `/api/v1/runs?${inQuery(window)}&all=true&limit=${PAGE_SIZE}`;
  for (let cursor: string | undefined = ""; cursor !== undefined; ) {
    const page: { runs: Run[]; nextCursor?: string } = await talea.get(
      cursor === "" ? query : `${query}&cursor=${cursor}`,
    );
    listed.push(...page.runs);
    cursor = page.nextCursor;
  }
  assert.deepEqual(
    listed.map(({ id }) => id).sort(),
    expected.map(({ id }) => id),
    "the runs that must be there",
  );
  for (const [i, run] of listed.sort(byId).entries()) assert.deepEqual(run, expected[i], `run ${run.id}`);
  for (let i = 0; i < expected.length; i += Math.ceil(expected.length / RUNS_OPENED)) {
    const run = expected[i] as Run;
    const {
      agentDetails: _,
      edges: __,
      findings: ___,
      ...opened
    } = await talea.get<Run & Record<string, unknown>>(`/api/v1/runs/${encodeURIComponent(run.id)}`);
    assert.deepEqual({ ...opened, traces: [...opened.traces].sort() }, { ...run, traces: [...run.traces].sort() });
  }
}

type RunAgent = AnalysedRun["analysis"]["agents"][number];

/** Milliseconds that agents spent in states. */
function timesOf(agents: readonly RunAgent[]) {
  const ms = (state: "llm" | "tool" | "working" | "waiting" | "human" | "idle" | "present") =>
    sum(agents, ({ activity }) => activity[state]) / NS_PER_MS;
  return {
    busyMs: ms("llm") + ms("tool") + ms("working"),
    ...{ llmMs: ms("llm"), toolMs: ms("tool"), workingMs: ms("working"), waitingMs: ms("waiting") },
    ...{ humanMs: ms("human"), idleMs: ms("idle"), presentMs: ms("present") },
  };
}

export async function assertAgents(talea: TaleaHere, runs: readonly AnalysedRun[], window: Window): Promise<void> {
  const { agents } = await talea.get<{ agents: Agent[] }>(`/api/v1/agents?${inQuery(window)}`);
  const byName = Map.groupBy(
    runs.flatMap(({ analysis }) => analysis.agents),
    ({ name }) => name,
  );
  assert.deepEqual(agents.map(({ name }) => name).sort(), [...byName.keys()].sort());
  for (const agent of agents) assertAgent(agent, byName.get(agent.name) as RunAgent[], lengthMs(window));
}

function assertAgent(agent: Agent, own: readonly RunAgent[], windowMs: number): void {
  const times = timesOf(own);
  const tasks = sum(own, (one) => one.tasks);
  const expected: Readonly<Record<string, number | undefined>> = {
    ...{ runs: own.length, tasks, ...times },
    errorRate: ratio(
      sum(own, ({ taskErrors }) => taskErrors),
      tasks,
    ) as number,
    utilization: ratio(times.busyMs, times.presentMs) ?? 0,
    load: times.busyMs / windowMs,
    throughputPerMin: tasks / (windowMs / MS_PER_MIN),
    ...{ llmCalls: sum(own, ({ llmCalls }) => llmCalls), toolCalls: sum(own, ({ toolCalls }) => toolCalls) },
    ...{ messagesSent: sum(own, (one) => one.messagesSent), messagesReceived: sum(own, (one) => one.messagesReceived) },
    ...{ input: sum(own, ({ tokens }) => tokens.input), output: sum(own, ({ tokens }) => tokens.output) },
    ...{ cacheRead: sum(own, ({ tokens }) => tokens.cacheRead), cacheWrite: sum(own, (one) => one.tokens.cacheWrite) },
    reasoning: sum(own, ({ tokens }) => tokens.reasoning),
    usd: own.some(({ priced }) => priced) ? sum(own, ({ costNano }) => costNano) / NANO_PER_USD : undefined,
    unpricedCalls: sum(own, ({ unpricedCalls }) => unpricedCalls),
  };
  const answer = { ...agent, ...agent.tokens, usd: agent.cost.usd, unpricedCalls: agent.cost.unpricedCalls };
  for (const [name, value] of Object.entries(expected)) {
    assertClose(answer[name as keyof typeof answer] as number, value, `${agent.name} ${name}`);
  }
  const completion = own.flatMap(({ completionMs }) => completionMs);
  for (const [name, q] of QUANTILES) assertQuantile(agent.completionMs?.[name], completion, q, agent.name);
}

const QUANTILES = [
  ["p50", 0.5],
  ["p90", 0.9],
  ["p99", 0.99],
] as const;

export async function assertCommunication(
  talea: TaleaHere,
  runs: readonly AnalysedRun[],
  window: Window,
): Promise<void> {
  const { edges, total } = await talea.get<Communication>(`/api/v1/communication?${inQuery(window)}`);
  const all = runs.flatMap(({ analysis }) => analysis.communication.edges);
  const byPair = Map.groupBy(all, ({ from, to }) => `${from} → ${to}`);
  const answered = new Map(edges.map((edge) => [`${edge.from} → ${edge.to}`, edge]));
  assert.deepEqual([...answered.keys()].sort(), [...byPair.keys()].sort());
  for (const [pair, own] of byPair) assertEdge(answered.get(pair) as Edge, own, pair);
  assert.equal(
    total.count,
    sum(all, ({ count }) => count),
  );
  assertClose(
    total.tokens,
    sumOfKnown(all, ({ tokens }) => tokens),
    "tokens of all edges",
  );
}

type RunEdge = AnalysedRun["analysis"]["communication"]["edges"][number];

function assertEdge(edge: Edge, own: readonly RunEdge[], pair: string): void {
  const nano = sumOfKnown(own, ({ costNano }) => costNano);
  assert.equal(
    edge.count,
    sum(own, ({ count }) => count),
    pair,
  );
  for (const kind of new Set(own.flatMap(({ kinds }) => Object.keys(kinds)))) {
    assert.equal(
      edge.kinds[kind] ?? 0,
      sum(own, ({ kinds }) => kinds[kind]),
      `${pair} ${kind}`,
    );
  }
  assertClose(
    edge.bytes,
    sumOfKnown(own, ({ bytes }) => bytes),
    `${pair} bytes`,
  );
  assertClose(
    edge.tokens,
    sumOfKnown(own, ({ tokens }) => tokens),
    `${pair} tokens`,
  );
  assertClose(edge.cost?.usd, nano === undefined ? undefined : nano / NANO_PER_USD, `${pair} cost`);
  const ways = own.flatMap(({ transits }) => transits.map((ns) => ns / NS_PER_MS));
  assertQuantile(edge.transitMs?.p50, ways, 0.5, `${pair} transit`, WAY_ERROR);
  assertQuantile(edge.transitMs?.p95, ways, 0.95, `${pair} transit`, WAY_ERROR);
}

/** Of a group of runs, agents or calls: what its key figures must be, and the times that its percentiles are of. */
interface Expected {
  readonly completion: readonly number[];
  /** `<figure> <part>`. */
  readonly parts: Readonly<Record<string, number | undefined>>;
}

export async function assertKeyMetrics(talea: TaleaHere, runs: readonly AnalysedRun[], window: Window): Promise<void> {
  const minutes = lengthMs(window) / MS_PER_MIN;
  const agents = runs.flatMap(({ analysis }) => analysis.agents);
  const calls = runs.flatMap(callsOf);
  await assertGroups(talea, window, "", new Map([["", ofRuns(runs, minutes)]]));
  await assertGroups(
    talea,
    window,
    "&by=agent",
    mapValues(
      Map.groupBy(agents, ({ name }) => name),
      (own) => ofAgents(own, minutes),
    ),
  );
  for (const [by, kind] of [
    ["model", "llm"],
    ["tool", "tool"],
  ] as const) {
    const ofKind = calls.filter((call) => call.kind === kind);
    const groups = Map.groupBy(ofKind, ({ name }) => name);
    await assertGroups(
      talea,
      window,
      `&by=${by}`,
      mapValues(groups, (own) => ofCalls(own, minutes)),
    );
  }
}

function mapValues<T>(groups: ReadonlyMap<string, T[]>, of: (items: T[]) => Expected): Map<string, Expected> {
  return new Map([...groups].map(([name, items]) => [name, of(items)]));
}

async function assertGroups(
  talea: TaleaHere,
  window: Window,
  query: string,
  expected: ReadonlyMap<string, Expected>,
): Promise<void> {
  const { groups } = await talea.get<KeyMetrics>(`/api/v1/key-metrics?${inQuery(window)}&step=1h${query}`);
  assert.deepEqual(groups.map(({ group = "" }) => group).sort(), [...expected.keys()].sort());
  for (const { group = "", metrics } of groups) {
    const { completion, parts } = expected.get(group) as Expected;
    const answer = new Map(
      metrics.flatMap((metric) =>
        Object.entries(metric.parts).map(([part, value]) => [`${metric.name} ${part}`, value]),
      ),
    );
    answer.set("agent_utilization value", metrics.find(({ name }) => name === "agent_utilization")?.value as number);
    for (const [name, value] of Object.entries(parts))
      assertClose(answer.get(name), value, `${query} ${group} ${name}`);
    for (const [name, q] of QUANTILES) {
      assertQuantile(answer.get(`task_completion_time ${name}`), completion, q, `${query} ${group}`);
    }
  }
}

function ofRuns(all: readonly AnalysedRun[], minutes: number): Expected {
  const runs = all.filter(({ analysis }) => analysis.summary.agentic);
  const agents = all.flatMap(({ analysis }) => analysis.agents);
  const inRuns = runs.flatMap(({ analysis }) => analysis.agents);
  const summaries = runs.map(({ analysis }) => analysis.summary);
  const failed = summaries.filter(({ status }) => status === "failed").length;
  const share = (
    of: "communicationShareOfTime" | "communicationShareOfTokens",
    weight: (run: AnalysedRun) => number,
  ) => {
    const known = runs.filter(({ analysis }) => analysis.figures[of] !== undefined);
    return ratio(
      sum(known, (run) => (run.analysis.figures[of] as number) * weight(run)),
      sum(known, weight),
    );
  };
  const tokens = ({ analysis: { summary } }: AnalysedRun) => summary.tokens.input + summary.tokens.output;
  return {
    completion: summaries.map(({ durationNs }) => durationNs / NS_PER_MS),
    parts: {
      ...commonParts(agents),
      ...callRates(inRuns),
      "communication_overhead time": share("communicationShareOfTime", ({ analysis }) => analysis.summary.durationNs),
      "communication_overhead tokens": share("communicationShareOfTokens", tokens),
      "communication_overhead messagesPerMin": sum(summaries, ({ messageCount }) => messageCount) / minutes,
      "error_rate runs": ratio(failed, runs.length),
      "throughput runsPerMin": runs.length / minutes,
      "throughput tokensPerMin": sum(runs, tokens) / minutes,
    },
  };
}

function ofAgents(agents: readonly RunAgent[], minutes: number): Expected {
  return {
    completion: agents.flatMap(({ completionMs }) => completionMs),
    parts: {
      ...commonParts(agents),
      ...callRates(agents),
      "throughput tasksPerMin": sum(agents, ({ tasks }) => tasks) / minutes,
      "throughput inputTokensPerMin": sum(agents, ({ tokens }) => tokens.input) / minutes,
      "communication_overhead messagesPerMin": sum(agents, ({ messagesSent }) => messagesSent) / minutes,
    },
  };
}

function commonParts(agents: readonly RunAgent[]): Expected["parts"] {
  const { busyMs, waitingMs, idleMs, presentMs } = timesOf(agents);
  return {
    "agent_utilization busyMs": busyMs,
    "agent_utilization waitingMs": waitingMs,
    "agent_utilization idleMs": idleMs,
    "agent_utilization presentMs": presentMs,
    "agent_utilization value": ratio(busyMs, presentMs),
  };
}

function callRates(agents: readonly RunAgent[]): Expected["parts"] {
  const rate = (failed: (agent: RunAgent) => number, ended: (agent: RunAgent) => number) =>
    ratio(sum(agents, failed), sum(agents, ended));
  return {
    "error_rate tasks": rate(
      ({ taskErrors }) => taskErrors,
      ({ tasks }) => tasks,
    ),
    "error_rate llmCalls": rate(
      ({ llmErrors }) => llmErrors,
      ({ llmCalls }) => llmCalls,
    ),
    "error_rate toolCalls": rate(
      ({ toolErrors }) => toolErrors,
      ({ toolCalls }) => toolCalls,
    ),
  };
}

function ofCalls(calls: readonly ReturnType<typeof callsOf>[number][], minutes: number): Expected {
  const kind = calls[0]?.kind === "llm" ? "llmCalls" : "toolCalls";
  return {
    completion: calls.map(({ ms }) => ms),
    parts: {
      "error_rate calls": ratio(calls.filter(({ isFailed }) => isFailed).length, calls.length),
      [`throughput ${kind}PerMin`]: calls.length / minutes,
    },
  };
}
