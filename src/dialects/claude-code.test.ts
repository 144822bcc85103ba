import { strict as assert } from "node:assert";
import { test } from "node:test";
import {
  countedTokens,
  first,
  hint,
  kindCounts,
  lines,
  mapCapture,
  mapLogs,
  mapSketch,
  named,
} from "../../test/dialects/mapped-capture.ts";

const TRACES = "claude-agent-sdk/subagent.traces.otlp.json";
const LOGS = "claude-agent-sdk/subagent.logs.otlp.json";

test("an interaction is a run of the main agent; executions and waits fold into their tool", () => {
  const spans = mapCapture(TRACES);
  assert.ok(spans.every(({ dialect }) => dialect === "claude-code"));
  assert.deepEqual(kindCounts(spans), { run: 1, llm: 4, other: 4, tool: 2 });
  const root = first(spans, "claude_code.interaction").draft;
  assert.equal(root.agent, "main");
  assert.deepEqual(lines(root.input), ["user text: Please delegate saying hello"]);
  for (const name of ["claude_code.tool.execution", "claude_code.tool.blocked_on_user"]) {
    for (const { draft } of named(spans, name)) {
      assert.ok(draft.is("hidden"));
      assert.equal(hint(draft, "foldIntoParent"), "1");
    }
  }
});

test("a sub-agent has no span: its calls carry its name, its tools its id", () => {
  const spans = mapCapture(TRACES);
  assert.deepEqual(
    named(spans, "claude_code.llm_request").map(({ draft }) => [draft.agent, draft.agentInstance]),
    [
      ["main", ""],
      ["general-purpose", "a50d861a981ed23fa"],
      ["general-purpose", "a50d861a981ed23fa"],
      ["main", ""],
    ],
  );
  const [starts, bash] = named(spans, "claude_code.tool").map(({ draft }) => draft);
  assert.equal(hint(starts as never, "target"), "general-purpose");
  assert.equal(hint(starts as never, "toolType"), "agent");
  assert.equal(starts?.agent, "main");
  assert.deepEqual([bash?.agent, bash?.agentInstance, bash?.tool], ["", "a50d861a981ed23fa", "Bash"]);
});

test("input tokens leave cached ones out; ours include them", () => {
  const spans = mapCapture(TRACES);
  assert.deepEqual(
    { ...first(spans, "claude_code.llm_request").draft.usage },
    {
      input: 138,
      output: 21,
      cacheRead: 30,
      cacheWrite: 7,
      reasoning: 0,
    },
  );
  assert.deepEqual(countedTokens(spans), { input: 558, output: 90 });
});

test("a call has model, request id, first token, attempt and reason to stop", () => {
  const { draft } = first(mapCapture(TRACES), "claude_code.llm_request");
  assert.deepEqual([draft.model, draft.provider, draft.responseId], ["claude-sonnet-4-5", "anthropic", "req_1"]);
  assert.equal(hint(draft, "firstTokenMs"), "18");
  assert.equal(hint(draft, "attempt"), "1");
  assert.equal(hint(draft, "finishReason"), "tool_call");
  assert.equal(draft.session, "7247cddf-cf71-4596-a303-a47cbba1dd0b", "not the sub-agent's conversation");
});

test("a tool's output stands in an event", () => {
  const bash = named(mapCapture(TRACES), "claude_code.tool")[1];
  assert.deepEqual(lines(bash?.draft.output ?? []), ["tool tool_result: hello-from-subagent"]);
});

test("a permission that a person gives is waited for, one from the settings is not", () => {
  const blocked = first(mapCapture(TRACES), "claude_code.tool.blocked_on_user").draft;
  assert.ok(!blocked.is("waitsForHuman"), "this one was decided by the configuration");
  const asked = mapSketch({
    name: "claude_code.tool.blocked_on_user",
    scope: "com.anthropic.claude_code.tracing",
    attributes: { "span.type": "tool.blocked_on_user", decision: "accept", source: "user_temporary" },
  });
  assert.ok(asked.draft.is("waitsForHuman"));
});

test("success=false is a failure", () => {
  const { draft } = mapSketch({
    name: "claude_code.llm_request",
    scope: "com.anthropic.claude_code.tracing",
    attributes: { "span.type": "llm_request", success: false, error: "overloaded" },
  });
  assert.deepEqual([draft.status, draft.statusMessage], ["error", "overloaded"]);
});

test("span.type alone is not Claude's", () => {
  const { dialect, draft } = mapSketch({ name: "GET /", attributes: { "span.type": "web" } });
  assert.equal(dialect, "");
  assert.equal(draft.kind, "other");
});

test("log records are events by their name, and tell which call they are about", () => {
  const logs = mapLogs(LOGS);
  assert.equal(logs.length, 17);
  assert.ok(logs.every(({ dialect }) => dialect === "claude-code"));
  const requests = logs.filter(({ draft }) => draft.type === "api_request").map(({ draft }) => draft);
  assert.deepEqual(
    requests.map(({ about }) => about),
    ["response:req_1", "response:req_2", "response:req_3", "response:req_4"],
  );
  const facts = Object.fromEntries((requests[1]?.facts ?? []).map(({ field, value }) => [field, value]));
  assert.deepEqual(facts, {
    costUsd: "0.0006712500000000001",
    model: "claude-sonnet-4-5",
    tokensInput: "139",
    tokensOutput: "22",
    tokensCacheRead: "30",
    tokensCacheWrite: "7",
    agent: "general-purpose",
  });
});

test("prompts, answers and tool inputs are parts of what they are about", () => {
  const logs = mapLogs(LOGS);
  const of = (type: string) => logs.filter(({ draft }) => draft.type === type);
  const [prompt] = of("user_prompt");
  assert.deepEqual(lines(prompt?.draft.input ?? []), ["user text: Please delegate saying hello"]);
  assert.deepEqual([...(prompt?.log.attributes.taken ?? [])], ["prompt", "prompt_text"]);
  assert.deepEqual(
    of("assistant_response").map(({ draft }) => [draft.about, ...lines(draft.output)]),
    [
      ["response:req_1", "assistant text: Delegating."],
      ["response:req_3", "assistant text: sub-agent says hello"],
      ["response:req_4", "assistant text: All done."],
    ],
  );
  const [bash] = of("tool_result");
  assert.equal(bash?.draft.about, "call:toolu_bash2");
  assert.deepEqual(bash?.draft.input[0]?.meta, { id: "toolu_bash2", name: "Bash" });
});

test("a record about the program is nobody's, one of the conversation is the main agent's", () => {
  const logs = mapLogs(LOGS);
  const agentOf = (type: string) => logs.find(({ draft }) => draft.type === type)?.draft.agent;
  assert.equal(agentOf("plugin_loaded"), "");
  assert.equal(agentOf("user_prompt"), "main");
  assert.equal(agentOf("subagent_completed"), "general-purpose");
});
