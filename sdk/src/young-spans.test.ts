import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { YoungSpans } from "./young-spans.ts";

function watching(
  afterMs: number,
  max = 100,
): { young: YoungSpans<string>; due: string[]; refused: { count: number } } {
  const due: string[] = [];
  const refused = { count: 0 };
  const young = new YoungSpans<string>({
    ...{ afterMs, max, atOnce: 2, nowMs: () => performance.now() },
    onDue: (item) => due.push(item),
    onTooMany: () => refused.count++,
  });
  return { young, due, refused };
}

test("items come due in the order in which they began, those that were removed never", async () => {
  const { young, due } = watching(30);
  young.add("a");
  young.add("b");
  young.remove("a");
  await delay(15);
  young.add("c");
  await delay(20);
  assert.deepEqual(due, ["b"]);
  await delay(30);
  assert.deepEqual(due, ["b", "c"]);
  assert.equal(young.size, 0);
});

test("many that come due together are handed over a few at a time", async () => {
  const { young, due } = watching(10);
  for (const item of "abcde") young.add(item);
  const sizes: number[] = [];
  while (young.size > 0) {
    await delay(1);
    if (sizes.at(-1) !== due.length) sizes.push(due.length);
  }
  assert.deepEqual(due, [..."abcde"]);
  assert.ok(
    sizes.every((size) => size % 2 === 0 || size === 5),
    sizes.join(),
  );
});

test("beyond the limit an item is refused, and there is room again when one has gone", () => {
  const { young, refused } = watching(1000, 1);
  young.add("a");
  young.add("b");
  assert.equal(refused.count, 1);
  young.remove("a");
  young.add("c");
  assert.equal(refused.count, 1);
  young.clear();
  assert.equal(young.size, 0);
});
