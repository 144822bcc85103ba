// The fleet's figures: key metrics, communication and agents over a window agree with the runs that they are made of,
// whether they come from hourly sums or from rows, and with what was taken back.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import type { Communication, KeyMetricSeries, KeyMetrics } from "../../src/model/key-metrics-shapes.ts";
import type { Agent, Edge, Run, Status } from "../../src/model/shapes.ts";
import { startTaleaHere, type TaleaHere } from "../support/talea-here.ts";

const CAPTURES = [
  "openinference-langgraph-js/langgraph-multi-agent.otlp.json",
  "vercel-ai-sdk/ai-v6-multi-agent.otlp.json",
  "mastra/mastra1-otel-multi-agent.otlp.json",
];
const WINDOW = "since=2026-11-01T00:00:00Z";
const SETTLED_WITHIN_MS = 20_000;
/** Half the width of a bucket. */
const BUCKET_ERROR = 0.011;

let talea: TaleaHere;

before(async () => {
  talea = await startTaleaHere(["--quiet", "1s"]);
  for (const capture of CAPTURES) await talea.load(capture);
  await untilSettled();
});
after(() => talea?.close());

async function untilSettled(): Promise<void> {
  for (const deadline = performance.now() + SETTLED_WITHIN_MS; performance.now() < deadline; await delay(50)) {
    const { unsettled } = await talea.get<Status & { unsettled: number }>("/api/v1/status");
    if (unsettled === 0) return;
  }
  throw new Error("Not settled in time");
}

async function allRuns(): Promise<Run[]> {
  const { runs } = await talea.get<{ runs: Run[] }>(`/api/v1/runs?${WINDOW}&limit=1000`);
  return runs.filter(({ agentic }) => agentic);
}

async function metrics(query = ""): Promise<Record<string, KeyMetricSeries>> {
  const { groups } = await talea.get<KeyMetrics>(`/api/v1/key-metrics?${WINDOW}${query}`);
  return byName(groups[0]?.metrics ?? []);
}

function byName(list: readonly KeyMetricSeries[]): Record<string, KeyMetricSeries> {
  return Object.fromEntries(list.map((metric) => [metric.name, metric]));
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((all, item) => all + of(item), 0);
}

function near(actual: number | undefined, expected: number, error = 1e-6): void {
  assert.ok(
    actual !== undefined && Math.abs(actual - expected) <= error * Math.abs(expected),
    `${actual} for ${expected}`,
  );
}

test("the key figures are those of the runs", async () => {
  const runs = await allRuns();
  const ended = runs.filter(({ status }) => status !== "running");
  const { task_completion_time, error_rate, throughput, agent_utilization } = await metrics("&explain=true");
  assert.equal(task_completion_time?.parts["count"], ended.length);
  const longest = Math.max(...ended.map(({ durationMs }) => durationMs));
  near(task_completion_time?.parts["max"], longest);
  near(error_rate?.value, ended.filter(({ status }) => status === "failed").length / ended.length);
  assert.equal(throughput?.explain?.inputs["runsEnded"], ended.length);
  assert.equal(
    throughput?.explain?.inputs["llmCallsEnded"],
    sum(ended, ({ llmCalls }) => llmCalls),
  );
  assert.equal(
    throughput?.explain?.inputs["tokensInput"],
    sum(ended, ({ tokens }) => tokens.input),
  );
  const { agents } = await talea.get<{ agents: Agent[] }>(`/api/v1/agents?${WINDOW}`);
  near(agent_utilization?.value, sum(agents, ({ busyMs }) => busyMs) / sum(agents, ({ presentMs }) => presentMs));
});

test("percentiles err by no more than a bucket", async () => {
  const durations = (await allRuns()).map(({ durationMs }) => durationMs).sort((a, b) => a - b);
  const { task_completion_time } = await metrics();
  for (const [name, q] of [
    ["p50", 0.5],
    ["p90", 0.9],
  ] as const) {
    const rank = q * (durations.length - 1);
    const [below, above] = [durations[Math.floor(rank)] as number, durations[Math.ceil(rank)] as number];
    near(task_completion_time?.parts[name], below + (above - below) * (rank - Math.floor(rank)), BUCKET_ERROR);
  }
});

test("steps from hourly sums and from rows come to the same", async () => {
  const runs = await allRuns();
  const times = runs.flatMap(({ startedAt, endedAt }) => [Date.parse(startedAt), Date.parse(endedAt ?? startedAt)]);
  const since = new Date(Math.min(...times) - 90 * 60_000).toISOString();
  const until = new Date(Math.max(...times) + 90 * 60_000).toISOString();
  const [byMinute, byHour, byDay] = await Promise.all(
    ["5m", "1h", "24h"].map(async (step) => {
      const { groups } = await talea.get<KeyMetrics>(
        `/api/v1/key-metrics?since=${since}&until=${until}&step=${step}&explain=true`,
      );
      return groups[0]?.metrics.map(({ parts, explain }) => ({ parts, inputs: explain?.inputs }));
    }),
  );
  assert.deepEqual(roundedDeep(byHour), roundedDeep(byMinute));
  assert.deepEqual(roundedDeep(byDay), roundedDeep(byMinute));
});

/** Sums in another order differ in their last digits. */
function roundedDeep(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value), (_, item) =>
    typeof item === "number" ? Number(item.toPrecision(9)) : item,
  );
}

test("a window that cuts an hour counts what lies in it only", async () => {
  const runs = (await allRuns()).sort((a, b) => Date.parse(a.endedAt ?? "") - Date.parse(b.endedAt ?? ""));
  const middle = runs[Math.floor(runs.length / 2)] as Run;
  const [first, second] = await Promise.all(
    [`since=2026-11-01T00:00:00Z&until=${middle.endedAt}`, `since=${middle.endedAt}`].map(async (window) => {
      const { groups } = await talea.get<KeyMetrics>(`/api/v1/key-metrics?${window}&step=24h`);
      return byName(groups[0]?.metrics ?? [])["task_completion_time"]?.parts["count"] ?? 0;
    }),
  );
  assert.equal(first, runs.filter(({ endedAt = "" }) => endedAt < (middle.endedAt ?? "")).length);
  assert.equal((first ?? 0) + (second ?? 0), runs.length);
});

test("by agent, model, tool and name the groups add up to the whole", async () => {
  const runs = await allRuns();
  const ended = async (by: string) => {
    const { groups } = await talea.get<KeyMetrics>(`/api/v1/key-metrics?${WINDOW}&by=${by}&explain=true`);
    return groups.map(({ group, metrics }) => ({ group, inputs: metrics[0]?.explain?.inputs ?? {} }));
  };
  const [names, agents, models, tools] = await Promise.all(["name", "agent", "model", "tool"].map(ended));
  assert.equal(
    sum(names ?? [], ({ inputs }) => inputs["runsEnded"] ?? 0),
    runs.length,
  );
  assert.equal(
    sum(agents ?? [], ({ inputs }) => inputs["llmCallsEnded"] ?? 0),
    sum(runs, ({ llmCalls }) => llmCalls),
  );
  assert.equal(
    sum(models ?? [], ({ inputs }) => inputs["llmCallsEnded"] ?? 0),
    sum(runs, ({ llmCalls }) => llmCalls),
  );
  assert.equal(
    sum(models ?? [], ({ inputs }) => inputs["tokensInput"] ?? 0),
    sum(runs, ({ tokens }) => tokens.input),
  );
  assert.equal(
    sum(tools ?? [], ({ inputs }) => inputs["toolCallsEnded"] ?? 0),
    sum(runs, ({ toolCalls }) => toolCalls),
  );
});

test("the window before is told when it is asked for", async () => {
  const runs = await allRuns();
  const last = runs
    .map(({ endedAt = "" }) => endedAt)
    .sort()
    .at(-1) as string;
  const since = new Date(Date.parse(last) + 1000).toISOString();
  const until = new Date(Date.parse(last) + 1000 + 86_400_000 * 2).toISOString();
  const { groups } = await talea.get<KeyMetrics>(`/api/v1/key-metrics?since=${since}&until=${until}&before=true`);
  const throughput = byName(groups[0]?.metrics ?? [])["throughput"];
  assert.equal(throughput?.value, undefined);
  near(throughput?.before?.value, runs.length / (2 * 1440));
});

test("communication is the sum of the runs' edges", async () => {
  const runs = await allRuns();
  const details = await Promise.all(runs.map(({ id }) => talea.get<{ edges: Edge[] }>(`/api/v1/runs/${id}`)));
  const expected = Map.groupBy(
    details.flatMap(({ edges }) => edges),
    ({ from, to }) => `${from} → ${to}`,
  );
  const { edges, total } = await talea.get<Communication>(`/api/v1/communication?${WINDOW}`);
  assert.deepEqual(edges.map(({ from, to }) => `${from} → ${to}`).sort(), [...expected.keys()].sort());
  for (const edge of edges) {
    const parts = expected.get(`${edge.from} → ${edge.to}`) ?? [];
    assert.equal(
      edge.count,
      sum(parts, ({ count }) => count),
    );
    assert.equal(
      edge.bytes ?? 0,
      sum(parts, ({ bytes }) => bytes ?? 0),
    );
    assert.equal(
      edge.tokens ?? 0,
      sum(parts, ({ tokens }) => tokens ?? 0),
    );
  }
  assert.equal(
    total.count,
    sum(runs, ({ messageCount }) => messageCount),
  );
  const some = edges[0] as Edge;
  const { edges: ofAgent } = await talea.get<Communication>(
    `/api/v1/communication?${WINDOW}&agent=${encodeURIComponent(some.from)}`,
  );
  assert.ok(ofAgent.length > 0 && ofAgent.every(({ from, to }) => from === some.from || to === some.from));
});

test("only the figures that are asked for are answered", async () => {
  const { groups } = await talea.get<KeyMetrics>(
    `/api/v1/key-metrics?${WINDOW}&by=agent&metric=error_rate&metric=agent_utilization`,
  );
  assert.ok(groups.length > 1);
  for (const { metrics } of groups) {
    assert.deepEqual(
      metrics.map(({ name }) => name),
      ["agent_utilization", "error_rate"],
    );
  }
});

test("questions that do not go together are refused in words", async () => {
  for (const query of ["by=model&tool=x", "by=agent&name=x", "by=service&agent=x"]) {
    await assert.rejects(talea.get(`/api/v1/key-metrics?${query}`), /400 .*bad_request/, query);
  }
});

test("a deleted run is in no figure any more", async () => {
  const before = await allRuns();
  const gone = before.find(({ messageCount }) => messageCount > 0) as Run;
  const answer = await fetch(`${talea.talea.url}/api/v1/runs/${gone.id}`, { method: "DELETE" });
  assert.ok(answer.ok);
  await untilSettled();
  const { task_completion_time, throughput } = await metrics("&explain=true");
  assert.equal(task_completion_time?.parts["count"], before.length - 1);
  assert.equal(
    throughput?.explain?.inputs["tokensInput"],
    sum(before, ({ tokens }) => tokens.input) - gone.tokens.input,
  );
  const { total } = await talea.get<Communication>(`/api/v1/communication?${WINDOW}`);
  assert.equal(total.count, sum(before, ({ messageCount }) => messageCount) - gone.messageCount);
});
