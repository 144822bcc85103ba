import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import type { RunEvent } from "../../src/model/shapes.ts";
import { startTaleaHere, type TaleaHere } from "../support/talea-here.ts";
import { TaleaProcess } from "../support/talea-process.ts";
import { LiveCli } from "./live-cli.ts";
import { deadUrl, runCli } from "./run-cli.ts";
import { eventAt, ScriptedStream } from "./scripted-stream.ts";

let talea: TaleaHere;

before(async () => {
  talea = await startTaleaHere(["--quiet", "1s"]);
});
after(() => talea.close());

/** A run as its agents tell it: six events, a second apart. */
function story(runId: string, base = "2026-11-26T12:00:0"): object[] {
  const at = (second: number, type: string, fields: object = {}) => ({
    ...{ runId, type, time: `${base}${second}.250Z`, id: `${runId}-${second}` },
    ...fields,
  });
  return [
    at(0, "run.started", { message: "plan the party" }),
    at(1, "agent.started", { agentId: "ada" }),
    at(2, "tool.started", { agentId: "ada", data: { tool: "search" }, level: "info" }),
    at(4, "tool.failed", { agentId: "ada", data: { tool: "search", error: "429", errorType: "Busy" }, level: "error" }),
    at(5, "message.sent", { agentId: "ada", to: "bob", message: "cake?", data: { priority: 2 } }),
    at(6, "agent.completed", { agentId: "ada", data: { inputTokens: 1200, outputTokens: 64 } }),
  ];
}

const follow = (...args: string[]) => new LiveCli(["tail", "--url", talea.talea.url, ...args]);
const hasBegun = (cli: LiveCli) => cli.until("it follows", () => cli.lines.some((line) => line.includes("begun")));

/** Tells it something until it says it: from then on nothing is missed. */
async function begin(cli: LiveCli, fields: object = {}): Promise<void> {
  const begun = hasBegun(cli);
  let isOver = false;
  void begun
    .catch(() => undefined)
    .finally(() => {
      isOver = true;
    });
  while (!isOver) {
    await talea.post("/api/v1/events", { runId: "begin", type: "log", message: "begun", ...fields });
    await delay(100);
  }
  await begun;
}

function told(cli: LiveCli): string[] {
  return cli.lines.filter((line) => !line.includes("begun"));
}

test("events are lines: when, who, what, what about it, and how long it took", async () => {
  await using cli = follow();
  await begin(cli);
  await talea.post("/api/v1/events", story("party"));
  await cli.until("six lines", () => told(cli).length === 6);
  assert.deepEqual(told(cli), [
    "12:00:00.250            run.started      plan the party  party",
    "12:00:01.250  ada       agent.started",
    "12:00:02.250  ada       tool.started     search",
    "12:00:04.250  ada       tool.failed      search  2.0 s  Busy: 429",
    "12:00:05.250  ada       message.sent     → bob  cake?  priority=2",
    "12:00:06.250  ada       agent.completed  5.0 s  1.2k in 64 out",
  ]);
  assert.equal(cli.stderr, "");
});

test("a run is shown from its beginning, and on, and no other run", async () => {
  await talea.post("/api/v1/events", [...story("old"), ...story("other")]);
  await using cli = follow("--run", "old");
  await cli.until("its history", () => cli.lines.length === 6);
  assert.match(cli.lines[0] ?? "", /run\.started {6}plan the party$/);
  await talea.post("/api/v1/events", [
    { runId: "other", type: "log", message: "not this" },
    { runId: "old", type: "run.completed", time: "2026-11-26T12:00:09.750Z" },
  ]);
  await cli.until("what comes", () => cli.lines.length === 7);
  assert.equal(cli.lines.at(-1), "12:00:09.750            run.completed    9.5 s");
});

test("agents, types and levels narrow, and all of them must hold", async () => {
  await using tools = follow("--type", "tool.*", "--type", "message.sent", "--agent", "ada");
  await using errors = follow("--level", "error");
  await Promise.all([begin(tools, { type: "tool.begun", agentId: "ada" }), begin(errors, { level: "fatal" })]);
  const cora = { runId: "narrow", type: "tool.started", agentId: "cora" };
  await talea.post("/api/v1/events", [
    cora,
    ...story("narrow"),
    { ...cora, agentId: "ada", type: "tool.last", level: "error" },
  ]);
  for (const cli of [tools, errors])
    await cli.until("the last", () => cli.lines.some((line) => line.includes("tool.last")));
  const types = (cli: LiveCli) => told(cli).map((line) => /ada +(\S+)/.exec(line)?.[1]);
  assert.deepEqual(types(tools), ["tool.started", "tool.failed", "message.sent", "tool.last"]);
  assert.deepEqual(types(errors), ["tool.failed", "tool.last"]);
});

test("--json is the events of the API, one a line, and their offsets are taken up again", async () => {
  await talea.post("/api/v1/events", story("json"));
  await using cli = follow("--json", "--run", "json");
  await cli.until("six lines", () => cli.lines.length === 6);
  const events = cli.lines.map((line) => JSON.parse(line) as RunEvent);
  const listed = await talea.get<{ events: RunEvent[] }>("/api/v1/runs/json/events?order=offset");
  assert.deepEqual(events, listed.events);
  await using rest = follow("--json", "--run", "json", "--after", events[2]?.offset ?? "");
  await rest.until("three lines", () => rest.lines.length === 3);
  assert.deepEqual(rest.lines, cli.lines.slice(3));
  await using all = follow("--json", "--since-start", "--type", "agent.completed");
  await all.until("the oldest first", () => all.lines.length >= 2);
  assert.match(all.lines[0] ?? "", /party-6/);
});

test("spans that end are told as events, with the agent of the span above", async () => {
  const [traceId, agentSpan, callSpan] = ["ab".repeat(16), "11".repeat(8), "22".repeat(8)];
  const span = (spanId: string, parentSpanId: string, name: string, attributes: Record<string, string>) => ({
    ...{ traceId, spanId, parentSpanId, name },
    ...{ startTimeUnixNano: "1795694400000000000", endTimeUnixNano: "1795694401500000000" },
    attributes: Object.entries(attributes).map(([key, value]) => ({ key, value: { stringValue: value } })),
  });
  const agent = span(agentSpan, "", "invoke_agent ada", {
    "gen_ai.operation.name": "invoke_agent",
    "gen_ai.agent.name": "ada",
  });
  const call = span(callSpan, agentSpan, "chat gpt-5", {
    "gen_ai.operation.name": "chat",
    "gen_ai.request.model": "gpt-5",
  });
  await using cli = follow();
  await begin(cli);
  await talea.post("/v1/traces", { resourceSpans: [{ scopeSpans: [{ spans: [agent, call] }] }] });
  await cli.until("four events", () => told(cli).length === 4);
  assert.deepEqual(
    told(cli).map((line) => line.slice("00:00:00.000  ".length)),
    [
      "ada       agent.started",
      "ada       agent.completed  1.5 s",
      "ada       llm.started      gpt-5",
      "ada       llm.completed    gpt-5  1.5 s",
    ],
  );
});

test("Ctrl-C, SIGTERM and a reader that has enough end it, and are no failure", async () => {
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    await using cli = follow();
    await begin(cli);
    assert.equal(await cli.end(signal), 0);
    assert.equal(cli.stderr, "");
  }
  await using cli = follow();
  await begin(cli);
  cli.closeOutput();
  const ended = cli.end();
  let isOver = false;
  void ended.finally(() => {
    isOver = true;
  });
  while (!isOver) {
    await talea.post("/api/v1/events", { runId: "begin", type: "log", message: "begun" });
    await delay(50);
  }
  assert.equal(await ended, 0);
  assert.equal(cli.stderr, "");
});

test("what cannot work is said at once", async () => {
  const url = await deadUrl();
  const away = await runCli(["tail", "--url", url]);
  assert.equal(away.code, 1);
  assert.match(away.stderr, new RegExp(`^No server answers at ${url}\\. Start one with \`talea serve\``));
  const offset = await runCli(["tail", "--url", talea.talea.url, "--after", "zzzzzzz"]);
  assert.equal(offset.code, 1);
  assert.match(offset.stderr, /cursor_invalid/);
  for (const args of [["--level", "loud"], ["--after", "1", "--since-start"], ["r1"]]) {
    const { code, stderr } = await runCli(["tail", ...args]);
    assert.equal(code, 2);
    assert.match(stderr, /see talea tail --help/);
  }
});

test("the key is sent, and a server that wants another one says so", async () => {
  await using stream = await ScriptedStream.start();
  await using cli = new LiveCli(["tail", "--url", stream.url], { TALEA_KEY: "a-key" });
  await cli.until("it subscribed", () => stream.subscriptions.length === 1);
  assert.deepEqual(stream.keys, ["Bearer a-key"]);
  stream.refusals.push(401);
  stream.drop();
  assert.equal(await cli.end(), 1);
  assert.match(cli.stderr, /This server needs a key: set TALEA_KEY/);
});

test("a server that is killed and started again costs no event and doubles none", async () => {
  await using server = await TaleaProcess.start();
  const { url } = server;
  await using cli = new LiveCli(["tail", "--json", "--type", "count", "--url", url]);
  let sent = 0;
  let isSending = true;
  const post = async (events: readonly object[]) => {
    // Until it is acknowledged; the id makes that harmless.
    for (;;) {
      const body = JSON.stringify(events);
      const headers = { "content-type": "application/json" };
      const answer = await fetch(`${url}/api/v1/events`, { method: "POST", headers, body }).catch(() => undefined);
      if (answer?.status === 200) return;
      await delay(50);
    }
  };
  while (cli.lines.length === 0) await post([{ id: `${++sent}`, runId: "r", type: "count" }]).then(() => delay(50));
  const first = Number((JSON.parse(cli.lines[0] ?? "{}") as RunEvent).id);
  const sending = (async () => {
    while (isSending) {
      await post(Array.from({ length: 7 }, () => ({ id: `${++sent}`, runId: "r", type: "count" })));
      await delay(5);
    }
  })();
  for (let round = 0; round < 2; round++) {
    await delay(300 + 200 * round);
    await server.kill();
    await delay(200);
    await server.restart(["--port", new URL(url).port]);
    const seen = cli.lines.length;
    await cli.until("it goes on", () => cli.lines.length > seen);
  }
  isSending = false;
  await sending;
  const lastId = String(sent);
  await cli.until("the last event", () => (JSON.parse(cli.lines.at(-1) ?? "{}") as RunEvent).id === lastId);
  const ids = cli.lines.map((line) => Number((JSON.parse(line) as RunEvent).id));
  assert.deepEqual(
    ids,
    Array.from({ length: sent - first + 1 }, (_, i) => first + i),
  );
  assert.equal(cli.stderr.match(/^Lost .* Waiting until it is back …$/gm)?.length, 2, cli.stderr);
  assert.equal(cli.stderr.match(/^http:.* is back\.$/gm)?.length, 2, cli.stderr);
});

test("it goes on behind what it has seen, whatever said where that is", async () => {
  await using stream = await ScriptedStream.start();
  stream.greeting = ({ id, after: from }) => [{ op: "subscribed", id, offset: from ?? "5" }];
  await using cli = new LiveCli(["tail", "--url", stream.url]);
  const again = async (count: number, code?: number) => {
    stream.drop(code);
    await cli.until(`subscription ${count}`, () => stream.subscriptions.length === count);
  };
  const seen = (count: number) => cli.until(`${count} lines`, () => cli.lines.length === count);
  const said = (text: string) => cli.until(text, () => cli.stderr.includes(text));
  await cli.until("it subscribed", () => stream.subscriptions.length === 1);
  await again(2);
  stream.send({ op: "events", id: "cli", events: ["6", "7"].map((offset) => ({ offset, event: eventAt(offset) })) });
  await seen(2);
  await again(3, 1012);
  stream.send({ op: "progress", id: "cli", offset: "9" });
  stream.send({ op: "progress", id: "cli", offset: "12", waiting: "the store is away" });
  stream.send({ op: "gap", id: "cli", from: "10", to: "20" });
  await said("Events between offsets 10 and 20 were not delivered");
  await said("The server waits: the store is away");
  stream.refusals.push(503, 503);
  await again(4);
  stream.send({ op: "event", id: "cli", offset: "21.2", event: eventAt("21.2") });
  stream.send({ op: "caught-up", id: "cli", offset: "22" });
  await seen(3);
  await again(5);
  assert.deepEqual(
    stream.subscriptions.map((message) => message.after),
    [undefined, "5", "7", "9", "22"],
  );
  assert.deepEqual(stream.subscriptions[0], { op: "subscribe", id: "cli", channel: "events", filter: {}, batch: true });
  assert.equal(cli.stderr.match(/^Lost /gm)?.length, 4, cli.stderr);
  assert.match(cli.stderr, /Lost http:\S+: it stops\./);
});

test("data that were replaced are followed from their beginning", async () => {
  await using stream = await ScriptedStream.start();
  await using cli = new LiveCli(["tail", "--url", stream.url, "--after", "70"]);
  await cli.until("it subscribed", () => stream.subscriptions.length === 1);
  stream.send({ op: "event", id: "cli", offset: "71", event: eventAt("71") });
  await cli.until("a line", () => cli.lines.length === 1);
  stream.greeting = ({ id, after: from }) =>
    from === "0"
      ? [{ op: "event", id, offset: "1", event: eventAt("1") }]
      : [{ op: "error", id, code: "cursor_invalid", message: "no offset of this server" }];
  stream.drop();
  await cli.until("it begins anew", () => cli.lines.length === 2);
  assert.match(cli.stderr, /is back, with other data: from their beginning\./);
});
