// The stream when parts of the server die: whoever is live is served from what is taken in, whoever has to read the log is
// told that it waits, and what is open is known again after a restart.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Run } from "../../src/model/shapes.ts";
import type { LiveAgent } from "../../src/model/stream.ts";
import { engineRunning } from "../support/engine-of.ts";
import { StreamClient } from "../support/stream-client.ts";
import { TaleaProcess } from "../support/talea-process.ts";

test("without its engine the stream goes on for who is live, and for others when the engine is back", async () => {
  await using talea = await TaleaProcess.start();
  const post = async (type: string) => {
    const headers = { "content-type": "application/json" };
    const body = JSON.stringify([1, 2, 3].map(() => ({ runId: "r", type })));
    const answer = await fetch(`${talea.url}/api/v1/events`, { method: "POST", headers, body });
    assert.equal(answer.status, 200);
  };
  await post("before");
  await using live = await StreamClient.connect(talea.url);
  await live.subscribe({ id: "s", channel: "events" });
  await live.next(({ op }) => op === "caught-up");
  const { pid } = await engineRunning(talea.pid);
  process.kill(pid, "SIGSTOP");
  await using late = await StreamClient.connect(talea.url);
  await late.subscribe({ id: "s", channel: "events", after: "0" });
  await post("during");
  await live.next((message) => message.op === "event" && message.event.type === "during");
  process.kill(pid, "SIGKILL");
  await late.next((message) => message.op === "progress" && message.waiting !== undefined);
  await late.next(({ op }) => op === "caught-up");
  assert.deepEqual(
    late.events("s").map(({ event }) => event.type),
    ["before", "before", "before", "during", "during", "during"],
  );
});

test("after kill -9 and a restart, open runs and their agents are told as they were", async () => {
  await using talea = await TaleaProcess.start();
  const post = async (events: readonly object[]) => {
    const headers = { "content-type": "application/json" };
    const answer = await fetch(`${talea.url}/api/v1/events`, { method: "POST", headers, body: JSON.stringify(events) });
    assert.equal(answer.status, 200);
  };
  await post([
    { runId: "open", type: "run.started" },
    { runId: "open", type: "agent.started", agentId: "boss" },
    { runId: "open", type: "tool.started", agentId: "boss", data: { name: "search" } },
  ]);
  await talea.kill();
  await talea.restart();
  await using client = await StreamClient.connect(talea.url);
  await client.subscribe({ id: "r", channel: "runs" });
  await client.subscribe({ id: "a", channel: "agents", filter: { runId: "open" } });
  await client.next((message) => message.op === "snapshot" && message.id === "r");
  await client.next((message) => message.op === "snapshot" && message.id === "a");
  const run = client.state<Run>("r", ({ id }) => id).get("open");
  const boss = client.state<LiveAgent>("a", ({ name }) => name).get("boss");
  assert.deepEqual([run?.status, run?.spanCount, boss?.state], ["running", 3, "tool"]);
  assert.deepEqual(
    boss?.openSpans.map(({ kind, name }) => `${kind} ${name}`),
    ["agent boss", "tool search"],
  );
  await post([
    { runId: "open", type: "tool.completed", agentId: "boss", data: { name: "search" } },
    { runId: "open", type: "agent.completed", agentId: "boss" },
    { runId: "open", type: "run.completed" },
  ]);
  await client.next(
    (message) => message.op === "update" && message.id === "r" && JSON.stringify(message).includes("completed"),
  );
});
