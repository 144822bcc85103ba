import { strict as assert } from "node:assert";
import { test } from "node:test";
import { Analysed } from "../../test/support/analysed.ts";
import { pathShape } from "./path.ts";

test("structure between a tool and the agent that it calls carries the call", () => {
  const run = new Analysed(`
    agent boss 0-100
      tool ask 10-90
        run invocation 20-80
          agent helper 30-70
  `);
  assert.deepEqual(run.path(), [
    ...["boss working 10", "ask transfer 10", "invocation transfer 10", "helper working 40", "invocation transfer 10"],
    ...["ask transfer 10", "boss working 10"],
  ]);
});

test("what an agent does after handing over is the handover's, unless it is a call", () => {
  const run = new Analysed(`
    run flow 0-100
      agent a 0-60
        tool transfer_to_b 10-20
        llm late 20-40 in=1
      agent b 70-100
  `);
  assert.deepEqual(run.path(), [
    ...[
      "a working 10",
      "transfer_to_b transfer 10",
      "late llm 20",
      "a transfer 20",
      "flow transfer 10",
      "b working 30",
    ],
  ]);
});

test("time that is nobody's is orchestration at the ends and idle where nothing is open", () => {
  const run = new Analysed(`
    run first 0-30 trace=t1
      agent a 10-20
    agent b 50-60 trace=t2
  `);
  assert.deepEqual(run.path(), [
    ...["first orchestration 10", "a working 10", "first orchestration 10", "- idle 20", "b working 10"],
  ]);
});

test("a span that outlives its parent leaves the parent's end to the parent", () => {
  const run = new Analysed(`
    agent a 0-50
      tool background 10-90
  `);
  assert.deepEqual(run.path(), ["a working 50"]);
});

test("a link is the cause of what it leads to, even beside a neighbour in time", () => {
  const run = new Analysed(`
    run flow 0-100
      agent a 0-40
        message send 30-35 id=m
      step filler 41-44
      agent b 45-100 link=m
  `);
  assert.deepEqual(run.path(), ["a working 30", "send transfer 5", "b transfer 10", "b working 55"]);
});

test("a link from a span that is open comes from the instant at which it led to something", () => {
  const run = new Analysed(`
    agent a 0-100 trace=t1
    agent b 40-160 trace=t2 link=t1/a
  `);
  assert.deepEqual(run.path(), ["a working 40", "b working 120"]);
  assert.equal(run.predictedMs({ by: "agent", name: "a" }, 0.5), 140);
});

test("links in a ring do no harm", () => {
  const run = new Analysed(`
    agent a 0-50 trace=t1 link=t2/b
    agent b 0-50 trace=t2 link=t1/a
    agent c 50-90 trace=t3 link=t2/b
  `);
  assert.equal(run.analysis.path.total, 90e6);
  assert.equal(run.predictedMs({ by: "everything" }, 1), 90);
});

test("the API's path has names and milliseconds from the start of the run", () => {
  const run = new Analysed("agent a 10-30\n  llm call 15-25 in=1");
  const shape = pathShape(run.columns, run.agents(), run.analysis.path);
  assert.deepEqual(shape, {
    totalMs: 20,
    segments: [
      { spanId: "a", agent: "a", kind: "working", startMs: 0, durationMs: 5 },
      { spanId: "call", agent: "a", kind: "llm", startMs: 5, durationMs: 10 },
      { spanId: "a", agent: "a", kind: "working", startMs: 15, durationMs: 5 },
    ],
    byAgent: { a: 20 },
    byKind: { working: 10, llm: 10 },
  });
});
