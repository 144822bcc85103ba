// The stream while the engine is away: whoever is live is served from what is taken in, whoever has to read the log is
// told that it waits, and then gets everything.

import assert from "node:assert/strict";
import { test } from "node:test";
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
