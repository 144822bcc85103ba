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

const CAPTURE = "google-adk-js/multi-agent.otlp.json";

test("names tell the kinds, and merged tool spans are hidden", () => {
  const spans = mapCapture(CAPTURE);
  assert.ok(spans.every(({ dialect }) => dialect === "adk"));
  assert.deepEqual(kindCounts(spans), { run: 4, agent: 9, llm: 9, tool: 4, other: 1 });
  assert.ok(first(spans, "execute_tool (merged)").draft.is("hidden"));
  assert.deepEqual(agentsOf(spans), [
    ...["broken", "coordinator", "fanout", "pipeline", "researcher", "step_a", "step_b", "step_c", "summarizer"],
  ]);
});

test("a call's request and answer are read, and the model that answered", () => {
  const { draft, span } = first(mapCapture(CAPTURE), "call_llm");
  assert.equal(draft.model, "gemini-fake-001");
  assert.equal(draft.provider, "gcp.gemini");
  assert.equal(draft.agent, "coordinator");
  assert.equal(draft.session, "5acf4c10-13dd-491f-a123-b543cbe10827");
  assert.equal(draft.input[0]?.type, "json", "tools and settings of the request");
  assert.equal(draft.input[1]?.role, "system");
  assert.deepEqual(lines(draft.input.slice(2)), ["user text: weather?"]);
  assert.deepEqual(lines(draft.output), ['assistant tool_call: {"agentName":"researcher","agent_name":"researcher"}']);
  assert.deepEqual([...span.attributes.taken].sort(), [
    "gcp.vertex.agent.llm_request",
    "gcp.vertex.agent.llm_response",
  ]);
});

test("thoughts are added to the output unless the total shows that they are in it", () => {
  const spans = mapCapture(CAPTURE);
  assert.deepEqual(countedTokens(spans), { input: 308, output: 48 });
  const thinking = named(spans, "call_llm").find(({ draft }) => draft.usage.reasoning > 0)?.draft;
  assert.deepEqual({ ...thinking?.usage }, { input: 60, output: 15, cacheRead: 5, cacheWrite: 0, reasoning: 3 });
  const apart = mapSketch({
    name: "call_llm",
    scope: "gcp.vertex.agent",
    attributes: {
      "gen_ai.request.model": "gemini-3-pro",
      "gcp.vertex.agent.llm_response": JSON.stringify({
        usage_metadata: {
          prompt_token_count: 10,
          candidates_token_count: 4,
          thoughts_token_count: 6,
          total_token_count: 20,
        },
      }),
    },
  });
  assert.deepEqual({ ...apart.draft.usage }, { input: 10, output: 10, cacheRead: 0, cacheWrite: 0, reasoning: 6 });
});

test("failed calls and tools write no attributes at all", () => {
  assert.deepEqual(failures(mapCapture(CAPTURE)), ["execute_tool failing_tool: ", "call_llm: "]);
  assert.equal(first(mapCapture(CAPTURE), "execute_tool failing_tool").draft.tool, "failing_tool");
});

test("control goes over by transfer_to_agent, work by an agent tool", () => {
  const spans = mapCapture(CAPTURE);
  const transfer = first(spans, "execute_tool transfer_to_agent").draft;
  assert.equal(hint(transfer, "target"), "researcher");
  assert.equal(hint(transfer, "messageKind"), "handoff");
  const delegation = first(spans, "execute_tool summarizer").draft;
  assert.equal(hint(delegation, "target"), "summarizer");
  assert.equal(hint(delegation, "toolType"), "agent");
  assert.equal(hint(delegation, "messageKind"), "delegate");
});

test("the placeholders of tool spans are no content", () => {
  const { draft, span } = first(mapCapture(CAPTURE), "execute_tool get_weather");
  assert.deepEqual(lines(draft.input), ['assistant tool_call: {"city":"Paris"}']);
  assert.deepEqual(lines(draft.output), ['tool tool_result: {"w":"rainy Paris"}']);
  assert.ok(span.attributes.taken.has("gcp.vertex.agent.llm_request"));
});
