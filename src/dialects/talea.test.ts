import { strict as assert } from "node:assert";
import { test } from "node:test";
import { hint, lines, mapSketch } from "../../test/dialects/mapped-capture.ts";
import { PlainAttributes } from "../../test/support/plain-span.ts";
import { LogDraft } from "../model/draft.ts";
import { mapLog } from "./registry.ts";

test("what is said outright makes a span of any library what it is said to be", () => {
  const { dialect, draft, span } = mapSketch({
    name: "research",
    attributes: {
      "talea.kind": "agent",
      "talea.agent": "researcher",
      "talea.agent.instance": "r-1",
      "talea.run.id": "run 42",
      "talea.run.name": "nightly",
      "talea.session": "s",
      "talea.user": "u",
      "talea.tags": ["a", "b"],
      "talea.task": "find sources",
      "talea.input": "Find three sources.",
      "talea.output": '[{"role":"assistant","content":"Here they are."}]',
      "talea.cost_usd": 0.25,
    },
  });
  assert.equal(dialect, "talea");
  assert.deepEqual([draft.kind, draft.agent, draft.agentInstance], ["agent", "researcher", "r-1"]);
  assert.deepEqual([draft.runId, draft.session, draft.user, draft.tags], ["run 42", "s", "u", ["a", "b"]]);
  assert.deepEqual([hint(draft, "runName"), hint(draft, "task")], ["nightly", "find sources"]);
  assert.deepEqual(lines(draft.input), ["user text: Find three sources."]);
  assert.deepEqual(lines(draft.output), ["assistant text: Here they are."]);
  assert.equal(draft.costUsd, 0.25);
  assert.ok(span.attributes.taken.has("talea.input") && span.attributes.taken.has("talea.output"));
});

test("it holds against another dialect, which reads the rest", () => {
  const { dialect, draft } = mapSketch({
    name: "step",
    attributes: {
      "openinference.span.kind": "CHAIN",
      "session.id": "theirs",
      "input.value": "hello",
      "talea.kind": "task",
      "talea.session": "ours",
    },
  });
  assert.equal(dialect, "openinference");
  assert.deepEqual([draft.kind, draft.session], ["task", "ours"]);
  assert.deepEqual(lines(draft.input), ["- text: hello"]);
});

test("a message has two ends, a kind and an id", () => {
  const { draft } = mapSketch({
    name: "ask",
    attributes: {
      "talea.message.kind": "delegate",
      "talea.message.from": "boss",
      "talea.message.to": "helper",
      "talea.message.id": "m-1",
    },
  });
  assert.equal(draft.kind, "message");
  assert.deepEqual(
    [hint(draft, "from"), hint(draft, "to"), hint(draft, "messageKind"), hint(draft, "messageId")],
    ["boss", "helper", "delegate", "m-1"],
  );
});

test("a tool's input and output are a call and its result", () => {
  const { draft } = mapSketch({
    name: "grep",
    attributes: { "talea.kind": "tool", "talea.input": '{"q": "x"}', "talea.output": '{"error": "no such file"}' },
  });
  assert.deepEqual([draft.tool, draft.status, draft.statusMessage], ["grep", "error", "no such file"]);
  assert.deepEqual(lines(draft.input), ['assistant tool_call: {"q":"x"}']);
});

test("words outside the vocabulary and ids that are none are ignored", () => {
  const { draft } = mapSketch({
    name: "x",
    attributes: {
      "talea.kind": "banana",
      "talea.message.kind": "shout",
      "talea.run.id": "\u0000",
      "talea.cost_usd": -1,
    },
  });
  assert.deepEqual([draft.kind, draft.runId, draft.costUsd, draft.hints.size], ["other", "", undefined, 0]);
});

test("a log record names its agent, receiver and run", () => {
  const draft = new LogDraft();
  const attributes = PlainAttributes.of({
    "talea.agent": "boss",
    "talea.message.to": "helper",
    "talea.input": "do it",
  });
  const id = mapLog(
    {
      eventName: "message.sent",
      scope: "@talea/sdk",
      service: "",
      timeNs: 0n,
      traceId: "",
      spanId: "",
      severityNumber: 0,
      body: undefined,
      attributes,
      resource: PlainAttributes.of({ "talea.run.id": "r" }),
    },
    draft,
  );
  assert.equal(id, "talea");
  assert.deepEqual([draft.type, draft.agent, draft.toAgent, draft.runId], ["message.sent", "boss", "helper", "r"]);
  assert.deepEqual(lines(draft.input), ["user text: do it"]);
});
