import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { YoungSpans } from "./young-spans.ts";

interface Watched {
  readonly young: YoungSpans<string>;
  readonly due: string[];
  readonly refused: { count: number };
  /** Lets so many ms pass, one by one. */
  pass(ms: number): void;
}

/** Time passes only by `pass`: a machine that is busy elsewhere changes nothing here. */
function watching(t: TestContext, afterMs: number, max = 100): Watched {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const due: string[] = [];
  const refused = { count: 0 };
  let nowMs = 0;
  const young = new YoungSpans<string>({
    ...{ afterMs, max, atOnce: 2, nowMs: () => nowMs },
    onDue: (item) => due.push(item),
    onTooMany: () => refused.count++,
  });
  const pass = (ms: number): void => {
    for (let passed = 0; passed < ms; passed++) {
      nowMs++;
      t.mock.timers.tick(1);
    }
  };
  return { young, due, refused, pass };
}

test("items come due in the order in which they began, those that were removed never", (t) => {
  const { young, due, pass } = watching(t, 30);
  young.add("a");
  young.add("b");
  young.remove("a");
  pass(15);
  young.add("c");
  pass(14);
  assert.deepEqual(due, []);
  pass(1);
  assert.deepEqual(due, ["b"]);
  pass(15);
  assert.deepEqual(due, ["b", "c"]);
  assert.equal(young.size, 0);
});

test("many that come due together are handed over a few at a time", (t) => {
  const { young, due, pass } = watching(t, 10);
  for (const item of "abcde") young.add(item);
  pass(10);
  assert.deepEqual(due, [..."ab"]);
  pass(1);
  assert.deepEqual(due, [..."abcd"]);
  pass(1);
  assert.deepEqual(due, [..."abcde"]);
  assert.equal(young.size, 0);
});

test("beyond the limit an item is refused, and there is room again when one has gone", (t) => {
  const { young, refused } = watching(t, 1000, 1);
  young.add("a");
  young.add("b");
  assert.equal(refused.count, 1);
  young.remove("a");
  young.add("c");
  assert.equal(refused.count, 1);
  young.clear();
  assert.equal(young.size, 0);
});
