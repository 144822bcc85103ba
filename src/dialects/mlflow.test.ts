import { strict as assert } from "node:assert";
import { test } from "node:test";
import { lines, mapSketch } from "../../test/dialects/mapped-capture.ts";

test("every value is JSON, types in quotes", () => {
  const { dialect, draft } = mapSketch({
    name: "Completions",
    attributes: {
      "mlflow.spanType": '"CHAT_MODEL"',
      "mlflow.spanInputs": '{"messages":[{"role":"user","content":"hi"}],"model":"gpt-4o"}',
      "mlflow.chat.tokenUsage": '{"input_tokens":5,"output_tokens":7,"total_tokens":12}',
      "mlflow.llm.model": '"gpt-4o"',
    },
  });
  assert.equal(dialect, "mlflow");
  assert.deepEqual([draft.kind, draft.model, draft.usage.output], ["llm", "gpt-4o", 7]);
  assert.equal(lines(draft.input)[1], "user text: hi");
});
