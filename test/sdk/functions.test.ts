// Each function: the spans and RunEvents that come of it, their nesting, and that user code gets back what it gave.

import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { trace } from "@opentelemetry/api";
import {
  addSpan,
  agent,
  extract,
  flush,
  getMetricsSummary,
  handoff,
  human,
  inject,
  llm,
  logEvent,
  message,
  recordMetric,
  run,
  startTrace,
  state,
  task,
  tool,
  waiting,
} from "../../sdk/src/index.ts";
import type { ReceivedRecord, Receiver } from "./receiver.ts";
import { observed } from "./telemetry.ts";

test("run, agent, task, tool and llm nest by async context and return what their callbacks return", async () => {
  await using here = await observed();
  const { receiver } = here;
  const options = { name: "report", session: "s1", user: "dana", tags: ["a", "b"], input: "heat pumps" };
  const result = await run(options, async () => {
    await delay(1);
    return agent({ name: "writer", instance: "w1", task: "write it" }, async () =>
      task("outline", async () => {
        const found = tool({ name: "search", input: { query: "x" } }, () => ({ pages: 3 }));
        const text = await llm({ model: "gpt-4o", provider: "openai", input: "say it" }, async (call) => {
          await delay(1);
          call.usage({ inputTokens: 10, outputTokens: 5, cacheReadTokens: 4, reasoningTokens: 2 });
          call.response({ id: "r1", model: "gpt-4o-2024" });
          return "it";
        });
        return `${text} ${found.pages}`;
      }),
    );
  });
  assert.equal(result, "it 3");
  await flush();
  const spans = byName(receiver);
  const chain = ["report", "invoke_agent writer", "outline"].map((name) => spans[name]);
  assert.equal(chain[1]?.parentSpanId, chain[0]?.spanId);
  assert.equal(chain[2]?.parentSpanId, chain[1]?.spanId);
  for (const name of ["execute_tool search", "chat gpt-4o"]) assert.equal(spans[name]?.parentSpanId, chain[2]?.spanId);
  assert.deepEqual(spans["report"]?.attributes, {
    ...{ "talea.kind": "run", "talea.run.name": "report", "talea.session": "s1", "talea.user": "dana" },
    ...{ "talea.tags": ["a", "b"], "talea.input": "heat pumps", "talea.output": "it 3" },
  });
  assert.deepEqual(spans["invoke_agent writer"]?.attributes, {
    ...{ "talea.kind": "agent", "gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": "writer" },
    ...{ "talea.agent": "writer", "talea.agent.instance": "w1", "talea.task": "write it", "talea.output": "it 3" },
  });
  assert.deepEqual(spans["execute_tool search"]?.attributes, {
    ...{ "talea.kind": "tool", "gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "search" },
    ...{ "talea.agent": "writer", "talea.agent.instance": "w1" },
    ...{ "talea.input": '{"query":"x"}', "talea.output": '{"pages":3}' },
  });
  assert.deepEqual(spans["chat gpt-4o"]?.attributes, {
    ...{ "talea.kind": "llm", "gen_ai.operation.name": "chat", "gen_ai.request.model": "gpt-4o" },
    ...{ "gen_ai.provider.name": "openai", "gen_ai.response.id": "r1", "gen_ai.response.model": "gpt-4o-2024" },
    ...{ "gen_ai.usage.input_tokens": 10, "gen_ai.usage.output_tokens": 5 },
    ...{ "gen_ai.usage.cache_read.input_tokens": 4, "gen_ai.usage.reasoning.output_tokens": 2 },
    ...{ "talea.agent": "writer", "talea.agent.instance": "w1", "talea.input": "say it", "talea.output": "it" },
  });
});

test("what a callback throws is noted on its span and thrown on, at once or later", async () => {
  await using here = await observed();
  const { receiver } = here;
  const broken = new TypeError("broken");
  assert.throws(
    () =>
      tool("at once", () => {
        throw broken;
      }),
    (error) => error === broken,
  );
  await assert.rejects(
    agent("later", async () => {
      await delay(1);
      throw broken;
    }),
    (error) => error === broken,
  );
  await flush();
  for (const name of ["execute_tool at once", "invoke_agent later"]) {
    const span = byName(receiver)[name];
    assert.deepEqual(span?.raw["status"], { code: 2, message: "broken" });
    assert.equal((span?.raw["events"] as unknown[] | undefined)?.length, 1);
  }
});

test("events stand in the span, agent and run around them, in the order of the calls", async () => {
  await using here = await observed();
  const { receiver } = here;
  await run({ name: "r", id: "run 7, ä" }, () =>
    agent("boss", async () => {
      state({ phase: "research", open: 2 });
      message({ to: "scout", text: "find out", id: "m1", data: { topic: "x" } });
      handoff({ to: "writer", reason: "it is time" });
      await waiting("a slot", () => delay(2));
      assert.equal(await human("May I?", async () => "yes"), "yes");
      logEvent("my.own", { deep: { list: [1, { a: true }], nothing: undefined } }, { level: "warn", to: "scout" });
    }),
  );
  await flush();
  const types = receiver.events.map(({ name }) => name);
  assert.deepEqual(types, [
    ...["state.changed", "message.sent", "handoff", "agent.waiting", "agent.resumed"],
    ...["human.requested", "human.answered", "my.own"],
  ]);
  const times = receiver.events.map(({ timeUnixNano }) => BigInt(timeUnixNano));
  assert.ok(times.every((time, i) => i === 0 || time > (times[i - 1] ?? 0n)));
  const boss = byName(receiver)["invoke_agent boss"];
  for (const event of receiver.events) {
    assert.equal(event.traceId, boss?.traceId);
    assert.equal(event.spanId, boss?.spanId);
    assert.equal(event.attributes["talea.agent"], "boss");
    assert.equal(event.attributes["talea.run.id"], "run 7, ä");
    assert.match(String(event.attributes["talea.event.id"]), /^[0-9a-f-]{36}$/);
  }
  const [changed, sent, handed, waits, , asked, answered, own] = receiver.events;
  assert.equal(changed?.attributes["phase"], "research");
  assert.equal(sent?.attributes["talea.event.to"], "scout");
  assert.equal(sent?.attributes["messageId"], "m1");
  assert.equal(sent?.body, "find out");
  assert.equal(handed?.attributes["talea.event.to"], "writer");
  assert.equal(waits?.attributes["reason"], "a slot");
  assert.equal(asked?.body, "May I?");
  assert.equal(answered?.body, "yes");
  assert.deepEqual(own?.attributes["deep"], { list: [1, { a: true }] });
  assert.equal(own?.raw["severityNumber"], 13);
});

test("waiting and human end also when their callback fails", async () => {
  await using here = await observed();
  const { receiver } = here;
  const fail = () => Promise.reject(new Error("no"));
  await assert.rejects(waiting("x", fail));
  await assert.rejects(human("x", fail));
  await flush();
  assert.deepEqual(
    receiver.events.map(({ name }) => name),
    ["agent.waiting", "agent.resumed", "human.requested", "human.answered"],
  );
});

test("a message with a callback is a span around its delivery", async () => {
  await using here = await observed();
  const { receiver } = here;
  const answer = await agent("boss", () =>
    message({ to: "scout", kind: "delegate", text: "find out", id: "m1" }, () => agent("scout", async () => "found")),
  );
  assert.equal(answer, "found");
  await flush();
  const spans = byName(receiver);
  assert.deepEqual(spans["delegate scout"]?.attributes, {
    ...{ "talea.kind": "message", "talea.message.kind": "delegate", "talea.message.from": "boss" },
    ...{ "talea.message.to": "scout", "talea.message.id": "m1", "talea.agent": "boss", "talea.input": "find out" },
  });
  assert.equal(spans["invoke_agent scout"]?.parentSpanId, spans["delegate scout"]?.spanId);
  assert.deepEqual(receiver.events, []);
});

test("a run's own id is on every span inside, of other libraries too, and joins other processes by headers", async () => {
  await using here = await observed();
  const { receiver } = here;
  const headers = run({ name: "r", id: "order 5, ü" }, () => {
    trace.getTracer("other").startSpan("foreign").end();
    return inject({ accept: "text/plain" });
  });
  assert.deepEqual(Object.keys(headers).sort(), ["accept", "baggage", "traceparent"]);
  const { accept, ...sent } = headers;
  extract({ Traceparent: sent["traceparent"], BAGGAGE: `a=1,${sent["baggage"]};p=1` }, () =>
    agent("far", () => undefined),
  );
  extract(new Headers(headers), () => agent("farther", () => undefined));
  extract({}, () => agent("elsewhere", () => undefined));
  await flush();
  const spans = byName(receiver);
  for (const name of ["r", "foreign", "invoke_agent far", "invoke_agent farther"]) {
    assert.equal(spans[name]?.attributes["talea.run.id"], "order 5, ü", name);
    assert.equal(spans[name]?.traceId, spans["r"]?.traceId);
  }
  assert.equal(spans["invoke_agent far"]?.parentSpanId, spans["r"]?.spanId);
  assert.equal(spans["invoke_agent elsewhere"]?.attributes["talea.run.id"], undefined);
  assert.notEqual(spans["invoke_agent elsewhere"]?.traceId, spans["r"]?.traceId);
});

test("startTrace and addSpan make spans by hand", async () => {
  await using here = await observed();
  const { receiver } = here;
  const open = startTrace({ name: "by hand", id: "h1", user: "dana" });
  const worker = open.addSpan("worker", { kind: "agent", agent: "worker" });
  worker.addSpan("over", { kind: "tool", startTime: new Date(1e12), endTime: new Date(1e12 + 50), output: "o" });
  addSpan("beside", { parent: worker }).end({ error: new Error("no") });
  worker.end({ output: "done" });
  open.end();
  await flush();
  const spans = byName(receiver);
  assert.equal(spans["by hand"]?.attributes["talea.run.id"], "h1");
  assert.equal(spans["worker"]?.parentSpanId, spans["by hand"]?.spanId);
  assert.equal(spans["worker"]?.attributes["talea.output"], "done");
  assert.equal(spans["over"]?.parentSpanId, spans["worker"]?.spanId);
  assert.equal(spans["over"]?.attributes["talea.agent"], "worker");
  assert.equal(spans["over"]?.timeUnixNano, "1000000000000000000");
  assert.equal(spans["over"]?.raw["endTimeUnixNano"], "1000000000050000000");
  assert.deepEqual(spans["beside"]?.raw["status"], { code: 2, message: "no" });
});

test("recordMetric sends points with the agent and run around it; getMetricsSummary asks, and says why not", async () => {
  await using here = await observed();
  const { receiver } = here;
  run({ name: "r", id: "r9" }, () =>
    agent("meter", () => recordMetric("latency", 12.5, { unit: "ms", attributes: { a: 1 } })),
  );
  recordMetric("latency", 3, { time: new Date(1e12) });
  await flush();
  const [first, second] = receiver.points;
  assert.match(String(first?.["time"]), /^\d{4}-/);
  assert.deepEqual(
    { ...first, time: 0, traceId: 0, spanId: 0 },
    {
      ...{ name: "latency", value: 12.5, unit: "ms", attributes: { a: 1 }, agentId: "meter", runId: "r9" },
      ...{ time: 0, traceId: 0, spanId: 0 },
    },
  );
  assert.deepEqual(second, { name: "latency", value: 3, time: "2001-09-09T01:46:40.000Z" });
  receiver.answer({ status: 200, body: '{"metrics":[{"name":"latency","kind":"gauge","group":{},"count":2}]}' });
  const { metrics } = await getMetricsSummary({ name: "latency", by: ["a", "b"] });
  assert.equal(metrics[0]?.count, 2);
  assert.equal(receiver.requests.at(-1)?.path, "/api/v1/metrics/summary?name=latency&by=a%2Cb");
  receiver.answer({ status: 401, body: "no key" });
  assert.deepEqual(await getMetricsSummary(), { metrics: [], error: "401 no key" });
});

test("whatever a callback returns, user code gets it; what cannot be shown is left out", async () => {
  await using here = await observed();
  const { receiver } = here;
  const loop: Record<string, unknown> = {};
  loop["self"] = loop;
  const values = [
    undefined,
    null,
    0,
    loop,
    () => 1,
    Symbol("s"),
    5n,
    Array.from({ length: 50_000 }, () => 1),
    new Map(),
  ];
  const returned = values.map((value, i) => tool(`t${i}`, () => value));
  assert.ok(returned.every((value, i) => value === values[i]));
  tool({ name: "long", input: "ä".repeat(1_048_577) }, () => undefined);
  await flush();
  const spans = byName(receiver);
  const outputs = values.map((_, i) => spans[`execute_tool t${i}`]?.attributes["talea.output"]);
  assert.deepEqual(outputs, [undefined, undefined, "0", undefined, undefined, undefined, '"5"', undefined, "{}"]);
  assert.equal(spans["execute_tool long"]?.attributes["talea.truncated_bytes"], 2);
});

function byName({ spans }: Receiver): Record<string, ReceivedRecord> {
  return Object.fromEntries(spans.map((span) => [span.name, span]));
}
