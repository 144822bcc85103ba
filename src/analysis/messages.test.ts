import { strict as assert } from "node:assert";
import { test } from "node:test";
import { Analysed } from "../../test/support/analysed.ts";
import { eventOf } from "../../test/support/run-builder.ts";
import { MESSAGE_RULES } from "./messages.ts";

test("every rule says which rules of the docs it is", () => {
  for (const { ids, doc } of MESSAGE_RULES) assert.ok(ids.length > 0 && doc !== "");
});

test("a span that names sender and receiver is a message (M1)", () => {
  const run = new Analysed(`
    run flow 0-100
      agent triage 0-40
        message "handoff to Weather" 30-35 messageKind=handoff from=triage to=Weather evidence=M1
      agent Weather 45-90
  `);
  assert.deepEqual(run.messages(), ["triage -> Weather handoff M1"]);
  assert.equal(run.analysis.messages.find(({ kind }) => kind === "handoff")?.transit, 15e6);
});

test("a transfer that returns is a call with a reply, one that does not is a handoff (M2)", () => {
  const run = new Analysed(`
    agent triage 0-100
      tool ask 10-40 messageKind=delegate target=expert evidence=M2
        agent expert 15-35
      message give 50-90 messageKind=handoff target=closer evidence=M2
        agent closer 55-85
  `);
  assert.deepEqual(run.messages(), [
    ...["triage -> expert delegate M2", "expert -> triage reply M2", "triage -> closer handoff M2"],
  ]);
});

test("an agent's span may name its caller (M3)", () => {
  const run = new Analysed(`
    agent boss 0-100
      step turn 0-90
        agent helper 10-80 caller=boss
  `);
  assert.deepEqual(run.messages(), ["boss -> helper delegate M3", "helper -> boss reply M3"]);
});

test("a transfer tool finds its target however its name is spelled (M5)", () => {
  const run = new Analysed(`
    run flow 0-100
      agent "Front Desk" 0-40
        tool transfer_to_research_expert 30-35
      agent "Research Expert" 45-90
  `);
  assert.deepEqual(run.messages(), ["Front Desk -> Research Expert handoff M5"]);
});

test("a transfer whose target does not start next is less certain, one without a target is a tool", () => {
  const run = new Analysed(`
    run flow 0-100
      agent a 0-20
        tool transfer_to_c 10-12
        tool transfer_to_nobody 13-14
      agent b 30-40
      agent c 50-60
  `);
  const message = run.analysis.messages.find(({ evidence }) => evidence === "M5");
  assert.deepEqual([message?.to, message?.confidence], ["c", 0.8]);
  assert.equal(run.span("transfer_to_nobody").kind, "tool");
  assert.equal(run.analysis.summary.toolCalls, 1);
});

test("a tool named like a transfer with the agent below it is a call (M4)", () => {
  const run = new Analysed(`
    agent boss 0-100
      tool delegate_to_helper 10-90 target=helper messageKind=delegate evidence=M5
        agent helper 20-80
  `);
  assert.deepEqual(run.messages(), ["boss -> helper delegate M4", "helper -> boss reply M4"]);
  assert.equal(run.span("delegate_to_helper").kind, "tool");
});

test("a coworker that is only asked by name is told a message (M6)", () => {
  const run = new Analysed(`
    agent writer 0-100
      tool "Delegate work to coworker" 10-20 messageKind=delegate target=Editor evidence=M6
  `);
  assert.deepEqual(run.messages(), ["writer -> Editor delegate M6"]);
});

test("executors are other names of the agents that they run (M8, A9)", () => {
  const run = new Analysed(`
    run workflow 0-100
      step "executor.process writer" 0-40 graphNode=writer-exec
        agent Writer 5-30
        message send 32-34 messageKind=send from=writer-exec to=reviewer-exec evidence=M8
      step "executor.process reviewer" 45-95 graphNode=reviewer-exec link=send
        agent Reviewer 50-90
  `);
  assert.deepEqual(run.messages(), ["Writer -> Reviewer send M8"]);
});

test("links join producers and consumers, and agents in other traces (M9, M13)", () => {
  const run = new Analysed(`
    agent planner 0-100 trace=t1
      other publish 40-45 otel=4 id=p
    agent coder 60-200 trace=t2 link=t1/p
    agent tester 210-300 trace=t3 link=t2/coder
  `);
  assert.deepEqual(run.messages(), ["planner -> coder send M9", "coder -> tester send M13"]);
});

test("a remote call reaches the agent, or at least the service, on the other side (M10)", () => {
  const run = new Analysed(`
    agent client 0-100 service=a
      message SendMessage 10-90 service=a messageKind=delegate evidence=M10 otel=3
        other server 15-85 service=b otel=2
          agent remote 20-80 service=b
    agent other 200-300 service=a
      message SendMessage 210-290 service=a messageKind=delegate evidence=M10 id=second
        other server 215-285 service=c id=s2
  `);
  assert.deepEqual(run.messages(), [
    ...["client -> remote delegate M10", "remote -> client reply M10", "other -> c delegate M10"],
  ]);
});

test("agents one after another flow into each other, and what ran at the same time joins (M12)", () => {
  const run = new Analysed(`
    agent pipeline 0-100 dialect=adk
      agent a 0-20
      agent b 20-60
      agent c 20-50
      agent d 60-90
  `);
  assert.deepEqual(run.messages(), [
    ...["pipeline -> a delegate A1", "a -> b handoff M12", "a -> c handoff M12", "c -> d handoff M12"],
    ...["b -> d handoff M12", "d -> pipeline reply A1"],
  ]);
});

test("below an agent that thinks itself they are called one by one", () => {
  const run = new Analysed(`
    agent boss 0-100 dialect=adk
      llm plan 0-10 in=1
      agent a 10-30
      agent b 40-60
  `);
  assert.deepEqual(run.messages(), [
    ...["boss -> a delegate A1", "a -> boss reply A1", "boss -> b delegate A1", "b -> boss reply A1"],
  ]);
});

test("an agent that is still at work has not replied", () => {
  const run = new Analysed("agent boss 0-\n  tool ask 10-\n    agent helper 20-", { now: 50e6 });
  assert.deepEqual(run.messages(), ["boss -> helper delegate M4"]);
});

test("events say messages outright and win over what was inferred", () => {
  const run = new Analysed(
    `
    run flow 0-100
      agent a 0-40
      agent b 50-90
  `,
    {
      events: [
        eventOf("handoff", 40, { agent: "a", toAgent: "b" }),
        eventOf("message.sent", 60, { agent: "b", toAgent: "a", data: { messageId: "m1", kind: "broadcast" } }),
        eventOf("message.received", 65, { agent: "a", data: { messageId: "m1" } }),
        eventOf("message.sent", 70, { agent: "b" }),
      ],
    },
  );
  assert.deepEqual(run.messages(), ["a -> b handoff event", "b -> a broadcast event"]);
  assert.equal(run.analysis.messages.find(({ kind }) => kind === "broadcast")?.transit, 5e6);
});

test("user and agents exchange input and output, which are not counted (M14)", () => {
  const run = new Analysed("agent solo 0-100 asked=hi said=hello reads=q writes=r", {
    partLengths: new Map([
      ["q", 2],
      ["r", 5],
    ]),
  });
  const lines = run.analysis.messages.map(({ from, to, kind, bytes, preview }) => [from, to, kind, bytes, preview]);
  assert.deepEqual(lines, [
    ["user", "solo", "input", 2, "hi"],
    ["solo", "user", "output", 5, "hello"],
  ]);
  assert.equal(run.analysis.summary.messageCount, 0);
});

test("a failed run gives the user nothing", () => {
  const run = new Analysed("agent solo 0-100 error=boom");
  assert.deepEqual(
    run.analysis.messages.map(({ kind }) => kind),
    ["input"],
  );
});
