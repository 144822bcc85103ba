import { strict as assert } from "node:assert";
import { test } from "node:test";
import { mapSketch } from "../../test/dialects/mapped-capture.ts";

test("Anthropic's own spans are read in OpenTelemetry's words, with the provider that they are of", () => {
  const { dialect, draft } = mapSketch({
    name: "chat claude-sonnet-4-5",
    scope: "com.anthropic.sdk.typescript",
    attributes: {
      "gen_ai.operation.name": "chat",
      "gen_ai.request.model": "claude-sonnet-4-5",
      "gen_ai.response.id": "msg_1",
      "gen_ai.usage.input_tokens": 138,
      "gen_ai.usage.cache_read.input_tokens": 30,
      "gen_ai.usage.cache_write.input_tokens": 7,
      "gen_ai.usage.output_tokens": 21,
    },
  });
  assert.equal(dialect, "anthropic-native");
  assert.equal(draft.provider, "anthropic");
  assert.deepEqual({ ...draft.usage }, { input: 138, output: 21, cacheRead: 30, cacheWrite: 7, reasoning: 0 });
});
