import { strict as assert } from "node:assert";
import { test } from "node:test";
import {
  agentsOf,
  countedTokens,
  failures,
  first,
  hint,
  identity,
  kindCounts,
  lines,
  mapCapture,
  mapSketch,
  named,
} from "../../test/dialects/mapped-capture.ts";
import type { ContentPart } from "../model/draft.ts";

const CAPTURE = "vercel-ai-sdk/ai-v6-multi-agent.otlp.json";

test("each outer call is an agent named by its function id, each inner one a model call", () => {
  const spans = mapCapture(CAPTURE);
  assert.ok(spans.every(({ dialect }) => dialect === "ai-sdk"));
  assert.deepEqual(agentsOf(spans), ["failing-agent", "objecter", "researcher", "streamer", "supervisor"]);
  assert.deepEqual(kindCounts(spans), { agent: 5, llm: 7, tool: 2, step: 1 });
});

test("the outer span's usage repeats that of its calls, also under the old names", () => {
  const spans = mapCapture(CAPTURE);
  const outer = first(spans, "ai.generateText").draft;
  assert.ok(outer.is("usageRepeated"));
  assert.deepEqual({ ...outer.usage }, { input: 280, output: 50, cacheRead: 120, cacheWrite: 0, reasoning: 8 });
  assert.deepEqual(
    { ...first(spans, "ai.generateObject.doGenerate").draft.usage },
    {
      input: 9,
      output: 6,
      cacheRead: 0,
      cacheWrite: 0,
      reasoning: 0,
    },
  );
  assert.deepEqual(countedTokens(spans), { input: 338, output: 75 });
});

test("a model call names the model that answered, the provider without its API, and its messages", () => {
  const { draft, span } = first(mapCapture(CAPTURE), "ai.generateText.doGenerate");
  assert.equal(draft.model, "mock-large-2026-01");
  assert.equal(draft.provider, "mock");
  assert.equal(draft.responseId, "resp_1");
  assert.equal(hint(draft, "finishReason"), "tool_call");
  assert.deepEqual(lines(draft.input), [
    "system text: You are the supervisor.",
    "user text: What is the weather in Paris?",
  ]);
  assert.deepEqual(lines(draft.output), [
    "assistant reasoning: need research",
    'assistant tool_call: {"question":"weather in Paris?"}',
    "assistant tool_call: {}",
  ]);
  assert.deepEqual(draft.output[1]?.meta, { id: "call_1", name: "delegate_to_researcher" });
  assert.ok(span.attributes.taken.has("ai.prompt.messages"));
  assert.ok(span.attributes.taken.has("ai.response.toolCalls"));
});

test("a tool span's arguments are the same part as in the answer that called it, its result as in the next input", () => {
  const spans = mapCapture(CAPTURE);
  const tool = first(spans, "ai.toolCall").draft;
  const calls = named(spans, "ai.generateText.doGenerate").map(({ draft }) => draft);
  const asked = calls.find((draft) => draft.responseId === "resp_1")?.output.map(identity) ?? [];
  const reread = calls.find((draft) => draft.responseId === "resp_3")?.input.map(identity) ?? [];
  assert.ok(asked.includes(identity(tool.input[0] as ContentPart)));
  assert.ok(reread.includes(identity(tool.output[0] as ContentPart)));
});

test("a tool that delegates tells to whom", () => {
  const { draft } = first(mapCapture(CAPTURE), "ai.toolCall");
  assert.equal(draft.tool, "delegate_to_researcher");
  assert.equal(draft.toolCallId, "call_1");
  assert.equal(hint(draft, "target"), "researcher");
  assert.equal(hint(draft, "messageKind"), "delegate");
  assert.equal(hint(draft, "evidence"), "M5");
});

test("session, user and tags come from the telemetry metadata", () => {
  for (const { draft } of mapCapture(CAPTURE)) {
    assert.equal(draft.session, "sess-1");
    assert.equal(draft.user, "user-42");
    assert.deepEqual(draft.tags, ["lab", "multi-agent"]);
  }
});

test("failures carry what the exception says", () => {
  assert.deepEqual(failures(mapCapture(CAPTURE)), [
    "ai.toolCall: boom tool",
    "ai.generateText: model overloaded",
    "ai.generateText.doGenerate: model overloaded",
  ]);
});

test("the outer span of an embedding is a step, and the time to the first token is in milliseconds", () => {
  const spans = mapCapture(CAPTURE);
  assert.equal(first(spans, "ai.embed").draft.kind, "step");
  const inner = first(spans, "ai.embed.doEmbed").draft;
  assert.ok(inner.is("embedding"));
  assert.deepEqual(lines(inner.input), ["user text: weather paris"]);
  assert.equal(hint(first(spans, "ai.streamText.doStream").draft, "firstTokenMs"), "33.06471899999997");
});

test("without a function id the agent has no name and says so", () => {
  const { draft } = mapSketch({
    name: "ai.generateText",
    scope: "ai",
    attributes: {
      "ai.operationId": "ai.generateText",
      "ai.model.id": "gpt-4o",
      "ai.model.provider": "openai.responses",
    },
  });
  assert.equal(draft.kind, "agent");
  assert.equal(draft.agent, "");
  assert.equal(draft.model, "gpt-4o");
  assert.ok(draft.is("agentInferred"));
});
