import { strict as assert } from "node:assert";
import { test } from "node:test";
import {
  agentsOf,
  countedTokens,
  first,
  hint,
  kindCounts,
  lines,
  mapCapture,
  named,
} from "../../test/dialects/mapped-capture.ts";

const CAPTURE = "strands-js/multi-agent.otlp.json";

test("swarms and graphs are runs, their nodes and cycles steps", () => {
  const spans = mapCapture(CAPTURE);
  assert.ok(spans.every(({ dialect }) => dialect === "strands"));
  assert.deepEqual(kindCounts(spans), { agent: 7, step: 13, llm: 14, tool: 4, run: 2 });
  assert.deepEqual(agentsOf(spans), ["boss", "broken", "n1", "n2", "planner", "researcher", "writer"]);
  const swarm = first(spans, "invoke_swarm content-swarm").draft;
  assert.equal(swarm.agent, "", "what a swarm calls its agent is no agent");
  assert.equal(hint(swarm, "runName"), "content-swarm");
  assert.deepEqual(lines(swarm.input), ["user text: write"]);
  assert.equal(hint(first(spans, "node planner").draft, "graphNode"), "planner");
});

test("usage counts on the innermost of four levels", () => {
  const spans = mapCapture(CAPTURE);
  assert.deepEqual(countedTokens(spans), { input: 391, output: 55 });
  assert.ok(first(spans, "node planner").draft.is("usageRepeated"));
});

test("the service's name is no provider", () => {
  for (const { draft } of named(mapCapture(CAPTURE), "chat")) assert.equal(draft.provider, "");
});

test("messages travel in events, whose content is taken", () => {
  const { draft, span } = first(mapCapture(CAPTURE), "chat");
  assert.deepEqual(lines(draft.input), ["system text: You are boss", "user text: weather?"]);
  assert.deepEqual(lines(draft.output), ['assistant tool_call: {"input":"weather in Paris?"}']);
  assert.equal(hint(draft, "finishReason"), "tool_call");
  assert.deepEqual(
    span.events.map((event) => [...event.attributes.taken]),
    [["content"], ["content"], ["message"]],
  );
});

test("a tool's arguments and result travel in events too", () => {
  const { draft } = first(mapCapture(CAPTURE), "execute_tool researcher");
  assert.deepEqual(lines(draft.input), ['assistant tool_call: {"input":"weather in Paris?"}']);
  assert.deepEqual(lines(draft.output), ["tool tool_result: Rainy in Paris"]);
  assert.equal(draft.toolCallId, "call_1");
});

test("a swarm hands over by a structured output that names the next agent", () => {
  const [handsOver, answers] = named(mapCapture(CAPTURE), "execute_tool strands_structured_output");
  assert.equal(hint(handsOver?.draft as never, "target"), "writer");
  assert.equal(hint(handsOver?.draft as never, "messageKind"), "handoff");
  assert.equal(hint(answers?.draft as never, "target"), undefined);
});

test("each attempt of a retried call is a failed call", () => {
  const attempts = named(mapCapture(CAPTURE), "chat").filter(({ draft }) => draft.status === "error");
  assert.equal(attempts.length, 6);
  assert.ok(attempts.every(({ draft }) => draft.errorType === "ModelThrottledError" && !draft.hasUsage));
});

test("session, user and tags stand on the root", () => {
  const { draft } = first(mapCapture(CAPTURE), "invoke_agent boss");
  assert.deepEqual([draft.session, draft.user, draft.tags], ["sess-1", "user-42", ["lab", "multi-agent"]]);
});
