import { strict as assert } from "node:assert";
import { test } from "node:test";
import fc from "fast-check";
import { mapSketch } from "../../../test/dialects/mapped-capture.ts";
import { SpanDraft, type TokenUsage } from "../../model/draft.ts";
import { includeAll, readUsageObject } from "./usage.ts";

const INCLUSIVE = { inputExclusive: false, outputExclusive: false };
const EXCLUSIVE = { inputExclusive: true, outputExclusive: true };

function usageOf(object: Record<string, number | Record<string, number>>, habit = INCLUSIVE): TokenUsage {
  const draft = new SpanDraft();
  readUsageObject(object, habit, draft);
  return { ...draft.usage };
}

test("parts greater than their whole show that the whole leaves them out", () => {
  const usage = { input: 10, output: 5, cacheRead: 30, cacheWrite: 2, reasoning: 9 };
  includeAll(usage, false, false);
  assert.deepEqual(usage, { input: 42, output: 14, cacheRead: 30, cacheWrite: 2, reasoning: 9 });
});

test("the total decides where it fits one reading only", () => {
  assert.equal(usageOf({ input: 40, output: 15, total: 120, input_cached_tokens: 60, output_reasoning: 5 }).input, 100);
  assert.equal(usageOf({ input: 100, output: 20, total: 120, input_cached_tokens: 60 }, EXCLUSIVE).input, 100);
  assert.equal(usageOf({ input: 100, output: 20, total: 999, input_cached_tokens: 60 }, EXCLUSIVE).input, 160);
});

test("the objects of providers are understood", () => {
  assert.deepEqual(
    usageOf({
      prompt_tokens: 10,
      completion_tokens: 5,
      total_tokens: 15,
      prompt_tokens_details: { cached_tokens: 4 },
      completion_tokens_details: { reasoning_tokens: 2 },
    }),
    { input: 10, output: 5, cacheRead: 4, cacheWrite: 0, reasoning: 2 },
  );
  assert.deepEqual(usageOf({ input_tokens: 3, output_tokens: 1, cache_read_input_tokens: 7 }, EXCLUSIVE), {
    input: 10,
    output: 1,
    cacheRead: 7,
    cacheWrite: 0,
    reasoning: 0,
  });
  assert.equal(usageOf({ input: 1, output: 1, input_cache_creation_5m: 2, input_cache_creation_1h: 3 }).cacheWrite, 5);
});

test("numbers in texts count; negative, fractional and huge ones are brought into range", () => {
  const { draft } = mapSketch({
    attributes: {
      "gen_ai.operation.name": "chat",
      "gen_ai.usage.input_tokens": "12",
      "gen_ai.usage.output_tokens": 1e20,
      "gen_ai.usage.reasoning_tokens": -4,
      "gen_ai.usage.cache_read_input_tokens": 2.6,
    },
  });
  assert.deepEqual({ ...draft.usage }, { input: 12, output: 2 ** 32 - 1, cacheRead: 3, cacheWrite: 0, reasoning: 0 });
});

test("a part is never more than its whole", () => {
  const count = fc.nat({ max: 2 ** 32 - 1 });
  fc.assert(
    fc.property(
      count,
      count,
      count,
      count,
      count,
      fc.boolean(),
      (input, output, cacheRead, cacheWrite, reasoning, exclusive) => {
        const usage = { input, output, cacheRead, cacheWrite, reasoning };
        includeAll(usage, exclusive, exclusive);
        assert.ok(usage.input >= Math.min(cacheRead + cacheWrite, 2 ** 32 - 1) && usage.output >= reasoning);
        assert.ok(usage.input < 2 ** 32 && usage.output < 2 ** 32);
      },
    ),
  );
});
