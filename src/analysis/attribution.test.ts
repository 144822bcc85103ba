import { strict as assert } from "node:assert";
import { test } from "node:test";
import { Analysed } from "../../test/support/analysed.ts";

test("the nearest agent span wins over what a span says itself (A1)", () => {
  const run = new Analysed(`
    agent boss 0-100
      llm call 0-90 in=1 agent=somebody-else
        tool deep 10-20
  `);
  assert.deepEqual(run.agents(), ["boss"]);
  assert.equal(run.span("deep").agent, "boss");
});

test("without an agent span the name on a span holds for what is below it", () => {
  const run = new Analysed(`
    run team 0-100
      task write 0-50 agent=writer
        llm call 0-40 in=1
      task check 50-100 agent=checker
        llm call 50-90 in=1 id=second
  `);
  assert.deepEqual(run.agents(), ["writer", "checker"]);
  assert.equal(run.span("call").agent, "writer");
  assert.deepEqual(run.agent("checker").completionMs, [50]);
});

test("without any agent the run itself is one, named after its service", () => {
  const run = new Analysed(`
    step handler 0-100 service=shop
      llm call 0-90 in=1 service=shop
  `);
  assert.deepEqual(run.agents(), ["shop"]);
  assert.equal(run.agent("shop").inferred, true);
  assert.equal(run.span("handler").agent, "shop");
});

test("OpenTelemetry's placeholder is no name: then the root's", () => {
  assert.deepEqual(new Analysed("llm chat 0-10 in=1 service=unknown_service:node").agents(), ["chat"]);
});

test("beside named agents only work without one goes to the run's own agent", () => {
  const run = new Analysed(`
    run team 0-100 service=shop
      llm router 0-10 in=1
      agent helper 10-90
        llm call 10-80 in=1
      step cleanup 90-100
  `);
  assert.deepEqual(run.agents(), ["shop", "helper"]);
  assert.equal(run.span("router").agent, "shop");
  assert.equal(run.span("team").agent, "");
  assert.equal(run.span("cleanup").agent, "");
});

test("a trace without an agent, call, tool, task or run has no agent", () => {
  const run = new Analysed("other GET 0-10 service=shop\n  other query 1-5");
  assert.deepEqual(run.agents(), []);
  assert.equal(run.analysis.summary.agentic, false);
  assert.equal(run.analysis.figures.utilization, undefined);
});

test("two services with an agent of one name are one agent, and both services are named", () => {
  const run = new Analysed(`
    run r 0-100
      agent assistant 0-40 service=a
      agent assistant 50-90 service=b
  `);
  assert.deepEqual(run.agent("assistant").services, ["a", "b"]);
});

test("the parent of an agent is the one that invoked it first", () => {
  const run = new Analysed(`
    agent boss 0-100
      tool ask 10-50
        agent helper 20-40
    agent helper 110-120 parent=none
  `);
  assert.equal(run.agent("helper").parent, run.agents().indexOf("boss"));
  assert.equal(run.agent("boss").parent, -1);
});
