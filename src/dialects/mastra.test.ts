import { strict as assert } from "node:assert";
import { test } from "node:test";
import {
  agentsOf,
  countedTokens,
  failures,
  first,
  hint,
  kindCounts,
  lines,
  mapCapture,
  named,
} from "../../test/dialects/mapped-capture.ts";

const CAPTURE = "mastra/mastra1-otel-multi-agent.otlp.json";

test("span types become kinds; chunks and mappings are hidden", () => {
  const spans = mapCapture(CAPTURE);
  assert.ok(spans.every(({ dialect }) => dialect === "mastra"));
  assert.deepEqual(kindCounts(spans), { agent: 4, step: 12, llm: 6, other: 9, tool: 3, run: 1 });
  assert.ok(spans.every(({ draft }) => draft.kind !== "other" || draft.is("hidden")));
  assert.deepEqual(agentsOf(spans), ["Failing", "Researcher", "Simple", "Supervisor"]);
});

test("a call's messages stand on the step around it", () => {
  const spans = mapCapture(CAPTURE);
  assert.equal(hint(first(spans, "chat mock-large").draft, "inputAt"), "parent");
  const step = first(spans, "agent_step Supervisor").draft;
  assert.deepEqual(lines(step.input), ["system text: You supervise.", "user text: What is the weather in Paris?"]);
  assert.deepEqual(lines(step.output), ['assistant tool_call: {"prompt":"weather in Paris?"}']);
  assert.equal(hint(step, "calls"), '[{"id":"call_1","name":"agent-researcher","target":"researcher"}]');
});

test("a call that ends with the reason error failed, whatever its status", () => {
  const spans = mapCapture(CAPTURE);
  assert.deepEqual(failures(spans), [
    "execute_tool failingTool: boom tool",
    "invoke_agent Failing: model overloaded",
    "chat mock-err: ",
  ]);
  assert.equal(hint(first(spans, "chat mock-err").draft, "finishReason"), "error");
});

test("a tool agent-<key> calls that agent", () => {
  const { draft } = first(mapCapture(CAPTURE), "execute_tool agent-researcher");
  assert.equal(hint(draft, "target"), "researcher");
  assert.equal(hint(draft, "toolType"), "agent");
  assert.equal(hint(draft, "messageKind"), "delegate");
});

test("session, user, tags, tokens and the first token's time are read", () => {
  const spans = mapCapture(CAPTURE);
  const agent = first(spans, "invoke_agent Supervisor").draft;
  assert.equal(agent.session, "sess-1");
  assert.equal(agent.user, "user-42");
  assert.deepEqual(agent.tags, ["lab", "multi-agent"]);
  assert.deepEqual(countedTokens(spans), { input: 387, output: 70 });
  const [call, later] = named(spans, "chat mock-large").map(({ draft }) => draft);
  assert.equal(hint(call as never, "firstTokenMs"), "11");
  assert.equal(hint(later as never, "firstTokenMs"), undefined, "an instant before the start is none");
  assert.equal(call?.usage.reasoning, 8);
});
