import { strict as assert } from "node:assert";
import { test } from "node:test";
import { mapSketch } from "../../test/dialects/mapped-capture.ts";

test("the model call counts, the node around it is a step", () => {
  const request = mapSketch({
    name: "llm_request",
    scope: "livekit-agents",
    attributes: { "gen_ai.request.model": "gpt-4o", "gen_ai.usage.input_tokens": 3, "gen_ai.usage.output_tokens": 4 },
  });
  assert.deepEqual([request.dialect, request.draft.kind, request.draft.usage.input], ["livekit", "llm", 3]);
  assert.equal(mapSketch({ name: "llm_node", scope: "livekit-agents" }).draft.kind, "step");
  const tool = mapSketch({
    name: "function_tool",
    attributes: {
      "lk.function_tool.name": "book",
      "lk.pii.function_tool.arguments": '{"seat":1}',
      "lk.function_tool.is_error": true,
    },
  });
  assert.deepEqual([tool.draft.kind, tool.draft.tool, tool.draft.status], ["tool", "book", "error"]);
});
