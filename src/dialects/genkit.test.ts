import { strict as assert } from "node:assert";
import { test } from "node:test";
import { hint, lines, mapSketch } from "../../test/dialects/mapped-capture.ts";

test("a model's usage stands in its output", () => {
  const { dialect, draft } = mapSketch({
    name: "gemini-2.5-flash",
    scope: "genkit-tracer",
    attributes: {
      "genkit:type": "action",
      "genkit:metadata:subtype": "model",
      "genkit:name": "googleai/gemini-2.5-flash",
      "genkit:input": '{"messages":[{"role":"user","content":[{"text":"hi"}]}]}',
      "genkit:output":
        '{"message":{"role":"model","content":[{"text":"hello"}]},"usage":{"inputTokens":42,"outputTokens":17}}',
      "genkit:state": "success",
    },
  });
  assert.equal(dialect, "genkit");
  assert.deepEqual([draft.kind, draft.model, draft.provider], ["llm", "gemini-2.5-flash", "gcp.gemini"]);
  assert.deepEqual(lines(draft.input), ["user text: hi"]);
  assert.deepEqual(lines(draft.output), ["assistant text: hello"]);
  assert.equal(draft.usage.input, 42);
});

test("a flow is a run, a failed tool a failure", () => {
  const flow = mapSketch({
    hasParent: false,
    attributes: { "genkit:type": "action", "genkit:metadata:subtype": "flow", "genkit:name": "menu" },
  });
  assert.deepEqual([flow.draft.kind, hint(flow.draft, "runName")], ["run", "menu"]);
  const tool = mapSketch({
    attributes: {
      "genkit:type": "action",
      "genkit:metadata:subtype": "tool",
      "genkit:name": "f",
      "genkit:state": "error",
    },
  });
  assert.deepEqual([tool.draft.kind, tool.draft.tool, tool.draft.status], ["tool", "f", "error"]);
});
