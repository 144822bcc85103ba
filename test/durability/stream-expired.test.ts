// Records leave the store when their day is dropped: whoever comes back with an older offset is told what is missing.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { RunEvent } from "../../src/model/shapes.ts";
import { StoreClient } from "../../src/store/client.ts";
import { dayPartitions, dropDay } from "../../src/store/queries/partitions.ts";
import { untilStored } from "../support/all-there.ts";
import { engineRunning } from "../support/engine-of.ts";
import { StreamClient } from "../support/stream-client.ts";
import { TaleaProcess } from "../support/talea-process.ts";

test("behind an offset whose records have expired, the stream tells the gap and goes on after it", async () => {
  await using talea = await TaleaProcess.start();
  const post = async (type: string, count: number) => {
    const headers = { "content-type": "application/json" };
    const body = JSON.stringify(Array.from({ length: count }, () => ({ runId: "r", type })));
    const answer = await fetch(`${talea.url}/api/v1/events`, { method: "POST", headers, body });
    return ((await answer.json()) as { offset: string }).offset;
  };
  const last = await post("expired", 40);
  await untilStored(talea);
  const { socketPath } = await engineRunning(talea.pid);
  const store = new StoreClient({ kind: "embedded", socketPath });
  try {
    for (const day of await dayPartitions(store)) await dropDay(store, day);
  } finally {
    await store.close();
  }
  await post("kept", 2);
  await using client = await StreamClient.connect(talea.url);
  await client.subscribe({ id: "old", channel: "events", after: "5" });
  await client.subscribe({ id: "new", channel: "events", after: last });
  await client.next((message) => message.op === "caught-up" && message.id === "old");
  await client.next((message) => message.op === "caught-up" && message.id === "new");
  const typesOf = (id: string) => client.events(id).map(({ event }: { event: RunEvent }) => event.type);
  assert.deepEqual(typesOf("old"), ["kept", "kept"]);
  assert.deepEqual(typesOf("new"), ["kept", "kept"]);
  assert.deepEqual(
    client.messages.filter(({ op }) => op === "gap"),
    [{ op: "gap", id: "old", from: "5", to: last }],
  );
});
