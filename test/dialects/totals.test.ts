// The tokens of every capture against the ground truth of the scripts that made it.

import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { countedTokens, mapCapture } from "./mapped-capture.ts";

interface Expected {
  readonly spans: number;
  readonly truth: { readonly llmInputTokensInclusive: number; readonly llmOutputTokens: number };
}

const EXPECTED = JSON.parse(
  readFileSync(new URL("../fixtures/EXPECTED-TOTALS.json", import.meta.url), "utf8"),
) as Readonly<Record<string, Expected>>;

/** Captures whose truth needs more than one span at a time, with the reason. */
const NEEDS_THE_TRACE: Readonly<Record<string, string>> = {};

for (const [capture, { spans, truth }] of Object.entries(EXPECTED)) {
  test(`${capture}: the calls that count add up to the truth`, { skip: NEEDS_THE_TRACE[capture] ?? false }, () => {
    const mapped = mapCapture(capture);
    assert.equal(mapped.length, spans);
    assert.deepEqual(countedTokens(mapped), {
      input: truth.llmInputTokensInclusive,
      output: truth.llmOutputTokens,
    });
  });
}

test("a span that repeats its children's usage says so", () => {
  for (const capture of Object.keys(EXPECTED)) {
    for (const { span, draft } of mapCapture(capture)) {
      const repeats = draft.hasUsage && draft.kind !== "llm";
      assert.equal(draft.is("usageRepeated"), repeats, `${capture}: ${span.name}`);
    }
  }
});
