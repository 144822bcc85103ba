import { strict as assert } from "node:assert";
import { test } from "node:test";
import { Analysed } from "../../test/support/analysed.ts";
import { eventOf, type TestSpan } from "../../test/support/run-builder.ts";
import { type EventSpan, eventSpans } from "./event-spans.ts";

const nobody = () => false;

test("a start event without a record is an open span", () => {
  const events = [
    eventOf("agent.started", 10, { spanId: "a", parentId: "p", agent: "worker", data: { name: "invoke" } }),
  ];
  const [span] = eventSpans(events, nobody);
  assert.deepEqual(
    [span?.spanId, span?.parentId, span?.kind, span?.name, span?.agent, span?.start, span?.end],
    ["a", "p", "agent", "invoke", "worker", 10e6, Number.POSITIVE_INFINITY],
  );
});

test("start and end make an interval, in whatever order and however the clocks stood", () => {
  const events = [
    eventOf("tool.failed", 40, { spanId: "t", offset: 1, data: { error: "boom" } }),
    eventOf("tool.started", 45, { spanId: "t", offset: 2, data: { tool: "search" } }),
  ];
  const [span] = eventSpans(events, nobody);
  assert.deepEqual([span?.start, span?.end, span?.failed, span?.offset], [40e6, 40e6, true, 1]);
  assert.deepEqual([span?.name, span?.data], ["search", { tool: "search", error: "boom" }]);
});

test("spans whose record is there speak for themselves, and other events are none", () => {
  const events = [eventOf("llm.started", 10, { spanId: "known" }), eventOf("message.sent", 20, { spanId: "m" })];
  assert.deepEqual(
    eventSpans(events, (_, spanId) => spanId === "known"),
    [],
  );
});

test("a sender of events alone gets its tree: pairs by agent, within what the agent has open", () => {
  const events = [
    eventOf("run.started", 0, { id: "r" }),
    eventOf("agent.started", 10, { id: "a", agent: "ann" }),
    eventOf("agent.started", 15, { id: "b", agent: "bob" }),
    eventOf("tool.started", 20, { id: "t", agent: "ann", data: { name: "search" } }),
    eventOf("llm.completed", 25, { id: "l", agent: "bob", data: { model: "m", inputTokens: 5 } }),
    eventOf("tool.completed", 30, { agent: "ann", data: { name: "search" } }),
    eventOf("agent.completed", 40, { agent: "ann" }),
    eventOf("run.completed", 50),
  ];
  const lines = eventSpans(events, nobody).map(({ spanId, parentId, name, start, end }) => [
    spanId,
    parentId,
    name,
    start / 1e6,
    end / 1e6,
  ]);
  assert.deepEqual(lines, [
    ["~r", "", "run", 0, 50],
    ["~a", "~r", "ann", 10, 40],
    ["~b", "~r", "bob", 15, Number.POSITIVE_INFINITY],
    ["~t", "~a", "search", 20, 30],
    ["~l", "~b", "m", 25, 25],
  ]);
});

test("an end goes to the open start of its name, else to the last one of its family", () => {
  const events = [
    eventOf("tool.started", 0, { id: "x", agent: "a", data: { name: "x" } }),
    eventOf("tool.started", 1, { id: "y", agent: "a", data: { name: "y" } }),
    eventOf("tool.completed", 2, { agent: "a", data: { name: "x" } }),
    eventOf("tool.completed", 3, { agent: "a" }),
  ];
  assert.deepEqual(
    eventSpans(events, nobody).map(({ name, end }) => [name, end / 1e6]),
    [
      ["x", 2],
      ["y", 3],
    ],
  );
});

test("as rows of a run they make agents with activity, calls and a critical path", () => {
  const events = [
    eventOf("run.started", 0, { id: "r", data: { name: "lesson" } }),
    eventOf("agent.started", 10, { id: "a", agent: "ann" }),
    eventOf("llm.started", 20, { id: "l", agent: "ann", data: { model: "m" } }),
    eventOf("llm.completed", 60, { agent: "ann", data: { model: "m" } }),
    eventOf("agent.completed", 90, { agent: "ann" }),
    eventOf("run.completed", 100),
  ];
  const rowOf = ({ spanId, parentId, kind, name, start, end, agent }: EventSpan): TestSpan => ({
    ...{ id: spanId, kind, name, start, end, texts: { agent } },
    ...(parentId === "" ? {} : { parent: parentId }),
  });
  const run = new Analysed(eventSpans(events, nobody).map(rowOf), { events });
  assert.deepEqual(run.activity("ann"), { llm: 40, working: 40, present: 80 });
  assert.deepEqual(run.path(), [
    ...["lesson orchestration 10", "ann working 10", "m llm 40", "ann working 30", "lesson orchestration 10"],
  ]);
  assert.equal(run.analysis.summary.status, "completed");
});
