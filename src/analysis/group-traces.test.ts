import { strict as assert } from "node:assert";
import { test } from "node:test";
import { runsOfCapture } from "../../test/support/columns-from-drafts.ts";
import { groupTraces, type LoneTrace } from "./group-traces.ts";

const trace = (traceId: string, start: number, end: number, rest: Partial<LoneTrace> = {}): LoneTrace => ({
  ...{ traceId, start, end, service: "s", scope: "l", session: "", contains: false },
  ...rest,
});

test("what lies inside a workflow's interval is part of its run", () => {
  const runs = groupTraces([
    trace("inner", 10, 30, { contains: true }),
    trace("call", 15, 20),
    trace("outer", 0, 100, { contains: true }),
    trace("later", 100, 120),
  ]);
  assert.deepEqual(Object.fromEntries(runs), { inner: "outer", call: "outer" });
});

test("another service, library or session is another run", () => {
  const runs = groupTraces([
    trace("outer", 0, 100, { contains: true }),
    trace("a", 10, 20, { service: "other" }),
    trace("b", 10, 20, { scope: "other" }),
    trace("c", 10, 20, { session: "other" }),
  ]);
  assert.equal(runs.size, 0);
});

test("a call contains nothing, and what sticks out is not inside", () => {
  const runs = groupTraces([
    trace("call", 0, 100),
    trace("x", 10, 20),
    trace("w", 30, 60, { contains: true }),
    trace("y", 50, 70),
  ]);
  assert.equal(runs.size, 0);
});

test("the capture of OpenLLMetry with 105 traces is the five runs that made it", () => {
  const runs = runsOfCapture("openllmetry-js/langgraph-multi-agent.otlp.json");
  assert.equal(runs.length, 5);
  assert.equal(
    runs.reduce((sum, { columns }) => sum + columns.traces.length, 0),
    105,
  );
});
