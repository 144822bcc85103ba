import { strict as assert } from "node:assert";
import { test } from "node:test";
import { agentsOf, countedTokens, first, hint, kindCounts, mapCapture } from "../../test/dialects/mapped-capture.ts";

const SAMPLE = "reconstructed/microsoft-agent-framework-workflow.otlp.json";

test("executors are steps that carry their id, edge groups are hidden", () => {
  const spans = mapCapture(SAMPLE);
  assert.ok(spans.every(({ dialect }) => dialect === "ms-agent-framework"));
  assert.deepEqual(kindCounts(spans), { run: 1, step: 2, agent: 2, llm: 2, message: 1, other: 1, tool: 1 });
  assert.equal(hint(first(spans, "executor.process writer").draft, "graphNode"), "writer");
  assert.ok(first(spans, "edge_group.process SingleEdgeGroup").draft.is("hidden"));
  assert.deepEqual(agentsOf(spans), ["Reviewer", "Writer"]);
  assert.equal(hint(first(spans, "workflow.run").draft, "runName"), "content_pipeline");
});

test("a message goes from executor to executor", () => {
  const { draft } = first(mapCapture(SAMPLE), "message.send");
  assert.deepEqual(
    [hint(draft, "from"), hint(draft, "to"), hint(draft, "messageKind"), hint(draft, "evidence")],
    ["writer", "reviewer", "send", "M8"],
  );
});

test("the framework is no provider, and an agent's usage is its calls'", () => {
  const spans = mapCapture(SAMPLE);
  assert.equal(first(spans, "invoke_agent Writer").draft.provider, "");
  assert.deepEqual(countedTokens(spans), { input: 150, output: 35 });
});

test("a handoff tool names the executor that goes on", () => {
  const { draft } = first(mapCapture(SAMPLE), "execute_tool handoff_to_writer");
  assert.equal(hint(draft, "target"), "writer");
  assert.equal(hint(draft, "messageKind"), "handoff");
});
