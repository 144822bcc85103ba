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

const CALLBACK = "langfuse-js/langgraph-callback-multi-agent.otlp.json";
const SDK = "langfuse-js/sdk-multi-agent.otlp.json";

test("observation types become kinds", () => {
  const spans = mapCapture(SDK);
  assert.ok(spans.every(({ dialect }) => dialect === "langfuse"));
  assert.deepEqual(kindCounts(spans), { agent: 2, llm: 3, tool: 2, retrieval: 1, guardrail: 2, step: 1 });
  assert.deepEqual(agentsOf(spans), ["researcher", "supervisor"]);
  assert.ok(first(spans, "emb").draft.is("embedding"));
});

test("the total tells whether cached and reasoning tokens are counted apart", () => {
  const spans = mapCapture(SDK);
  assert.deepEqual(
    { ...first(spans, "supervisor-llm").draft.usage },
    {
      input: 100,
      output: 20,
      cacheRead: 60,
      cacheWrite: 0,
      reasoning: 5,
    },
  );
  assert.deepEqual(
    { ...first(spans, "llm-call").draft.usage },
    {
      input: 100,
      output: 20,
      cacheRead: 60,
      cacheWrite: 0,
      reasoning: 0,
    },
  );
  assert.deepEqual(countedTokens(spans), { input: 200, output: 40 });
  assert.deepEqual(countedTokens(mapCapture(CALLBACK)), { input: 650, output: 85 });
});

test("cost, first token, release and environment are read", () => {
  const { draft } = first(mapCapture(SDK), "llm-call");
  assert.equal(draft.costUsd, 0.0003);
  assert.equal(hint(draft, "firstTokenMs"), "0");
  assert.equal(hint(draft, "environment"), "lab");
  assert.equal(hint(draft, "release"), "v1.2.3");
});

test("the application's root names the run, who asked, and tags", () => {
  const { draft } = first(mapCapture(SDK), "supervisor");
  assert.ok(draft.is("root"));
  assert.equal(hint(draft, "runName"), "support-run");
  assert.equal(draft.session, "sess-1");
  assert.equal(draft.user, "user-42");
  assert.deepEqual(draft.tags, ["lab"]);
});

test("an error stands in the level while the status is unset", () => {
  assert.deepEqual(failures(mapCapture(SDK)), ["failing_tool: boom"]);
  const spans = mapCapture(CALLBACK);
  assert.equal(failures(spans).length, 4);
  assert.equal(spans.filter(({ draft }) => draft.is("controlFlow")).length, 9);
});

test("the LangChain handler's agents, plumbing and retrievers are found although all are spans", () => {
  const spans = mapCapture(CALLBACK);
  assert.deepEqual(kindCounts(spans), { run: 4, other: 43, step: 35, llm: 14, tool: 7, agent: 2, retrieval: 1 });
  assert.deepEqual(agentsOf(spans), ["boss", "researcher"]);
  assert.equal(first(spans, "ChatOpenAI").draft.agent, "supervisor");
  assert.equal(first(spans, "ChatOpenAI").draft.provider, "openai");
  assert.deepEqual(first(spans, "R").draft.output[0]?.meta, { id: "doc-1", metadata: { source: "wiki", score: 0.9 } });
});

test("a role that is none of the common ones is the name of the tool that answered", () => {
  const answered = named(mapCapture(CALLBACK), "ChatOpenAI").find(({ draft }) =>
    draft.input.some((part) => part.type === "tool_result"),
  );
  const result = answered?.draft.input.find((part) => part.type === "tool_result");
  assert.equal(result?.role, "tool");
  assert.deepEqual(result?.meta, { name: "transfer_to_research_expert" });
});

test("what a request carries besides messages is one more part, so that the attribute can be taken", () => {
  const { draft, span } = first(mapCapture(CALLBACK), "ChatOpenAI");
  assert.equal(draft.input[0]?.type, "json");
  assert.deepEqual(lines(draft.input.slice(1)), [
    "system text: You manage two experts.",
    "user text: weather in Paris and 2+2?",
  ]);
  assert.ok(span.attributes.taken.has("langfuse.observation.input"));
});
