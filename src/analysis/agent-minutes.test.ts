import { strict as assert } from "node:assert";
import { test } from "node:test";
import { Analysed } from "../../test/support/analysed.ts";
import { minutesOf } from "./agent-minutes.ts";

// t0 lies 50 s into minute 100.
const T0 = 100n * 60_000_000_000n + 50_000_000_000n;

test("activity is split at the minutes of the clock", () => {
  const { activity } = new Analysed("agent a 0-30000\n  llm call 5000-25000 in=1").agent("a");
  const seconds = minutesOf(activity, T0).map(({ minute, llm, working, present }) => [
    minute,
    llm / 1e9,
    working / 1e9,
    present / 1e9,
  ]);
  assert.deepEqual(seconds, [
    [100, 5, 5, 10],
    [101, 15, 5, 20],
  ]);
});

test("minutes in which an agent was not there are left out, idle ones are not", () => {
  const run = new Analysed("run r 0-200000\n  agent a 0-10000\n  agent a 190000-200000");
  const minutes = minutesOf(run.agent("a").activity, T0);
  assert.deepEqual(
    minutes.map(({ minute }) => minute),
    [100, 101, 102, 103, 104].slice(0, minutes.length),
  );
  assert.equal(minutes[1]?.idle, 60e9);
});

test("waiting includes waiting for a person", () => {
  const { activity } = new Analysed("agent a 0-1000\n  other ask 0-1000 human").agent("a");
  const [minute] = minutesOf(activity, T0);
  assert.deepEqual([minute?.waiting, minute?.human, minute?.present], [1e9, 1e9, 1e9]);
});
