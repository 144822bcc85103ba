// The stream under load: a run that floods, and a subscriber that does not read.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { parseOffset } from "../../src/model/ids.ts";
import type { Status } from "../../src/model/shapes.ts";
import { residentBytes } from "../support/resident-bytes.ts";
import { StreamClient } from "../support/stream-client.ts";
import { TaleaProcess } from "../support/talea-process.ts";

let talea: TaleaProcess;
before(async () => {
  talea = await TaleaProcess.start();
});
after(async () => await talea[Symbol.asyncDispose]());

const postTo =
  ({ url }: TaleaProcess) =>
  async (events: readonly object[]): Promise<void> => {
    const headers = { "content-type": "application/json" };
    const answer = await fetch(`${url}/api/v1/events`, { method: "POST", headers, body: JSON.stringify(events) });
    assert.equal(answer.status, 200, await answer.text());
  };
const post = (events: readonly object[]) => postTo(talea)(events);

const floodOf = (runId: string, count: number) =>
  Array.from({ length: count }, (_, i) => ({ runId, type: "log", message: `line ${i} ${"x".repeat(200)}` }));

test("an event storm of one run does not delay the events of others by more than a second", async () => {
  await using everything = await StreamClient.connect(talea.url);
  await using quiet = await StreamClient.connect(talea.url);
  await everything.subscribe({ id: "all", channel: "events", batch: true });
  await quiet.subscribe({ id: "q", channel: "events", filter: { runId: "quiet" } });
  await quiet.next(({ op }) => op === "caught-up");
  const delays: number[] = [];
  quiet.onMessage = (message) => {
    if (message.op === "event") delays.push(performance.now() - Number(message.event.data?.["sentAt"]));
  };
  let isStorming = true;
  const storm = (async () => {
    while (isStorming) await post(floodOf("storm", 1000));
  })();
  for (let i = 0; i < 30; i++) {
    await post([{ runId: "quiet", type: "log", data: { sentAt: performance.now() } }]);
    await delay(100);
  }
  isStorming = false;
  await storm;
  await delay(1000);
  assert.equal(delays.length, 30);
  assert.ok(Math.max(...delays) <= 1000, `the longest delay was ${Math.max(...delays)} ms`);
});

test("a subscriber that stops reading gets everything afterwards, in order and once, and takes no memory", async (context) => {
  await using talea = await TaleaProcess.start();
  const post = postTo(talea);
  await using client = await StreamClient.connect(talea.url);
  await client.subscribe({ id: "s", channel: "events", filter: { runId: "slow" }, batch: true });
  await client.next(({ op }) => op === "caught-up");
  await post(floodOf("slow", 5000));
  await delay(1000);
  client.pause();
  const before = residentBytes(talea.pid);
  let sent = 5000;
  for (const until = performance.now() + 8000; performance.now() < until; await delay(100)) {
    await post(floodOf("slow", 500));
    sent += 500;
  }
  const grownMb = (residentBytes(talea.pid) - before) / 1e6;
  context.diagnostic(`${sent} events; grew by ${Math.round(grownMb)} MB`);
  client.resume();
  const from = performance.now();
  while (client.events("s").length < sent && performance.now() - from < 60_000) await delay(50);
  const events = client.events("s");
  assert.equal(events.length, sent);
  const numbers = events.map(({ offset }) => parseOffset(offset)?.number as number);
  assert.ok(numbers.every((number, i) => i === 0 || number > (numbers[i - 1] as number)));
  assert.ok(grownMb < 150, `grew by ${grownMb} MB`);
  // A reader that has stopped does not keep the server from ending.
  client.pause();
  await post(floodOf("slow", 20_000));
  await talea.stop();
});

test("a thousand sockets are served, and told to come back when the server stops", async () => {
  const clients = await Promise.all(Array.from({ length: 1000 }, () => StreamClient.connect(talea.url)));
  await Promise.all(
    clients.map((client) => client.subscribe({ id: "c", channel: "events", filter: { runId: "crowd" } })),
  );
  const { sockets } = (await (await fetch(`${talea.url}/api/v1/status`)).json()) as Status;
  assert.ok(sockets >= 1000);
  await Promise.all(clients.map((client) => client.next(({ op }) => op === "caught-up")));
  await post([{ runId: "crowd", type: "log" }]);
  await Promise.all(clients.map((client) => client.next(({ op }) => op === "event")));
  await talea.stop();
  for (let i = 0; i < 100 && clients.some(({ closed }) => closed === undefined); i++) await delay(20);
  assert.deepEqual(new Set(clients.map(({ closed }) => closed)), new Set([1012]));
});
