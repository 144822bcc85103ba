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
  mapSketch,
  named,
} from "../../test/dialects/mapped-capture.ts";

const LANGGRAPH = "openllmetry-js/langgraph-multi-agent.otlp.json";
const CREWAI = "reconstructed/openllmetry-python-crewai.otlp.json";
const LEGACY = "reconstructed/legacy-openllmetry-flattened-prompts.otlp.json";

test("LangChain.js: graphs are runs, wiring is hidden, tools that say task are tools", () => {
  const spans = mapCapture(LANGGRAPH);
  assert.ok(spans.every(({ dialect }) => dialect === "openllmetry"));
  assert.deepEqual(kindCounts(spans), { run: 13, other: 71, llm: 14, tool: 7 });
  assert.deepEqual(countedTokens(spans), { input: 650, output: 85 });
});

test("a tool is called as its result says, not by its class", () => {
  const tools = named(mapCapture(LANGGRAPH), "execute_tool DynamicStructuredTool").map(({ draft }) => draft);
  assert.deepEqual(tools.map(({ tool }) => tool).sort(), [
    ...["DynamicStructuredTool", "add", "ask_researcher", "transfer_to_bob", "transfer_to_math_expert"],
    ...["transfer_to_research_expert", "web_search"],
  ]);
  const add = tools.find(({ tool }) => tool === "add");
  assert.equal(add?.toolCallId, "call_m1");
  assert.deepEqual(lines(add?.input ?? []), ['assistant tool_call: {"a":2,"b":2}']);
});

test("handoffs by exception are control flow", () => {
  const spans = mapCapture(LANGGRAPH);
  assert.equal(spans.filter(({ draft }) => draft.is("controlFlow")).length, 9);
  assert.equal(failures(spans).length, 4);
});

test("CrewAI: the crew is a run, the task names its agent, the agent's usage repeats its calls'", () => {
  const spans = mapCapture(CREWAI);
  assert.deepEqual(kindCounts(spans), { run: 1, task: 1, agent: 1, llm: 2 });
  const task = first(spans, "Write an article about AI.task").draft;
  assert.equal(hint(task, "task"), "Write an article about AI");
  assert.equal(task.agent, "Senior Writer");
  assert.deepEqual(agentsOf(spans), ["Senior Writer"]);
  assert.ok(first(spans, "Senior Writer.agent").draft.is("usageRepeated"));
  assert.deepEqual(countedTokens(spans), { input: 140, output: 30 });
});

test("CrewAI: a delegation shows in the model's answer, whose messages are a list of texts", () => {
  const { draft } = first(mapCapture(CREWAI), "gpt-4o.llm");
  assert.equal(draft.output[0]?.type, "tool_call");
  assert.deepEqual(JSON.parse(hint(draft, "calls") ?? ""), [
    { id: "c1", name: "delegate_work_to_coworker", target: "Researcher" },
  ]);
});

test("flattened prompts are sorted as numbers, and their content may be JSON", () => {
  const { draft, span } = first(mapCapture(LEGACY), "openai.chat");
  assert.deepEqual(lines(draft.input), [
    "system text: You are helpful",
    "user text: Weather in Paris?",
    "user text: index 10 must sort after 2",
  ]);
  assert.deepEqual(draft.output[0]?.meta, { id: "call_1", name: "get_weather" });
  assert.equal(hint(draft, "finishReason"), "tool_call");
  assert.ok(span.attributes.taken.has("gen_ai.prompt.10.content"));
  assert.deepEqual([draft.provider, draft.session, draft.user], ["openai", "sess-1", "user-42"]);
  assert.deepEqual({ ...draft.usage }, { input: 97, output: 20, cacheRead: 0, cacheWrite: 0, reasoning: 0 });
});

test("a decorated function's kind stands in the attribute, its name without the kind", () => {
  const { draft } = mapSketch({
    name: "planner.agent",
    attributes: { "traceloop.span.kind": "agent", "traceloop.entity.name": "planner" },
  });
  assert.deepEqual([draft.kind, draft.agent], ["agent", "planner"]);
  const tool = mapSketch({
    name: "search.tool",
    attributes: {
      "traceloop.span.kind": "tool",
      "traceloop.entity.name": "search",
      "traceloop.entity.input": '{"args": [], "kwargs": {"q": "x"}}',
      "traceloop.entity.output": '{"isError": true, "content": [{"type": "text", "text": "no"}]}',
    },
  });
  assert.deepEqual(lines(tool.draft.input), ['assistant tool_call: {"q":"x"}']);
  assert.equal(tool.draft.status, "error");
});

test("a LangGraph Command tells from which node to which control went", () => {
  const { draft } = mapSketch({
    name: "execute_task router",
    attributes: {
      "gen_ai.operation.name": "execute_task",
      "langgraph.command.source_node": "router",
      "langgraph.command.goto_node": "writer",
    },
  });
  assert.equal(draft.kind, "task");
  assert.deepEqual(
    [hint(draft, "from"), hint(draft, "to"), hint(draft, "messageKind")],
    ["router", "writer", "handoff"],
  );
});
