import assert from "node:assert/strict";
import { test } from "node:test";
import type { KeyMetricSeries, KeyMetrics } from "../../model/key-metrics-shapes.ts";
import { callGroups } from "./agent-calls.ts";
import { peersOf } from "./agent-peers.ts";
import { completionChart, modelChart, stateChart, taskChart } from "./agent-series.ts";

const AT = ["2026-11-26T10:00:00Z", "2026-11-26T10:10:00Z", "2026-11-26T10:20:00Z"] as const;
const WINDOW = { since: "2026-11-26T10:05:00Z", until: "2026-11-26T10:30:00Z", stepMs: 600_000 };

function metric(
  name: KeyMetricSeries["name"],
  steps: readonly (Readonly<Record<string, number>> | undefined)[],
  parts: Readonly<Record<string, number>> = {},
): KeyMetricSeries {
  const series = steps.flatMap((own, i) => (own === undefined ? [] : [{ at: AT[i] as string, parts: own }]));
  return { name, unit: "1", parts, series };
}

const answer = (...metrics: KeyMetricSeries[]): KeyMetrics => ({ ...WINDOW, groups: [{ metrics }] });
const valuesOf = (chart: ReturnType<typeof taskChart>, label: string) =>
  chart.layers.find((layer) => layer.label === label)?.values;

test("tasks are counts again, also in a step that the window only has a part of", () => {
  const chart = taskChart(
    answer(
      metric("throughput", [{ tasksPerMin: 0.8 }, undefined, { tasksPerMin: 0.5 }]),
      metric("error_rate", [{ tasks: 0.25 }, undefined, { tasks: 0 }]),
    ),
  );
  assert.deepEqual(valuesOf(chart, "Failed"), [1, undefined, 0]);
  assert.deepEqual(valuesOf(chart, "Completed"), [3, undefined, 5]);
});

test("states are how many of the agent there were at once", () => {
  const chart = stateChart(answer(metric("agent_utilization", [undefined, { llmMs: 300_000, idleMs: 1_200_000 }])));
  assert.deepEqual(valuesOf(chart, "Model calls"), [undefined, 0.5, undefined]);
  assert.deepEqual(valuesOf(chart, "Idle"), [undefined, 2, undefined]);
});

test("what was not measured stays a hole", () => {
  const chart = completionChart(answer(metric("task_completion_time", [{ p50: 5, p90: 7, p99: 9 }])));
  assert.deepEqual(valuesOf(chart, "p90"), [7, undefined, undefined]);
  assert.deepEqual(completionChart({ ...WINDOW, groups: [] }).layers[0]?.values, [undefined, undefined, undefined]);
});

test("models are stacked, those that cost most first, many small ones as one", () => {
  const groups = Array.from({ length: 8 }, (_, i) => ({
    group: `model ${i}`,
    metrics: [metric("throughput", [undefined, { usdPerMin: i }])],
  }));
  const { layers } = modelChart({ ...WINDOW, groups }, "usdPerMin");
  assert.deepEqual(
    layers.map(({ label }) => label),
    ["model 7", "model 6", "model 5", "model 4", "model 3", "2 others"],
  );
  assert.equal(layers.at(-1)?.values[1], 30);
  assert.equal(new Set(layers.slice(0, 5).map(({ paint }) => JSON.stringify(paint))).size, 5);
});

test("calls of a model or tool over the window", () => {
  const tools = {
    ...WINDOW,
    groups: [{ group: "search", metrics: [metric("throughput", [], { toolCallsPerMin: 2 })] }],
  };
  const [search] = callGroups(tools);
  assert.deepEqual([search?.calls, search?.usd, search?.p50], [50, undefined, undefined]);
  assert.deepEqual(callGroups({ ...WINDOW, groups: [{ group: "", metrics: [] }] }), []);
});

test("peers have both directions, and unknown tokens stay unknown", () => {
  const edge = (from: string, to: string, count: number, tokens?: number) => ({
    ...{ from, to, count, kinds: {} },
    ...(tokens === undefined ? {} : { tokens }),
  });
  const peers = peersOf("a", [edge("a", "b", 1), edge("b", "a", 2, 7), edge("c", "a", 9), edge("b", "c", 50)]);
  assert.deepEqual(
    peers.map(({ peer, messages, tokens, sent, received }) => [peer, messages, tokens, sent?.count, received?.count]),
    [
      ["c", 9, undefined, undefined, 9],
      ["b", 3, 7, 1, 2],
    ],
  );
});
