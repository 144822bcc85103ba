import { strict as assert } from "node:assert";
import { test } from "node:test";
import { first, hint, mapCapture, mapSketch } from "../../test/dialects/mapped-capture.ts";

const LATEST = "reconstructed/semconv-genai-latest-transfer-workflow-eval.otlp.json";

test("a call is a tool for the client and a step for the server", () => {
  const attributes = { "mcp.method.name": "tools/call", "gen_ai.tool.name": "grep" };
  const client = mapSketch({ name: "tools/call grep", otelKind: 3, attributes });
  const server = mapSketch({ name: "tools/call grep", otelKind: 2, attributes });
  assert.deepEqual([client.dialect, client.draft.kind, client.draft.tool], ["mcp", "tool", "grep"]);
  assert.equal(hint(client.draft, "toolType"), "mcp");
  assert.equal(server.draft.kind, "step");
});

test("an error type is a failure, listing and handshakes are hidden", () => {
  const { draft } = first(mapCapture(LATEST), "tools/call get_weather");
  assert.deepEqual([draft.kind, draft.status, draft.errorType], ["tool", "error", "-32603"]);
  assert.equal(draft.statusMessage, "upstream timeout");
  const swallowed = mapSketch({ attributes: { "mcp.method.name": "tools/call", "error.type": "tool_error" } });
  assert.equal(swallowed.draft.status, "error");
  assert.ok(mapSketch({ attributes: { "mcp.method.name": "tools/list" } }).draft.is("hidden"));
  assert.equal(mapSketch({ attributes: { "mcp.method.name": "resources/read" } }).draft.kind, "retrieval");
});
