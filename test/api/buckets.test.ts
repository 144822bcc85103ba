// Values by size: `buckets=true` answers how many values fell into which bucket, step by step, for every kind of histogram
// and for completion times, and the buckets hold what the figures count.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import type { KeyMetrics } from "../../src/model/key-metrics-shapes.ts";
import type { MetricSeries, Run, Status } from "../../src/model/shapes.ts";
import { startTaleaHere, type TaleaHere } from "../support/talea-here.ts";

const SETTLED_WITHIN_MS = 20_000;
const MIN_MS = 60_000;
const DELTA = 1;
const CUMULATIVE = 2;
/** The middle of a minute, a while ago. */
const AT_MS = Math.floor(Date.now() / MIN_MS) * MIN_MS - 20 * MIN_MS + MIN_MS / 2;
const WINDOW = `since=${new Date(AT_MS - 5 * MIN_MS).toISOString()}`;

let talea: TaleaHere;

before(async () => {
  talea = await startTaleaHere(["--quiet", "1s"]);
  await talea.load("openinference-langgraph-js/langgraph-multi-agent.otlp.json");
  await sendHistograms();
});
after(() => talea?.close());

async function sendHistograms(): Promise<void> {
  const ns = (minute: number) => `${AT_MS + minute * MIN_MS}000000`;
  const explicit = (minute: number, counts: readonly number[]) => ({
    ...{ startTimeUnixNano: ns(-3), timeUnixNano: ns(minute), explicitBounds: [10, 100] },
    ...{ count: counts.reduce((sum, count) => sum + count, 0), sum: 50, bucketCounts: counts },
  });
  const exponential = (minute: number, offset: number, counts: readonly number[]) => ({
    ...{ startTimeUnixNano: ns(-3), timeUnixNano: ns(minute), scale: 0, zeroCount: 2, sum: 50 },
    count: 2 + counts.reduce((sum, count) => sum + count, 0),
    positive: { offset, bucketCounts: counts },
  });
  const metrics = [
    {
      name: "wait.delta",
      unit: "ms",
      histogram: { aggregationTemporality: DELTA, dataPoints: [explicit(0, [1, 2, 0]), explicit(1, [0, 0, 4])] },
    },
    {
      name: "wait.cumulative",
      unit: "ms",
      histogram: { aggregationTemporality: CUMULATIVE, dataPoints: [explicit(0, [1, 2, 0]), explicit(1, [1, 5, 0])] },
    },
    {
      name: "wait.exponential",
      unit: "ms",
      exponentialHistogram: { aggregationTemporality: DELTA, dataPoints: [exponential(0, 3, [5, 0, 1])] },
    },
    { name: "length", gauge: { dataPoints: [{ timeUnixNano: ns(0), asDouble: 7 }] } },
  ];
  const answer = await talea.post("/v1/metrics", { resourceMetrics: [{ scopeMetrics: [{ metrics }] }] });
  assert.equal(answer.status, 200, await answer.clone().text());
  const found = async () => (await talea.get<{ metrics: unknown[] }>(`/api/v1/metrics?${WINDOW}`)).metrics.length;
  for (const deadline = performance.now() + SETTLED_WITHIN_MS; performance.now() < deadline; await delay(50)) {
    const { unsettled } = await talea.get<Status & { unsettled: number }>("/api/v1/status");
    if (unsettled === 0 && (await found()) === metrics.length) return;
  }
  throw new Error("Not there in time");
}

async function series(name: string, more = "&buckets=true"): Promise<MetricSeries[]> {
  const { series: found } = await talea.get<{ series: MetricSeries[] }>(
    `/api/v1/metrics/query?${WINDOW}&name=${name}&step=1m${more}`,
  );
  return found;
}

const stepStart = (minute: number) => new Date(AT_MS - MIN_MS / 2 + minute * MIN_MS).toISOString();

async function bucketsOf(name: string) {
  const [first] = await series(name);
  return first?.buckets?.map(({ at, buckets }) => ({ at: new Date(at).toISOString(), buckets }));
}

test("explicit buckets are answered by step, with open ends where they have none", async () => {
  assert.deepEqual(await bucketsOf("wait.delta"), [
    {
      at: stepStart(0),
      buckets: [
        { high: 10, count: 1 },
        { low: 10, high: 100, count: 2 },
      ],
    },
    { at: stepStart(1), buckets: [{ low: 100, count: 4 }] },
  ]);
});

test("of cumulative histograms each step has what came in it", async () => {
  const steps = await bucketsOf("wait.cumulative");
  assert.deepEqual(steps?.at(-1), { at: stepStart(1), buckets: [{ low: 10, high: 100, count: 3 }] });
});

test("exponential buckets are ranges of values, and zero is a value", async () => {
  assert.deepEqual(await bucketsOf("wait.exponential"), [
    {
      at: stepStart(0),
      buckets: [
        { low: 0, high: 0, count: 2 },
        { low: 8, high: 16, count: 5 },
        { low: 32, high: 64, count: 1 },
      ],
    },
  ]);
});

test("without asking there are none, and a gauge has none", async () => {
  assert.equal((await series("wait.delta", ""))[0]?.buckets, undefined);
  const [gauge] = await series("length");
  assert.equal(gauge?.points.length, 1);
  assert.equal(gauge?.buckets, undefined);
});

test("the buckets of completion times hold every run that ended", async () => {
  const all = "since=2026-01-01T00:00:00Z";
  const { runs } = await talea.get<{ runs: Run[] }>(`/api/v1/runs?${all}&limit=1000`);
  const durations = runs.filter(({ agentic }) => agentic).map(({ durationMs }) => durationMs);
  assert.ok(durations.length > 0);
  const ask = async (more: string) => {
    const { groups } = await talea.get<KeyMetrics>(
      `/api/v1/key-metrics?${all}&metric=task_completion_time&step=1d${more}`,
    );
    return groups[0]?.metrics[0];
  };
  assert.equal((await ask(""))?.buckets, undefined);
  const buckets = (await ask("&buckets=true"))?.buckets?.flatMap((step) => step.buckets) ?? [];
  for (const duration of durations) {
    assert.ok(buckets.some(({ low = 0, high = 0 }) => low < duration && duration <= high * (1 + 1e-9)));
  }
  assert.equal(
    buckets.reduce((sum, { count }) => sum + count, 0),
    durations.length,
  );
});
