// The SDK against a real Talea: what is seen while work goes on, and what stands there when it is over.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { context, propagation, trace } from "@opentelemetry/api";
import { NodeSDK } from "@opentelemetry/sdk-node";
import {
  agent,
  dropped,
  flush,
  getMetricsSummary,
  handoff,
  human,
  llm,
  message,
  recordMetric,
  run,
  shutdown,
  state,
  TaleaSpanProcessor,
  tool,
  waiting,
} from "../../sdk/src/index.ts";
import type { RunDetail } from "../../src/cli/export/fetch-run.ts";
import type { RunEvent } from "../../src/model/shapes.ts";
import { startTaleaHere, type TaleaHere } from "../support/talea-here.ts";

let talea: TaleaHere;
let sdk: NodeSDK;

before(async () => {
  talea = await startTaleaHere(["--quiet", "1s"]);
  process.env["OTEL_LOGS_EXPORTER"] = process.env["OTEL_METRICS_EXPORTER"] = "none";
  sdk = new NodeSDK({
    serviceName: "sdk-test",
    spanProcessors: [new TaleaSpanProcessor({ endpoint: talea.talea.url, exportSpans: true })],
  });
  sdk.start();
});
after(async () => {
  await shutdown();
  await sdk.shutdown();
  for (const api of [trace, context, propagation]) api.disable();
  await talea.close();
});

async function eventsOf(id: string): Promise<readonly RunEvent[]> {
  return (await talea.get<{ events: RunEvent[] }>(`/api/v1/runs/${id}/events`)).events;
}

/** Waits until an answer is as it should be. */
async function until<T>(ask: () => Promise<T>, isRight: (answer: T) => boolean, withinMs = 8000): Promise<T> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const answer = await ask().catch((error: unknown) => error as T);
    if (!(answer instanceof Error) && isRight(answer)) return answer;
    assert.ok(performance.now() < deadline, `shown instead: ${JSON.stringify(answer).slice(0, 2000)}`);
    await delay(50);
  }
}

test("an agent, its tool and its model call are seen as started while they last, of any instrumentation", async () => {
  const id = "sdk live";
  const path = encodeURIComponent(id);
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const working = run({ name: "live", id }, () =>
    agent("scout", () =>
      Promise.all([
        tool("search", () => held),
        llm({ model: "gpt-4o", provider: "openai" }, () => held),
        trace
          .getTracer("some-framework")
          .startActiveSpan(
            "invoke_agent helper",
            { attributes: { "gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": "helper" } },
            async (span) => {
              await held;
              span.end();
            },
          ),
      ]),
    ),
  );
  const wanted = ["agent.started", "agent.started", "llm.started", "run.started", "tool.started"];
  const typesOf = (events: readonly RunEvent[]) => events.map(({ type }) => type).sort();
  const events = await until(
    () => eventsOf(path),
    (seen) => JSON.stringify(typesOf(seen)) === JSON.stringify(wanted),
  );
  const agents = events.filter(({ type }) => type === "agent.started").map(({ agentId }) => agentId);
  assert.deepEqual(agents.sort(), ["helper", "scout"]);
  const detail = await talea.get<RunDetail>(`/api/v1/runs/${path}`);
  assert.equal(detail.status, "running");
  release();
  await working;
  assert.equal(await flush(), true);
  const done = await until(
    () => talea.get<RunDetail>(`/api/v1/runs/${path}`),
    ({ status }) => status === "completed",
  );
  assert.equal(done.spanCount, 5, "the ended spans take the places of the announced ones");
  const after = typesOf(await eventsOf(path));
  assert.equal(after.filter((type) => type.endsWith(".started")).length, 5);
  assert.deepEqual(dropped(), { count: 0, reasons: {} });
});

test("a run of two agents has its messages, events, waiting, tokens, tags and what was said", async () => {
  const options = { name: "talk", id: "sdk talk", session: "s9", user: "dana", tags: ["t1"] };
  await run(options, () =>
    agent({ name: "boss", task: "lead", input: "a page, please" }, async () => {
      state({ phase: "asking" });
      await message({ to: "scout", kind: "delegate", text: "find out" }, () =>
        agent("scout", () =>
          llm({ model: "gpt-4o", provider: "openai", input: "what is it?" }, async (call) => {
            await delay(20);
            call.usage({ inputTokens: 100, outputTokens: 20, cacheReadTokens: 40 });
            return "it is this";
          }),
        ),
      );
      await waiting("a slot", () => delay(30));
      await human("May I print it?", async () => {
        await delay(30);
        return "yes";
      });
      handoff({ to: "printer", reason: "print it" });
      await agent("printer", () => tool({ name: "print", input: { pages: 1 } }, () => delay(5)));
      recordMetric("pages", 3, { unit: "{page}" });
      recordMetric("pages", 5, { unit: "{page}" });
    }),
  );
  assert.equal(await flush(), true);
  const id = encodeURIComponent("sdk talk");
  const detail = await until(
    () => talea.get<RunDetail>(`/api/v1/runs/${id}`),
    ({ status, eventCount }) => status === "completed" && eventCount >= 6,
  );
  assert.equal(detail.session, "s9");
  assert.equal(detail.user, "dana");
  assert.deepEqual(detail.tags, ["t1"]);
  assert.deepEqual([...detail.agents].sort(), ["boss", "printer", "scout"]);
  assert.deepEqual(detail.tokens, { input: 100, output: 20, cacheRead: 40, cacheWrite: 0, reasoning: 0 });
  assert.equal(detail.llmCalls, 1);
  assert.equal(detail.toolCalls, 1);
  const edges = detail.edges.flatMap(({ from, to, kinds }) =>
    Object.keys(kinds).map((kind) => `${from} > ${to}: ${kind}`),
  );
  assert.ok(edges.includes("boss > scout: delegate"), edges.join());
  assert.ok(edges.includes("boss > printer: handoff"), edges.join());
  const types = (await eventsOf(id)).filter(({ derived }) => !derived).map(({ type }) => type);
  for (const type of [
    "state.changed",
    "agent.waiting",
    "agent.resumed",
    "human.requested",
    "human.answered",
    "handoff",
  ]) {
    assert.equal(types.filter((seen) => seen === type).length, 1, type);
  }
  const { metrics, error } = await until(
    () => getMetricsSummary({ name: "pages" }),
    (summary) => summary.metrics[0]?.count === 2,
  );
  assert.equal(error, undefined);
  assert.equal(metrics[0]?.sum, 8);
  assert.deepEqual(dropped(), { count: 0, reasons: {} });
});
