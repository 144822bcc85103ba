import { strict as assert } from "node:assert";
import { test } from "node:test";
import { Analysed } from "../../test/support/analysed.ts";

test("the way of a message stays a transfer when everything before it got faster", () => {
  const run = new Analysed(`
    run flow 0-100
      agent a 0-60
        llm think 0-40 in=1
        tool transfer_to_b 40-50
      agent b 70-100
  `);
  const kinds = (factor: number) =>
    run.ask({ by: "agent", name: "a" }, factor)?.path.segments.map(({ kind, durationMs }) => `${kind} ${durationMs}`);
  assert.deepEqual(kinds(1), ["llm 40", "transfer 10", "transfer 10", "transfer 10", "working 30"]);
  assert.deepEqual(kinds(0.5), ["llm 20", "transfer 5", "transfer 5", "transfer 10", "working 30"]);
});

test("in a delay that has moved, the innermost span is the one that is open then", () => {
  const run = new Analysed(`
    agent boss 0-1400
      llm plan 0-400 in=1 model=m
      tool first 400-1000
        llm slow 400-1000 in=1
      tool second 900-1400
  `);
  const path = (factor: number) =>
    run
      .ask({ by: "model", name: "m" }, factor)
      ?.path.segments.map(({ spanId, durationMs }) => `${spanId} ${durationMs}`);
  assert.deepEqual(path(1), ["plan 400", "slow 500", "second 500"]);
  assert.deepEqual(path(0.5), ["plan 200", "slow 500", "second 500"]);
});
