// The live stream over a real socket: what a client is sent, in which order, and what it is told when it errs.

import assert from "node:assert/strict";
import { once } from "node:events";
import { get as httpGet, type IncomingMessage } from "node:http";
import { after, before, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import type { Run, RunEvent, RunEventInput } from "../../src/model/shapes.ts";
import type { KeyMetric, LiveAgent, ServerMessage } from "../../src/model/stream.ts";
import { StreamClient } from "../support/stream-client.ts";
import { startTaleaHere, type TaleaHere } from "../support/talea-here.ts";

let here: TaleaHere;
before(async () => {
  here = await startTaleaHere(["--quiet", "1s", "--stall-after", "2s"]);
});
after(async () => await here.close());

const connect = () => StreamClient.connect(here.talea.url);

let runs = 0;
const newRun = (): string => `stream-run-${++runs}`;

async function post(events: readonly RunEventInput[]): Promise<string> {
  const answer = await here.post("/api/v1/events", events);
  const { offset } = (await answer.json()) as { offset: string };
  assert.equal(answer.status, 200);
  return offset;
}

const typesOf = (client: StreamClient, id: string) => client.events(id).map(({ event }) => event.type);

async function until(holds: () => boolean, patienceMs = 10_000): Promise<void> {
  for (const deadline = performance.now() + patienceMs; !holds(); await delay(5)) {
    assert.ok(performance.now() < deadline, `it did not come true: ${holds}`);
  }
}

const now = () => BigInt(Date.now()) * 1_000_000n;

function otlpSpan(traceId: string, spanId: string, name: string, attributes: Record<string, string>, parent = "") {
  const start = now();
  return {
    ...{ traceId, spanId, name, parentSpanId: parent },
    ...{ startTimeUnixNano: String(start - 5_000_000n), endTimeUnixNano: String(start) },
    attributes: Object.entries(attributes).map(([key, value]) => ({ key, value: { stringValue: value } })),
  };
}

const sendSpans = (spans: readonly object[]) =>
  here.post("/v1/traces", { resourceSpans: [{ scopeSpans: [{ spans }] }] });

const randomHex = (digits: number) =>
  Array.from({ length: digits }, () => Math.floor(Math.random() * 16).toString(16)).join("");

test("an event reaches a subscriber once it is durable, with the offset that its sender was told", async () => {
  await using client = await connect();
  const runId = newRun();
  await client.subscribe({ id: "a", channel: "events", filter: { runId } });
  const offset = await post([{ runId, type: "task.started", agentId: "boss", data: { name: "plan" } }]);
  await until(() => client.events("a").length > 0);
  const [{ offset: delivered, event }] = client.events("a") as [{ offset: string; event: RunEvent }];
  assert.equal(delivered, offset);
  assert.deepEqual(
    [event.runId, event.type, event.agentId, event.data, event.derived],
    [runId, "task.started", "boss", { name: "plan" }, false],
  );
});

test("single frames and batches carry the same events", async () => {
  await using client = await connect();
  const runId = newRun();
  await client.subscribe({ id: "one", channel: "events", filter: { runId } });
  await client.subscribe({ id: "many", channel: "events", filter: { runId }, batch: true });
  await post(Array.from({ length: 1200 }, (_, i) => ({ runId, type: "log", message: String(i) })));
  await until(() => client.events("one").length === 1200 && client.events("many").length === 1200);
  assert.deepEqual(client.events("one"), client.events("many"));
  const batches = client.messages.filter((message) => message.op === "events");
  assert.ok(batches.every((message) => message.events.length <= 500));
  assert.ok(batches.length < 100);
});

test("what came before a subscription is sent with `after`, then what comes, without a gap or a repeat", async () => {
  const runId = newRun();
  const first = await post([{ runId, type: "run.started" }]);
  await post([{ runId, type: "log", message: "before" }]);
  await using client = await connect();
  await client.subscribe({ id: "a", channel: "events", filter: { runId }, after: first });
  await post([{ runId, type: "log", message: "after" }]);
  await until(() => client.events("a").length === 2);
  assert.deepEqual(
    client.events("a").map(({ event }) => event.message),
    ["before", "after"],
  );
  assert.ok(client.messages.some(({ op }) => op === "caught-up"));
  await until(() => client.messages.some((message) => message.op === "progress" && message.id === "a"), 12_000);
});

test("a span yields its start and end; an announced one its start while it lasts, and only once", async () => {
  await using client = await connect();
  const traceId = randomHex(32);
  await client.subscribe({ id: "a", channel: "events", filter: { runId: traceId } });
  const spanId = randomHex(16);
  const announced = {
    resourceLogs: [
      {
        scopeLogs: [
          {
            logRecords: [
              {
                ...{ timeUnixNano: String(now()), eventName: "span.started", traceId, spanId },
                body: { stringValue: "invoke_agent helper" },
                attributes: [
                  { key: "gen_ai.operation.name", value: { stringValue: "invoke_agent" } },
                  { key: "gen_ai.agent.name", value: { stringValue: "helper" } },
                  { key: "talea.span.kind", value: { intValue: "1" } },
                ],
              },
            ],
          },
        ],
      },
    ],
  };
  assert.equal((await here.post("/v1/logs", announced)).status, 200);
  await until(() => client.events("a").length === 1);
  const [run] = (await here.get<{ runs: Run[] }>(`/api/v1/runs?all=true`)).runs.filter(({ id }) => id === traceId);
  assert.equal(run?.status, "running");
  const { events: open } = await here.get<{ events: RunEvent[] }>(`/api/v1/runs/${traceId}/events`);
  assert.deepEqual(
    open.map(({ type, agentId }) => [type, agentId]),
    [["agent.started", "helper"]],
  );
  await sendSpans([
    otlpSpan(traceId, spanId, "invoke_agent helper", {
      "gen_ai.operation.name": "invoke_agent",
      "gen_ai.agent.name": "helper",
    }),
  ]);
  await until(() => client.events("a").length === 2);
  await delay(100);
  assert.deepEqual(typesOf(client, "a"), ["agent.started", "agent.completed"]);
  const history = await here.get<{ events: RunEvent[] }>(`/api/v1/runs/${traceId}/events?order=offset`);
  assert.deepEqual(
    history.events.map(({ offset, id }) => [offset, id]),
    client.events("a").map(({ offset, event }) => [offset, event.id]),
  );
});

test("what a log record says in Talea's attributes stands in the event's fields, and not again in its data", async () => {
  const runId = newRun();
  const said = { "talea.run.id": runId, "talea.agent": "boss", "talea.event.to": "packer", "talea.event.id": "e1" };
  const attributes = Object.entries({ ...said, item: "box" }).map(([key, value]) => ({
    key,
    value: { stringValue: value },
  }));
  const record = { timeUnixNano: String(now()), eventName: "order.placed", attributes };
  await here.post("/v1/logs", { resourceLogs: [{ scopeLogs: [{ logRecords: [record] }] }] });
  const { events } = await here.get<{ events: RunEvent[] }>(`/api/v1/runs/${runId}/events`);
  const [event] = events as [RunEvent];
  assert.deepEqual(
    [event.id, event.runId, event.agentId, event.to, event.data],
    ["e1", runId, "boss", "packer", { item: "box" }],
  );
});

test("a subscriber who comes back gets the rest of a record's events, whichever it saw last", async () => {
  const traceId = randomHex(32);
  await sendSpans([otlpSpan(traceId, randomHex(16), "chat", { "gen_ai.operation.name": "chat" })]);
  const { events } = await here.get<{ events: RunEvent[] }>(`/api/v1/runs/${traceId}/events?order=offset`);
  assert.deepEqual(
    events.map(({ type }) => type),
    ["llm.started", "llm.completed"],
  );
  await using client = await connect();
  const filter = { runId: traceId };
  await client.subscribe({ id: "half", channel: "events", filter, after: events[0]?.offset as string });
  await client.subscribe({ id: "none", channel: "events", filter, after: events[1]?.offset as string });
  await client.subscribe({ id: "all", channel: "events", filter, after: "0" });
  await until(() => client.messages.filter(({ op }) => op === "caught-up").length === 3);
  assert.deepEqual(typesOf(client, "half"), ["llm.completed"]);
  assert.deepEqual(typesOf(client, "none"), []);
  assert.deepEqual(typesOf(client, "all"), ["llm.started", "llm.completed"]);
});

test("filters are and-ed: run, agent, types with a star, level", async () => {
  await using client = await connect();
  const [runId, other] = [newRun(), newRun()];
  await client.subscribe({ id: "run", channel: "events", filter: { runId } });
  await client.subscribe({ id: "agent", channel: "events", filter: { runId, agent: "a" } });
  await client.subscribe({ id: "types", channel: "events", filter: { runId, types: ["tool.*", "handoff"] } });
  await client.subscribe({ id: "level", channel: "events", filter: { runId, level: "warn" } });
  await until(() => client.messages.filter(({ op }) => op === "caught-up").length === 4);
  await post([
    { runId, type: "tool.started", agentId: "a" },
    { runId, type: "tool.failed", agentId: "b", level: "error" },
    { runId, type: "handoff", agentId: "a", to: "b" },
    { runId, type: "log", level: "warn" },
    { runId: other, type: "tool.started", agentId: "a" },
  ]);
  await until(() => client.events("run").length === 4 && client.events("level").length === 2);
  assert.deepEqual(typesOf(client, "run"), ["tool.started", "tool.failed", "handoff", "log"]);
  assert.deepEqual(typesOf(client, "agent"), ["tool.started", "handoff"]);
  assert.deepEqual(typesOf(client, "types"), ["tool.started", "tool.failed", "handoff"]);
  assert.deepEqual(typesOf(client, "level"), ["tool.failed", "log"]);
});

test("a trace that joins a run is followed with it; what went by before is told as a gap", async () => {
  await using client = await connect();
  const runId = newRun();
  const traceId = randomHex(32);
  const agent = { "gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": "late" };
  await client.subscribe({ id: "a", channel: "events", filter: { runId } });
  await client.next(({ op }) => op === "caught-up");
  await sendSpans([otlpSpan(traceId, randomHex(16), "chat", { "gen_ai.operation.name": "chat" }, randomHex(16))]);
  await sendSpans([otlpSpan(traceId, randomHex(16), "invoke_agent late", { ...agent, "talea.run.id": runId })]);
  await until(() => client.events("a").length === 2);
  assert.deepEqual(typesOf(client, "a"), ["agent.started", "agent.completed"]);
  assert.ok(client.messages.some((message) => message.op === "gap" && message.id === "a"));
  const history = await here.get<{ events: RunEvent[] }>(`/api/v1/runs/${runId}/events`);
  assert.equal(history.events.length, 4);
});

test("runs: a snapshot of what is not settled, then whole runs as they change", async () => {
  const runId = newRun();
  await post([{ runId, type: "run.started" }]);
  await using client = await connect();
  await client.subscribe({ id: "r", channel: "runs" });
  await client.next((message) => message.op === "snapshot" && message.id === "r");
  const states = () => client.state<Run>("r", ({ id }) => id);
  assert.equal(states().get(runId)?.status, "running");
  const from = performance.now();
  await post([
    { runId, type: "agent.started", agentId: "boss" },
    { runId, type: "run.completed" },
  ]);
  await until(() => states().get(runId)?.status === "completed");
  assert.ok(performance.now() - from < 1000);
  const run = await here.get<Run>(`/api/v1/runs/${runId}`);
  assert.deepEqual(
    Object.keys(states().get(runId) as Run).sort(),
    Object.keys(run)
      .filter((key) => !["agentDetails", "edges", "findings"].includes(key))
      .sort(),
  );
});

test("agents: what each does now, and that it is done when its run is", async () => {
  const runId = newRun();
  await using client = await connect();
  await client.subscribe({ id: "g", channel: "agents", filter: { runId } });
  const stateOf = (name: string) => client.state<LiveAgent>("g", (agent) => agent.name).get(name);
  await post([
    { runId, type: "run.started" },
    { runId, type: "agent.started", agentId: "boss" },
    { runId, type: "llm.started", agentId: "boss", data: { model: "gpt-5" } },
  ]);
  await until(() => stateOf("boss")?.state === "llm");
  assert.deepEqual(
    stateOf("boss")?.openSpans.map(({ kind }) => kind),
    ["agent", "llm"],
  );
  await post([
    { runId, type: "llm.completed", agentId: "boss" },
    { runId, type: "state.changed", agentId: "boss", data: { plan: "ask a person" } },
    { runId, type: "human.requested", agentId: "boss" },
  ]);
  await until(() => stateOf("boss")?.state === "human");
  assert.deepEqual(stateOf("boss")?.lastChange, { plan: "ask a person" });
  await post([
    { runId, type: "human.answered", agentId: "boss" },
    { runId, type: "agent.completed", agentId: "boss" },
    { runId, type: "run.completed" },
  ]);
  await until(() => stateOf("boss")?.state === "done");
});

test("an open run that falls silent is told to have stalled, although nothing came", async () => {
  const runId = newRun();
  await using client = await connect();
  await client.subscribe({ id: "r", channel: "runs", filter: { runId } });
  await post([{ runId, type: "run.started" }]);
  const statusOf = () => client.state<Run>("r", ({ id }) => id).get(runId)?.status;
  await until(() => statusOf() === "running");
  await until(() => statusOf() === "stalled", 6_000);
  await post([{ runId, type: "log", message: "alive" }]);
  await until(() => statusOf() === "running");
});

test("key-metrics: the five figures", async () => {
  await using client = await connect();
  await client.subscribe({ id: "k", channel: "key-metrics" });
  const message = await client.next((one) => one.op === "snapshot" && one.id === "k");
  const figures = (message as { items: readonly KeyMetric[] }).items;
  assert.deepEqual(
    figures.map(({ name }) => name),
    ["task_completion_time", "agent_utilization", "communication_overhead", "error_rate", "throughput"],
  );
  await until(() => {
    const throughput = client.state<KeyMetric>("k", ({ name }) => name).get("throughput")?.value ?? 0;
    return throughput > 0;
  });
});

test("whoever errs is told so and goes on", async () => {
  await using client = await connect();
  for (const [sent, code] of [
    ["nonsense", "bad_request"],
    ["null", "bad_request"],
    [{ op: "dance" }, "bad_request"],
    [{ op: "subscribe", id: "x", channel: "weather" }, "bad_request"],
    [{ op: "subscribe", id: "x", channel: "events", filter: { runID: "typo" } }, "bad_request"],
    [{ op: "subscribe", id: "x", channel: "events", after: "no offset!" }, "cursor_invalid"],
    [{ op: "subscribe", id: "x", channel: "events", after: "zzzzzzzz" }, "cursor_invalid"],
    [{ op: "unsubscribe", id: "x" }, "bad_request"],
  ] as const) {
    const at = client.messages.length;
    client.send(sent);
    await until(() => client.messages.length > at);
    const answer = client.messages[at] as ServerMessage & { code: string; message: string };
    assert.deepEqual([answer.op, answer.code], ["error", code], JSON.stringify([sent, answer]));
    assert.ok(answer.message.length > 10);
  }
  await client.subscribe({ id: "y", channel: "events" });
  client.send({ op: "subscribe", id: "y", channel: "runs" });
  const twice = await client.next(
    (message) => message.op === "error" && message.id === "y" && /already/.test(message.message),
  );
  assert.equal(twice.op, "error");
});

test("after unsubscribing nothing comes any more", async () => {
  await using client = await connect();
  const runId = newRun();
  await client.subscribe({ id: "a", channel: "events", filter: { runId } });
  await post([{ runId, type: "log" }]);
  await until(() => client.events("a").length === 1);
  client.send({ op: "unsubscribe", id: "a" });
  await client.next(({ op }) => op === "unsubscribed");
  await post([{ runId, type: "log" }]);
  await delay(100);
  assert.equal(client.events("a").length, 1);
  await client.subscribe({ id: "a", channel: "events", filter: { runId } });
});

test("a socket has a limit of subscriptions and of the size of a message", async () => {
  await using client = await connect();
  for (let i = 0; i <= 64; i++)
    client.send({ op: "subscribe", id: `s${i}`, channel: "events", filter: { runId: "x" } });
  const refused = await client.next((message) => message.op === "error");
  assert.equal((refused as { id: string }).id, "s64");
  client.send(`{"op":"subscribe","id":"${"x".repeat(70_000)}"}`);
  await until(() => client.closed !== undefined);
  assert.equal(client.closed, 1009);
});

interface SentEvents {
  readonly response: IncomingMessage;
  readonly text: () => string;
}

async function serverSent(path: string, headers: Record<string, string> = {}): Promise<SentEvents> {
  const request = httpGet(here.talea.url + path, { headers });
  const [response] = (await once(request, "response")) as [IncomingMessage];
  let text = "";
  response.setEncoding("utf8").on("data", (chunk: string) => {
    text += chunk;
  });
  return { response, text: () => text };
}

test("the same stream as server-sent events, resumed by Last-Event-ID", async () => {
  const runId = newRun();
  const first = await serverSent(`/api/v1/stream?runId=${runId}&types=tool.*`);
  assert.equal(first.response.headers["content-type"], "text/event-stream");
  assert.ok(first.response.headers["content-security-policy"]);
  const offset = await post([
    { runId, type: "tool.started", agentId: "a" },
    { runId, type: "log" },
  ]);
  await until(() => first.text().includes("tool.started"));
  first.response.destroy();
  const [, id] = /id: (\S+)\ndata: \{"op":"event"/.exec(first.text()) ?? [];
  assert.ok(id !== undefined && id < offset);
  await post([{ runId, type: "tool.completed", agentId: "a" }]);
  const second = await serverSent(`/api/v1/stream?runId=${runId}&types=tool.*`, { "last-event-id": id as string });
  await until(() => second.text().includes("tool.completed"));
  assert.ok(!second.text().includes("tool.started"));
  second.response.destroy();
  const state = await serverSent("/api/v1/stream?channel=runs");
  await until(() => state.text().includes('"op":"snapshot"'));
  state.response.destroy();
  const wrong = await serverSent("/api/v1/stream?after=no%20offset");
  assert.equal(wrong.response.statusCode, 400);
});

test("status counts the sockets", async () => {
  await until(() => true);
  await using client = await connect();
  await client.subscribe({ id: "a", channel: "events" });
  const { sockets } = await here.get<{ sockets: number }>("/api/v1/status");
  assert.ok(sockets >= 1);
});
