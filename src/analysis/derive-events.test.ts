import { strict as assert } from "node:assert";
import { test } from "node:test";
import { columnsOf, rowOf, spansOf } from "../../test/support/run-builder.ts";
import { derivedEvents } from "./derive-events.ts";

const TRACE = "1".padStart(32, "0");

function eventsOf(notation: string, id: string) {
  const columns = columnsOf(spansOf(notation));
  return derivedEvents(columns, rowOf(columns, id));
}

test("a span yields its start and its end, with ids that an explicit event would have", () => {
  const [started, completed] = eventsOf("agent a 10-50 instance=i1 offset=7", "a");
  assert.deepEqual(
    [started?.id, started?.type, started?.time, started?.agent, started?.offset, started?.index],
    [`${TRACE}:a:agent.started`, "agent.started", 10e6, "a", 7, 1],
  );
  assert.deepEqual([completed?.type, completed?.time, completed?.index], ["agent.completed", 50e6, 2]);
});

test("the end tells what the call used or why it failed", () => {
  const [started, failed] = eventsOf('llm call 0-10 model=m in=5 out=3 error="429 limit" type=RateLimit', "call");
  assert.deepEqual(started?.data, { name: "call", model: "m" });
  assert.equal(failed?.type, "llm.failed");
  assert.deepEqual(failed?.data, {
    ...{ name: "call", model: "m", error: "429 limit", errorType: "RateLimit", inputTokens: 5, outputTokens: 3 },
  });
});

test("an open span has only begun", () => {
  assert.deepEqual(
    eventsOf("tool t 0-", "t").map(({ type }) => type),
    ["tool.started"],
  );
});

test("messages are sent at their start, a handoff is one of its own", () => {
  const notation = "message m 5-9 from=a to=b\nmessage h 5-9 from=a to=b messageKind=handoff";
  assert.deepEqual(
    ["m", "h"].map((id) =>
      eventsOf(notation, id).map(({ type, agent, toAgent, time }) => [type, agent, toAgent, time]),
    ),
    [[["message.sent", "a", "b", 5e6]], [["handoff", "a", "b", 5e6]]],
  );
});

test("only the outermost run starts and ends a run; steps and plumbing yield nothing", () => {
  const notation = "run outer 0-90\n  run inner 10-80\n    step s 20-30\n    other o 30-40\n    retrieval r 40-50";
  assert.deepEqual(
    eventsOf(notation, "outer").map(({ type }) => type),
    ["run.started", "run.completed"],
  );
  for (const id of ["inner", "s", "o", "r"]) assert.deepEqual(eventsOf(notation, id), []);
});

test("an inherited agent is not written into events", () => {
  assert.equal(eventsOf("agent a 0-90\n  tool t 10-80", "t")[0]?.agent, "");
});
