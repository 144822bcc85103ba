import assert from "node:assert/strict";
import { test } from "node:test";
import type { KeyMetric } from "../../model/stream.ts";
import { StateFeed } from "./state-feed.ts";

const item = (value: number): KeyMetric => ({
  ...{ name: "throughput", unit: "1/min", windowMin: 5, parts: {} },
  value,
});

/** A sink that notes what it is sent, and is full when it is told to be. */
function sink() {
  const sent: [string, number[]][] = [];
  const one = {
    sent,
    full: false,
    send: (op: string, items: string) => {
      sent.push([op, (JSON.parse(items) as KeyMetric[]).map(({ value }) => value as number)]);
    },
    isFull: () => one.full,
  };
  return one;
}

test("whoever joins gets a snapshot and then what changes", async () => {
  const feed = new StateFeed("runs", "default", {});
  const one = sink();
  feed.add(one, async () => [item(1)]);
  await feed.refreshStale();
  feed.update([item(2)]);
  feed.update([]);
  assert.deepEqual(one.sent, [
    ["snapshot", [1]],
    ["update", [2]],
  ]);
});

test("what changes while a snapshot is taken comes after it", async () => {
  const feed = new StateFeed("runs", "default", {});
  const one = sink();
  const { promise, resolve } = Promise.withResolvers<void>();
  feed.add(one, async () => {
    await promise;
    return [item(1)];
  });
  feed.update([item(2)]);
  assert.deepEqual(one.sent, []);
  resolve();
  await feed.refreshStale();
  assert.deepEqual(one.sent, [
    ["snapshot", [1]],
    ["update", [2]],
  ]);
});

test("a sink that is full misses updates and gets a snapshot when it has room", async () => {
  const feed = new StateFeed("runs", "default", {});
  const one = sink();
  let value = 1;
  feed.add(one, async () => [item(value)]);
  await feed.refreshStale();
  one.full = true;
  value = 2;
  feed.update([item(2)]);
  await feed.refreshStale();
  assert.equal(one.sent.length, 1);
  one.full = false;
  await feed.refreshStale();
  assert.deepEqual(one.sent[1], ["snapshot", [2]]);
});

test("a snapshot that cannot be taken is taken later", async () => {
  const feed = new StateFeed("runs", "default", {});
  const one = sink();
  let isAway = true;
  feed.add(one, async () => {
    if (isAway) throw new Error("the store is away");
    return [item(1)];
  });
  await assert.rejects(feed.refreshStale());
  isAway = false;
  await feed.refreshStale();
  assert.deepEqual(one.sent, [["snapshot", [1]]]);
});

test("an empty feed says so", () => {
  const feed = new StateFeed("runs", "default", {});
  const leave = feed.add(sink(), async () => []);
  assert.equal(feed.isEmpty, false);
  leave();
  assert.equal(feed.isEmpty, true);
});
