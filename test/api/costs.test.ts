// Money: told apart in every way it is asked for, each call with its price, and priced anew on demand.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import type { Costs, RunCosts } from "../../src/model/cost-shapes.ts";
import type { Explanation } from "../../src/model/key-metrics-shapes.ts";
import type { Run, Status } from "../../src/model/shapes.ts";
import { attributes } from "../support/browser-synthetic.ts";
import { startTaleaHere, type TaleaHere } from "../support/talea-here.ts";

const SETTLED_WITHIN_MS = 20_000;
const NOW_MS = Date.now() - 60_000;
const PRICES = [{ model: "house-model", input: 2, output: 10, cacheRead: 0.5 }];

let talea: TaleaHere;
let folder: string;
let runId: string;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), "talea-prices-"));
  writeFileSync(join(folder, "prices.json"), JSON.stringify(PRICES));
  talea = await start();
  runId = await send(`${"0".repeat(31)}1`, [
    call("a", "house-model", { input: 1000, output: 100, cached: 400 }),
    call("b", "gpt-4o-mini", { input: 2000, output: 50 }),
    call("b", "nobody-knows", { input: 500, output: 50 }),
  ]);
  await untilSettled();
});
after(async () => {
  await talea?.close();
  rmSync(folder, { recursive: true, force: true });
});

function start(): Promise<TaleaHere> {
  const [data, prices] = [join(folder, "data"), join(folder, "prices.json")];
  return startTaleaHere(["--quiet", "1s", "--data", data, "--prices", prices]);
}

interface Usage {
  readonly input: number;
  readonly output: number;
  readonly cached?: number;
}

function call(agent: string, model: string, { input, output, cached = 0 }: Usage): Record<string, string | number> {
  return {
    "gen_ai.operation.name": "chat",
    "gen_ai.agent.name": agent,
    "gen_ai.provider.name": "openai",
    "gen_ai.request.model": model,
    "gen_ai.usage.input_tokens": input,
    "gen_ai.usage.output_tokens": output,
    "gen_ai.usage.cache_read.input_tokens": cached,
    "user.id": "ada",
    "session.id": "s-1",
  };
}

async function send(traceId: string, calls: readonly Record<string, string | number>[]): Promise<string> {
  const spans = calls.map((values, i) => ({
    ...{ traceId, spanId: String(i + 1).padStart(16, "0"), name: "chat" },
    startTimeUnixNano: `${NOW_MS + 100 * i}000000`,
    endTimeUnixNano: `${NOW_MS + 100 * i + 90}000000`,
    attributes: attributes(values),
  }));
  const resource = { attributes: attributes({ "service.name": "shop" }) };
  const answer = await talea.post("/v1/traces", { resourceSpans: [{ resource, scopeSpans: [{ spans }] }] });
  assert.equal(answer.status, 200);
  return traceId;
}

async function untilSettled(): Promise<void> {
  for (const deadline = performance.now() + SETTLED_WITHIN_MS; performance.now() < deadline; await delay(50)) {
    if ((await talea.get<Status & { unsettled: number }>("/api/v1/status")).unsettled === 0) return;
  }
  throw new Error("Not settled in time");
}

/** 600 × 2 + 400 × 0.5 + 100 × 10, in USD per million. */
const HOUSE_USD = (600 * 2 + 400 * 0.5 + 100 * 10) / 1e6;

test("each call of a run says what it cost, of which tokens, and by which price", async () => {
  const { calls, cost, byModel, byAgent, pricesInUse } = await talea.get<RunCosts>(`/api/v1/runs/${runId}/costs`);
  const [house, mini, unknown] = calls;
  assert.deepEqual([house?.usd, house?.source], [HOUSE_USD, "custom"]);
  assert.deepEqual(house?.parts, { input: 0.0012, cacheRead: 0.0002, cacheWrite: 0, output: 0.001, reasoning: 0 });
  assert.match(mini?.source ?? "", /^genai-prices@/);
  assert.deepEqual([unknown?.usd, unknown?.source], [undefined, undefined]);
  assert.equal(cost.unpricedCalls, 1);
  assert.equal(byModel["house-model"]?.usd, HOUSE_USD);
  assert.ok(Math.abs((cost.usd ?? 0) - (byAgent["a"]?.usd ?? 0) - (byAgent["b"]?.usd ?? 0)) < 1e-12);
  assert.equal(pricesInUse.overrides, 1);
  const run = await talea.get<Run>(`/api/v1/runs/${runId}`);
  assert.deepEqual(run.cost, cost);
});

test("over the fleet costs add up, whatever they are told apart by", async () => {
  const run = await talea.get<Run>(`/api/v1/runs/${runId}`);
  for (const [by, groups] of [
    ["model", ["gpt-4o-mini", "house-model", "nobody-knows"]],
    ["agent", ["a", "b"]],
    ["session", ["s-1"]],
    ["user", ["ada"]],
    ["service", ["shop"]],
  ] as const) {
    const { costs, total } = await talea.get<Costs>(`/api/v1/costs?by=${by}`);
    assert.deepEqual(costs.map(({ group }) => group).sort(), groups, by);
    const usd = costs.reduce((sum, { cost }) => sum + (cost.usd ?? 0), 0);
    assert.ok(Math.abs(usd - (run.cost.usd ?? 0)) < 1e-12, by);
    assert.ok(Math.abs((total.cost.usd ?? 0) - usd) < 1e-12, by);
    assert.equal(
      costs.reduce((sum, { cost }) => sum + cost.unpricedCalls, 0),
      1,
      by,
    );
  }
  const { costs } = await talea.get<Costs>("/api/v1/costs?by=model");
  assert.equal(costs.find(({ group }) => group === "nobody-knows")?.cost.usd, undefined, "unknown is not free");
});

test("the figures of a run explain themselves", async () => {
  const { explain, ...run } = await talea.get<Run & { explain: Record<string, Explanation> }>(
    `/api/v1/runs/${runId}?explain=true`,
  );
  for (const name of ["utilization", "concurrency", "communicationShareOfTime", "cost", "tokens"]) {
    assert.ok((explain[name]?.formula.length ?? 0) > 0, name);
  }
  const { busyMs = 0, presentMs = 1 } = explain["utilization"]?.inputs ?? {};
  assert.ok(Math.abs(busyMs / presentMs - (run.figures?.utilization ?? 0)) < 1e-9);
  assert.equal(explain["cost"]?.inputs["unpricedCalls"], 1);
  assert.equal(explain["tokens"]?.inputs["input"], 3500);
});

test("a run is priced anew by the prices of now, and what was recorded stays", async () => {
  await talea.close();
  writeFileSync(
    join(folder, "prices.json"),
    JSON.stringify([
      { ...PRICES[0], input: 4 },
      { ...PRICES[0], model: "nobody-knows" },
    ]),
  );
  talea = await start();
  const recorded = await talea.get<RunCosts>(`/api/v1/runs/${runId}/costs`);
  assert.equal(recorded.calls[0]?.usd, HOUSE_USD);
  assert.equal(recorded.calls[0]?.parts, undefined, "the parts of a price that holds no more are not known");
  const current = await talea.get<RunCosts>(`/api/v1/runs/${runId}/costs?prices=current`);
  assert.equal(current.calls[0]?.usd, HOUSE_USD + (600 * 2) / 1e6);
  assert.deepEqual([current.cost.unpricedCalls, current.calls[2]?.source], [0, "custom"]);
});
