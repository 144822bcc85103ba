import { strict as assert } from "node:assert";
import { test } from "node:test";
import {
  agentsOf,
  countedTokens,
  distinct,
  failures,
  first,
  hint,
  kindCounts,
  lines,
  mapCapture,
  mapSketch,
  named,
} from "../../test/dialects/mapped-capture.ts";

const LANGGRAPH = "openinference-langgraph-js/langgraph-multi-agent.otlp.json";
const AGENTS_SDK = "openai-agents-js/openinference-bridge.otlp.json";

test("LangGraph's roots are runs, its wiring is hidden, its nodes are steps", () => {
  const spans = mapCapture(LANGGRAPH);
  assert.deepEqual(kindCounts(spans), { run: 4, other: 43, step: 35, llm: 14, tool: 7, agent: 2, retrieval: 1 });
  assert.ok(named(spans, "RunnableSequence").every(({ draft }) => draft.is("hidden")));
  assert.ok(named(spans, "__start__").every(({ draft }) => draft.is("hidden")));
});

test("agents stand in the metadata: by name, or as the graph that a node is in", () => {
  const spans = mapCapture(LANGGRAPH);
  assert.deepEqual(agentsOf(spans), ["boss", "researcher"]);
  assert.deepEqual(distinct(spans.map(({ draft }) => draft.agent)), [
    "",
    ...["alice", "bob", "boss", "math_expert", "research_expert", "researcher", "supervisor"],
  ]);
  const call = first(spans, "ChatOpenAI").draft;
  assert.equal(call.agent, "supervisor");
  assert.match(hint(call, "graphPath") ?? "", /^supervisor:[0-9a-f-]{36}\|agent:[0-9a-f-]{36}$/);
  assert.ok(!call.is("agentInferred"));
  assert.ok(first(spans, "boss").draft.is("agentInferred"));
});

test("a ParentCommand is control flow and no error; what really failed is", () => {
  const spans = mapCapture(LANGGRAPH);
  assert.equal(spans.filter(({ draft }) => draft.is("controlFlow")).length, 9);
  assert.deepEqual(failures(spans), [
    "failing_tool: boom tool",
    "failing_graph: 429 Rate limit reached (mock)",
    "bad: 429 Rate limit reached (mock)",
    "ChatOpenAI: 429 Rate limit reached (mock)",
  ]);
  const handoff = first(spans, "alice").draft;
  assert.equal(handoff.status, "ok");
  assert.equal(handoff.errorType, "ParentCommand");
  assert.match(handoff.statusMessage, /^ParentCommand/);
});

test("the raw messages are preferred where they know the ids of calls", () => {
  const { draft, span } = first(mapCapture(LANGGRAPH), "ChatOpenAI");
  assert.deepEqual(draft.output[0]?.meta, { id: "call_t1", name: "transfer_to_research_expert" });
  assert.equal(draft.model, "sup-model-2026-01-01");
  assert.equal(draft.responseId, "chatcmpl-1");
  assert.ok(span.attributes.taken.has("llm.input_messages.0.message.content"));
  assert.ok(span.attributes.taken.has("input.value"));
  assert.ok(!span.attributes.taken.has("output.value"), "the answer's metadata stands nowhere else");
});

test("a tool that answers with a Command hands over to the node that it names", () => {
  const { draft } = first(mapCapture(LANGGRAPH), "transfer_to_research_expert");
  assert.equal(draft.kind, "tool");
  assert.equal(draft.toolCallId, "call_t1");
  assert.equal(hint(draft, "target"), "research_expert");
  assert.equal(hint(draft, "messageKind"), "handoff");
  assert.deepEqual(lines(draft.output), ["tool tool_result: Successfully transferred to research_expert"]);
});

test("a tool message gives the id of the call and the bare result", () => {
  const { draft } = first(mapCapture(LANGGRAPH), "add");
  assert.equal(draft.toolCallId, "call_m1");
  assert.deepEqual(lines(draft.input), ['assistant tool_call: {"a":2,"b":2}']);
  assert.deepEqual(lines(draft.output), ["tool tool_result: 4"]);
});

test("retrieved documents keep score and metadata", () => {
  const { draft, span } = first(mapCapture(LANGGRAPH), "R");
  assert.equal(draft.kind, "retrieval");
  assert.deepEqual(lines(draft.output), ["- document: Paris is the capital", "- document: Lyon is a city"]);
  assert.deepEqual(draft.output[0]?.meta, { metadata: { source: "wiki", score: 0.9 } });
  assert.ok(span.attributes.taken.has("retrieval.documents.0.document.content"));
});

test("session and user come from the metadata too", () => {
  for (const { draft } of mapCapture(LANGGRAPH)) {
    assert.equal(draft.session, "sess-1");
    assert.equal(draft.user, "user-42");
  }
});

test("tokens are those of the calls", () => {
  assert.deepEqual(countedTokens(mapCapture(LANGGRAPH)), { input: 650, output: 85 });
  assert.deepEqual(countedTokens(mapCapture(AGENTS_SDK)), { input: 330, output: 50 });
  const cached = named(mapCapture(LANGGRAPH), "ChatOpenAI").map(({ draft }) => draft.usage.cacheRead);
  assert.deepEqual(
    cached.filter((count) => count > 0),
    [40, 100],
  );
});

test("the Agents SDK's trace and workflow are runs; only graph nodes are agents", () => {
  const spans = mapCapture(AGENTS_SDK);
  assert.deepEqual(agentsOf(spans), ["Limited Agent", "Summarizer", "Triage Agent", "Weather Agent"]);
  const root = first(spans, "Support workflow").draft;
  assert.equal(root.kind, "run");
  assert.equal(hint(root, "runName"), "Support workflow");
  assert.ok(named(spans, "Agent workflow").every(({ draft }) => draft.kind === "run"));
  assert.ok(named(spans, "turn").every(({ draft }) => draft.kind === "step"));
  assert.equal(hint(first(spans, "Weather Agent").draft, "graphParent"), "Triage Agent");
});

test("the Agents SDK's handoff is a message with both ends", () => {
  const { draft } = first(mapCapture(AGENTS_SDK), "handoff to Weather Agent");
  assert.equal(draft.kind, "message");
  assert.equal(hint(draft, "from"), "Triage Agent");
  assert.equal(hint(draft, "to"), "Weather Agent");
  assert.equal(hint(draft, "messageKind"), "handoff");
  assert.equal(hint(draft, "evidence"), "M1");
});

test("flattened messages are kept where they know the instructions", () => {
  const [, second] = named(mapCapture(AGENTS_SDK), "response");
  assert.deepEqual(lines(second?.draft.input ?? []), [
    "system text: You do weather",
    "user text: What is the weather in Paris?",
    "assistant tool_call: {}",
    'tool tool_result: {"assistant":"Weather Agent"}',
  ]);
  assert.deepEqual(second?.draft.input[3]?.meta, { id: "call_h1" });
  assert.ok(second?.span.attributes.taken.has("input.value"), "the raw request says nothing more");
});

test("guardrails and failed tools are told apart from the rest", () => {
  const spans = mapCapture(AGENTS_SDK);
  assert.equal(first(spans, "no_math").draft.kind, "guardrail");
  assert.equal(first(spans, "failing_tool").draft.status, "error");
  assert.equal(failures(spans).length, 5);
});

test("an agent without a name is called as its span, without the method", () => {
  const { draft } = mapSketch({ name: "CodeAgent.run", attributes: { "openinference.span.kind": "agent" } });
  assert.equal(draft.kind, "agent");
  assert.equal(draft.agent, "CodeAgent");
});

test("embedded texts are the input, vectors stay attributes", () => {
  const { draft } = mapSketch({
    attributes: {
      "openinference.span.kind": "EMBEDDING",
      "embedding.model_name": "e-small",
      "embedding.embeddings.0.embedding.text": "hello",
      "embedding.embeddings.0.embedding.vector": [0.1, 0.2],
      "llm.cost.prompt": 0.001,
      "llm.cost.completion": 0.002,
    },
  });
  assert.ok(draft.is("embedding"));
  assert.equal(draft.model, "e-small");
  assert.deepEqual(lines(draft.input), ["user text: hello"]);
  assert.equal(draft.costUsd, 0.003);
});

test("a node that calls an agent's graph again numbers the call, which is nobody's name", () => {
  const around = (path: string) =>
    mapSketch({
      name: "ChatOpenAI",
      attributes: {
        "openinference.span.kind": "LLM",
        metadata: JSON.stringify({ langgraph_node: "agent", langgraph_checkpoint_ns: path }),
      },
    }).draft.agent;
  assert.equal(around("analyst:8dc0|agent:0af7"), "analyst");
  assert.equal(around("analyst:8dc0|1|agent:042b"), "analyst");
  assert.equal(around("analyst:8dc0|1"), "analyst");
  assert.equal(around("1"), "");
});
