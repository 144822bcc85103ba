import { strict as assert } from "node:assert";
import { test } from "node:test";
import { RUN_RULES } from "../model/vocabulary.ts";
import { RunResolution, type RunTraceRow } from "./run-resolution.ts";

let offset = 0;
const said = (traceId: string, rule: keyof typeof RUN_RULES, runId: string): RunTraceRow => ({
  ...{ traceId, runId, rule: RUN_RULES[rule], offset: offset++ },
});

test("a trace of which nothing is said is a run of its own", () => {
  const runs = new RunResolution([], ["t1"]);
  assert.equal(runs.runOf("t1"), "t1");
  assert.equal(runs.runOf("never-seen"), "never-seen");
  assert.deepEqual(runs.tracesOf("t1"), ["t1"]);
});

test("the strongest rule wins whatever came first", () => {
  const runs = new RunResolution([
    said("t1", "grouped", "g"),
    said("t1", "link", "t2"),
    said("t1", "dialect", "d"),
    said("t1", "explicit", "e"),
    said("t1", "dialect", "d0"),
  ]);
  assert.equal(runs.runOf("t1"), "e");
});

test("of one rule the lowest offset wins, of explicit names the smallest", () => {
  const runs = new RunResolution([
    said("t1", "dialect", "z"),
    said("t1", "dialect", "a"),
    said("t2", "explicit", "z"),
    said("t2", "explicit", "a"),
  ]);
  assert.equal(runs.runOf("t1"), "z");
  assert.equal(runs.runOf("t2"), "a");
  assert.deepEqual(runs.otherExplicitIds("a"), ["z"]);
  assert.deepEqual(runs.otherExplicitIds("z"), []);
});

test("links are followed until something else is said", () => {
  const runs = new RunResolution([
    said("t3", "link", "t2"),
    said("t2", "link", "t1"),
    said("t1", "explicit", "run"),
    said("t4", "link", "t5"),
  ]);
  assert.equal(runs.runOf("t3"), "run");
  assert.equal(runs.runOf("t4"), "t5");
  assert.deepEqual(runs.tracesOf("run"), ["t1", "t2", "t3"]);
});

test("a ring of links is one run", () => {
  const runs = new RunResolution([
    said("t2", "link", "t3"),
    said("t3", "link", "t1"),
    said("t1", "link", "t2"),
    said("t9", "link", "t3"),
  ]);
  assert.deepEqual(runs.runs(), ["t1"]);
  assert.deepEqual(runs.tracesOf("t1"), ["t1", "t2", "t3", "t9"]);
});

test("a chain of links as long as can be is no danger to the stack", () => {
  const name = (i: number) => `t${String(i).padStart(6, "0")}`;
  const runs = new RunResolution(Array.from({ length: 20_000 }, (_, i) => said(name(i + 1), "link", name(i))));
  assert.equal(runs.runOf(name(20_000)), name(0));
});

test("every id that was ever said of a run leads to it", () => {
  const runs = new RunResolution([
    said("t1", "dialect", "old"),
    said("t1", "explicit", "new"),
    said("t2", "explicit", "new"),
  ]);
  for (const id of ["t1", "t2", "old", "new"]) assert.equal(runs.find(id), "new");
  assert.equal(runs.find("nobody"), undefined);
});

test("a run's own id is stronger than another's old one", () => {
  const runs = new RunResolution([
    said("t1", "dialect", "b"),
    said("t1", "explicit", "a"),
    said("t2", "explicit", "b"),
  ]);
  assert.equal(runs.find("b"), "b");
});

test("the order of the statements changes nothing", () => {
  const rows = [
    said("t1", "link", "t2"),
    said("t2", "explicit", "b"),
    said("t2", "explicit", "a"),
    said("t3", "dialect", "d"),
  ];
  const forward = new RunResolution(rows);
  const backward = new RunResolution(rows.toReversed());
  for (const trace of ["t1", "t2", "t3"]) assert.equal(forward.runOf(trace), backward.runOf(trace));
  assert.deepEqual(forward.runs(), backward.runs());
});
