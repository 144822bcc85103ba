import { strict as assert } from "node:assert";
import { test } from "node:test";
import { Analysed } from "../../test/support/analysed.ts";
import { factAbout } from "../../test/support/run-builder.ts";
import { fingerprintOf } from "./errors.ts";

test("numbers, ids and quoted text do not tell errors apart", () => {
  const same = [
    ["Timeout after 3000 ms on req_011CQabc", "Timeout after 12 ms on req_9f8e7d"],
    ["No such file '/tmp/a.txt'", 'No such file "/var/b.txt"'],
    ["trace 3f2504e0-4f89-11d3-9a0c-0305e82c3301 lost", "trace 550e8400-e29b-41d4-a716-446655440000 lost"],
    ["first line\n  at one (a.js:1)", "first line\n  at two (b.js:2)"],
  ];
  for (const [a, b] of same) assert.equal(fingerprintOf("E", a as string), fingerprintOf("E", b as string));
});

test("class and words tell errors apart", () => {
  assert.notEqual(fingerprintOf("A", "boom"), fingerprintOf("B", "boom"));
  assert.notEqual(fingerprintOf("A", "boom"), fingerprintOf("A", "bang"));
  assert.equal(fingerprintOf("", "429 Rate limit"), "<n> Rate limit");
});

test("a fingerprint is short whatever the message", () => {
  assert.ok(fingerprintOf("E", "x ".repeat(100_000)).length < 300);
});

test("an error that is passed on is one group with one origin", () => {
  const { errors, summary } = new Analysed(`
    agent a 0-100 error="429 limit" type=RateLimit
      step turn 0-90 error="429 limit" type=RateLimit
        llm call 0-80 error="429 limit" type=RateLimit
  `).analysis;
  assert.equal(summary.errorCount, 3);
  assert.equal(errors.length, 1);
  assert.deepEqual([errors[0]?.rows.length, errors[0]?.origins, errors[0]?.swallowed], [3, [2], []]);
});

test("an error that did not reach the span around it was swallowed", () => {
  const { errors } = new Analysed("agent a 0-100\n  tool t 0-10 error=boom").analysis;
  assert.deepEqual(errors[0]?.swallowed, [1]);
});

test("a change of course is no error, and one below a span that is open was not swallowed yet", () => {
  const run = new Analysed("agent a 0-\n  tool t 0-10 error=boom\n  tool u 20-30 error=ParentCommand control", {
    now: 50e6,
  });
  assert.equal(run.analysis.summary.errorCount, 1);
  assert.equal(run.span("u").status, "unset");
  assert.deepEqual(run.analysis.errors[0]?.swallowed, []);
});

test("a record may say that a span failed", () => {
  const run = new Analysed("agent a 0-100\n  tool t 0-10", { facts: [factAbout("t", "error", "exit 1")] });
  assert.equal(run.span("t").status, "error");
  assert.equal(run.analysis.errors[0]?.message, "exit 1");
});

test("a failed call is where its error began, whatever plumbing failed inside it", () => {
  const run = new Analysed(`
    agent a 0-100
      llm call 0-10 error="429 limit" type=RateLimit
        other POST 0-9 error="429"
          other connect 0-8 error="reset"
      llm call2 20-30
        other POST2 20-29 error="429"
      tool t 40-50 error="no answer"
        llm inside 41-49 error="timeout"
  `);
  const names = (rows: readonly number[]) => rows.map((row) => run.columns.spanIds[row]);
  const origins = run.analysis.errors.flatMap(({ origins }) => names(origins));
  assert.deepEqual(origins.sort(), ["POST2", "call", "inside"]);
});
