import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { TaleaClient } from "../../src/cli/client/talea-client.ts";
import type { RunDetail } from "../../src/cli/export/fetch-run.ts";
import { replaySample, type Sample, shippedSamples } from "../../src/cli/sample-data.ts";
import { startTaleaHere, type TaleaHere } from "../support/talea-here.ts";

let talea: TaleaHere;
let samples: Sample[];
let client: TaleaClient;

before(async () => {
  talea = await startTaleaHere();
  samples = await shippedSamples();
  client = new TaleaClient(new URL(talea.talea.url), undefined);
});
after(() => talea.close());

const AGENTS: Readonly<Record<string, readonly string[]>> = {
  coordinator: ["coordinator", "researcher", "writer"],
  "incident-room": ["commander", "fixer", "log_analyst", "metrics_analyst"],
  "trip-planner": ["flight scout", "hotel scout", "planner", "writer"],
};

test("three captures are shipped, and none names a folder of a machine", () => {
  assert.deepEqual(
    samples.map(({ name }) => name),
    Object.keys(AGENTS),
  );
  const paths = /(?:^|[^A-Za-z0-9_./-])\/(?:work|root|home)\/|host\.name|process\.pid/;
  for (const { name, requests } of samples) assert.ok(!paths.test(requests.join("\n")), name);
});

test("a replayed capture is a run of now, with all of its agents and events", async () => {
  for (const sample of samples) {
    const nowMs = Date.now();
    const [id = "", ...others] = await replaySample(client, sample, { nowMs, pace: 0 });
    assert.deepEqual(others, []);
    const run = await talea.get<RunDetail>(`/api/v1/runs/${id}`);
    assert.deepEqual([...run.agents].sort(), AGENTS[sample.name]);
    assert.equal(run.status, "completed");
    assert.ok(Math.abs(Date.parse(run.endedAt ?? "") - nowMs) < 5_000, run.endedAt);
    assert.ok(run.durationMs > 5_000 && run.edges.length >= 4);
    if (sample.name === "coordinator") assert.equal(run.eventCount, 5);
  }
});

test("a capture that is replayed again is another run", async () => {
  const [sample] = samples;
  assert.ok(sample !== undefined);
  const [first] = await replaySample(client, sample, { nowMs: Date.now(), pace: 0 });
  const [second] = await replaySample(client, sample, { nowMs: Date.now(), pace: 0 });
  assert.notEqual(first, second);
});

test("at a pace, spans come when they end and not before", async () => {
  const sample = samples.find(({ name }) => name === "coordinator");
  assert.ok(sample !== undefined);
  const stop = new AbortController();
  const replay = replaySample(client, sample, { nowMs: Date.now(), pace: 4, signal: stop.signal });
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  stop.abort();
  await assert.rejects(replay, { name: "AbortError" });
  const { runs } = await talea.get<{ runs: RunDetail[] }>("/api/v1/runs?limit=1&all=true");
  assert.ok(runs[0] !== undefined && runs[0].spanCount > 0 && runs[0].spanCount < 28, String(runs[0]?.spanCount));
});
