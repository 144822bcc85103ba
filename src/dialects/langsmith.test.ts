import { strict as assert } from "node:assert";
import { test } from "node:test";
import { countedTokens, failures, first, kindCounts, lines, mapCapture } from "../../test/dialects/mapped-capture.ts";

const CAPTURE = "langsmith-otel-js/traceable-multi-agent.otlp.json";

test("the span kind tells, also that a retriever is one", () => {
  const spans = mapCapture(CAPTURE);
  assert.ok(spans.every(({ dialect }) => dialect === "langsmith"));
  assert.deepEqual(kindCounts(spans), { run: 1, llm: 2, tool: 2, step: 1, retrieval: 1 });
  const retrieval = first(spans, "wiki_retriever").draft;
  assert.deepEqual(lines(retrieval.input), ["user text: weather in Paris?"]);
  assert.deepEqual(lines(retrieval.output), ["- document: Paris is the capital"]);
});

test("usage comes with its details, model and provider from the metadata", () => {
  const spans = mapCapture(CAPTURE);
  const { draft } = first(spans, "ChatFake");
  assert.deepEqual({ ...draft.usage }, { input: 50, output: 8, cacheRead: 20, cacheWrite: 0, reasoning: 3 });
  assert.deepEqual([draft.model, draft.provider], ["gpt-4o", "openai"]);
  assert.deepEqual(countedTokens(spans), { input: 100, output: 16 });
});

test("input and output are taken out of their wrappers", () => {
  const spans = mapCapture(CAPTURE);
  assert.deepEqual(lines(first(spans, "supervisor").draft.input), ["user text: weather in Paris?"]);
  assert.deepEqual(lines(first(spans, "ChatFake").draft.output), ["assistant text: Rainy"]);
  assert.deepEqual(lines(first(spans, "web_search").draft.output), ["tool tool_result: rain weather in Paris?"]);
});

test("a run that raised failed although its status is OK", () => {
  assert.deepEqual(failures(mapCapture(CAPTURE)), ["failing_tool: Error: boom tool"]);
});

test("session, user and tags are texts of the metadata", () => {
  const { draft } = first(mapCapture(CAPTURE), "supervisor");
  assert.deepEqual([draft.session, draft.user, draft.tags], ["sess-1", "user-42", ["lab", "multi-agent"]]);
});
