import { strict as assert } from "node:assert";
import { test } from "node:test";
import { hint, lines, mapSketch } from "../../test/dialects/mapped-capture.ts";

test("the agent's span has the whole conversation, and its usage counts nowhere", () => {
  const { dialect, draft } = mapSketch({
    name: "invoke_agent support",
    scope: "pydantic-ai",
    attributes: {
      "gen_ai.operation.name": "invoke_agent",
      "gen_ai.agent.name": "support",
      "gen_ai.agent.call.id": "call-7",
      model_name: "gpt-4o",
      "pydantic_ai.all_messages":
        '[{"role":"user","parts":[{"type":"text","content":"hi"}]},{"role":"user","parts":[{"type":"tool_call_response","id":"c1","name":"f","result":"5"}]},{"role":"assistant","parts":[{"type":"text","content":"hello"}]}]',
      final_result: "hello",
      "gen_ai.usage.input_tokens": 9,
      "gen_ai.usage.output_tokens": 2,
    },
  });
  assert.equal(dialect, "pydantic-ai");
  assert.deepEqual([draft.kind, draft.agent, draft.model], ["agent", "support", "gpt-4o"]);
  assert.equal(hint(draft, "invocation"), "call-7");
  assert.deepEqual(lines(draft.input), ["user text: hi", "tool tool_result: 5", "assistant text: hello"]);
  assert.deepEqual(lines(draft.output), ["assistant text: hello"]);
  assert.ok(draft.is("usageRepeated"));
});

test("a model call reports its cost and its cached tokens", () => {
  const { draft } = mapSketch({
    name: "chat gpt-4o",
    scope: "pydantic-ai",
    attributes: {
      "gen_ai.operation.name": "chat",
      "gen_ai.request.model": "gpt-4o",
      "gen_ai.usage.input_tokens": 100,
      "gen_ai.usage.output_tokens": 10,
      "gen_ai.usage.details.cache_read_tokens": 60,
      "operation.cost": 0.0012,
    },
  });
  assert.equal(draft.costUsd, 0.0012);
  assert.equal(draft.usage.cacheRead, 60);
});

test("tools of the older formats are read", () => {
  const { draft } = mapSketch({
    name: "running tool",
    scope: "pydantic-ai",
    attributes: {
      "gen_ai.tool.name": "roll",
      "gen_ai.tool.call.id": "c1",
      tool_arguments: '{"n": 6}',
      tool_response: "4",
    },
  });
  assert.deepEqual([draft.kind, draft.tool, draft.toolCallId], ["tool", "roll", "c1"]);
  assert.deepEqual(lines(draft.input), ['assistant tool_call: {"n":6}']);
  assert.deepEqual(lines(draft.output), ["tool tool_result: 4"]);
  assert.equal(mapSketch({ name: "running tools", scope: "pydantic-ai" }).draft.kind, "step");
});

test("a deferred call and a wanted approval are no errors", () => {
  for (const type of ["pydantic_ai.exceptions.CallDeferred", "pydantic_ai.exceptions.ApprovalRequired"]) {
    const { draft } = mapSketch({
      name: "execute_tool pay",
      scope: "pydantic-ai",
      statusCode: 2,
      attributes: { "gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "pay" },
      events: [{ name: "exception", attributes: { "exception.type": type } }],
    });
    assert.equal(draft.status, "ok");
    assert.ok(draft.is("controlFlow"));
  }
});

test("Logfire's pending spans are hidden, and its marks on other spans mean nothing", () => {
  const pending = mapSketch({
    name: "chat gpt-4o (pending)",
    attributes: { "logfire.span_type": "pending_span", "gen_ai.operation.name": "chat" },
  });
  assert.ok(pending.draft.is("hidden"));
  assert.equal(pending.draft.kind, "other");
  const http = mapSketch({ name: "GET /", scope: "fastapi", attributes: { "logfire.span_type": "span" } });
  assert.equal(http.dialect, "");
});
