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
  mapLogs,
  mapSketch,
} from "../../test/dialects/mapped-capture.ts";

const AI_SDK_7 = "vercel-ai-sdk/ai-v7-otel-genai-multi-agent.otlp.json";
const OPENAI = "otel-genai-instrumentation-openai-js/default.otlp.json";
const OPENAI_LOGS = "otel-genai-instrumentation-openai-js/default.logs.otlp.json";
const LATEST = "reconstructed/semconv-genai-latest-transfer-workflow-eval.otlp.json";

test("operations become kinds, and an agent's usage repeats its calls'", () => {
  const spans = mapCapture(AI_SDK_7);
  assert.deepEqual(kindCounts(spans), { agent: 4, step: 5, llm: 7, tool: 2 });
  assert.deepEqual(agentsOf(spans), ["failing-agent", "researcher", "streamer", "supervisor"]);
  for (const { draft } of spans) if (draft.kind === "agent" && draft.hasUsage) assert.ok(draft.is("usageRepeated"));
  assert.deepEqual(countedTokens(spans), { input: 329, output: 69 });
});

test("instructions stand in front of the input, and parts of all kinds are read", () => {
  const { draft, span } = first(mapCapture(AI_SDK_7), "chat mock-large");
  assert.deepEqual(lines(draft.input), [
    "system text: You are the supervisor.",
    "user text: What is the weather in Paris?",
  ]);
  assert.deepEqual(lines(draft.output), [
    "assistant reasoning: need research",
    'assistant tool_call: {"question":"weather in Paris?"}',
    "assistant tool_call: {}",
  ]);
  assert.deepEqual([...span.attributes.taken].sort(), [
    "gen_ai.input.messages",
    "gen_ai.output.messages",
    "gen_ai.system_instructions",
  ]);
  assert.equal(draft.model, "mock-large-2026-01");
  assert.equal(draft.provider, "mock");
  assert.equal(
    hint(draft, "calls"),
    '[{"id":"call_1","name":"delegate_to_researcher","target":"researcher"},{"id":"call_2","name":"failing_tool"}]',
  );
});

test("times to the first chunk are seconds and become milliseconds", () => {
  assert.equal(hint(first(mapCapture(AI_SDK_7), "chat mock-stream").draft, "firstTokenMs"), "46.93807300000003");
  assert.equal(hint(first(mapCapture(LATEST), "chat gpt-5").draft, "firstTokenMs"), "120");
});

test("an agent whose span is named after its model is unnamed", () => {
  const { draft } = mapSketch({
    name: "invoke_agent gpt-4o",
    attributes: { "gen_ai.operation.name": "invoke_agent", "gen_ai.request.model": "gpt-4o" },
  });
  assert.equal(draft.agent, "");
  assert.ok(draft.is("agentInferred"));
});

test("an agent's name may stand in the span's name only", () => {
  const { draft } = mapSketch({
    name: "invoke_agent  Planner\n of trips ",
    attributes: { "gen_ai.operation.name": "invoke_agent" },
  });
  assert.equal(draft.agent, "Planner of trips");
  assert.ok(!draft.is("agentInferred"));
});

test("creating an agent is a definition, not an invocation", () => {
  const { draft } = mapSketch({
    name: "create_agent helper",
    attributes: { "gen_ai.operation.name": "create_agent", "gen_ai.agent.name": "helper" },
  });
  assert.equal(draft.kind, "other");
  assert.ok(draft.is("definition"));
});

test("the official OpenAI instrumentation speaks old and new names in one process", () => {
  const spans = mapCapture(OPENAI);
  assert.ok(spans.every(({ draft }) => draft.kind === "llm" && draft.provider === "openai"));
  assert.deepEqual(countedTokens(spans), { input: 378, output: 40 });
  assert.deepEqual(failures(spans), ["chat gpt-429: 429 Rate limit reached (mock)"]);
  assert.equal(first(spans, "chat gpt-429").draft.errorType, "RateLimitError");
  assert.ok(first(spans, "embeddings text-embedding-3-small").draft.is("embedding"));
});

test("message log records become parts of their span, with nothing left in the body", () => {
  const logs = mapLogs(OPENAI_LOGS);
  assert.ok(logs.every(({ dialect }) => dialect === "otel-genai"));
  assert.deepEqual(
    logs.slice(3, 8).map(({ draft }) => [draft.type, ...lines(draft.input), ...lines(draft.output)]),
    [
      ["gen_ai.system.message", "system text: You are a weather agent"],
      ["gen_ai.user.message", "user text: Weather in Paris?"],
      ["gen_ai.assistant.message", 'assistant tool_call: {"city":"Paris"}'],
      ["gen_ai.tool.message", "tool tool_result: rainy"],
      ["gen_ai.choice", "assistant text: Rainy in Paris"],
    ],
  );
  assert.ok(logs.slice(0, 11).every(({ draft }) => draft.bodyTaken));
  assert.deepEqual(logs[7]?.draft.facts, [{ field: "finish", value: "stop" }]);
});

test("operation details carry instructions, input and output as values", () => {
  const [input, output] = mapLogs(OPENAI_LOGS).slice(-2);
  assert.deepEqual(lines(input?.draft.input ?? []), ["system text: be nice", "user text: Say hi"]);
  assert.deepEqual(lines(output?.draft.output ?? []), ["assistant text: Rainy in Paris"]);
  assert.deepEqual([...(input?.log.attributes.taken ?? [])], ["gen_ai.input.messages"]);
});

test("a transfer that passes control is a handoff message with both ends", () => {
  const { draft } = first(mapCapture(LATEST), "execute_tool transfer_to_weather_agent weather_agent");
  assert.equal(draft.kind, "message");
  assert.equal(hint(draft, "from"), "triage");
  assert.equal(hint(draft, "to"), "weather_agent");
  assert.equal(hint(draft, "messageKind"), "handoff");
  assert.equal(hint(draft, "evidence"), "M2");
});

test("a transfer that returns stays a tool that delegates", () => {
  const { draft } = mapSketch({
    name: "execute_tool ask",
    attributes: {
      "gen_ai.operation.name": "execute_tool",
      "gen_ai.tool.name": "ask",
      "gen_ai.agent.name": "boss",
      "gen_ai.transfer.mode": "return_to_caller",
      "gen_ai.transfer.target.name": "helper",
    },
  });
  assert.equal(draft.kind, "tool");
  assert.equal(hint(draft, "messageKind"), "delegate");
});

test("who invoked an agent is told by the caller's attributes", () => {
  const { draft } = mapSketch({
    name: "invoke_agent helper",
    attributes: {
      "gen_ai.operation.name": "invoke_agent",
      "gen_ai.agent.name": "helper",
      "gen_ai.caller.name": "boss",
    },
  });
  assert.equal(hint(draft, "caller"), "boss");
  assert.equal(hint(draft, "evidence"), "M3");
});

test("workflows are runs, plans are steps, retrievals have a query and documents", () => {
  const spans = mapCapture(LATEST);
  assert.equal(first(spans, "invoke_workflow support").draft.kind, "run");
  assert.equal(hint(first(spans, "invoke_workflow support").draft, "runName"), "support");
  assert.equal(first(spans, "plan planner").draft.kind, "step");
  const retrieval = first(spans, "retrieval docs").draft;
  assert.deepEqual(lines(retrieval.input), ["user text: paris weather"]);
  assert.deepEqual(retrieval.output[0]?.meta, { id: "doc_123", score: 0.95 });
});

test("the latest names of cache and reasoning tokens are read as parts of input and output", () => {
  const { draft } = first(mapCapture(LATEST), "chat gpt-5");
  assert.deepEqual({ ...draft.usage }, { input: 200, output: 60, cacheRead: 100, cacheWrite: 20, reasoning: 40 });
});

test("an evaluation among the events becomes a score", () => {
  const { draft } = first(mapCapture(LATEST), "chat gpt-5");
  assert.deepEqual(JSON.parse(hint(draft, "scores") ?? "[]"), [
    { name: "Relevance", value: 4, label: "pass", explanation: "ok", source: "gen_ai.evaluation.result" },
  ]);
});

test("spans without an operation are told by their usage or their tool", () => {
  assert.equal(mapSketch({ attributes: { "gen_ai.usage.prompt_tokens": 5 } }).draft.kind, "llm");
  assert.equal(mapSketch({ attributes: { "gen_ai.tool.name": "grep" } }).draft.kind, "tool");
  assert.equal(mapSketch({ attributes: { "gen_ai.agent.name": "x" } }).draft.kind, "other");
});

test("an error type without a status is an error", () => {
  const { draft } = mapSketch({ attributes: { "gen_ai.operation.name": "chat", "error.type": "timeout" } });
  assert.equal(draft.status, "error");
  assert.equal(draft.errorType, "timeout");
});
