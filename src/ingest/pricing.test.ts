import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { calcPrice } from "@pydantic/genai-prices";
import fc from "fast-check";
import { PRICE_TABLE, Pricing, reportedCost } from "./pricing.ts";

const AT = Date.UTC(2026, 10, 22, 12);

const usage = (input: number, output: number, cacheRead = 0, cacheWrite = 0, reasoning = 0) => ({
  input,
  output,
  cacheRead,
  cacheWrite,
  reasoning,
});

test("a call costs what genai-prices says, for any usage of every priced kind of model", () => {
  const models = [
    ["openai", "gpt-4o"],
    ["", "claude-sonnet-4-5"],
    ["", "gemini-3-pro-preview"],
    ["", "deepseek-chat"],
    ["openai", "text-embedding-3-small"],
  ] as const;
  const counts = fc.tuple(fc.nat(400_000), fc.nat(50_000), fc.nat(50_000), fc.nat(50_000));
  fc.assert(
    fc.property(fc.constantFrom(...models), counts, ([providerId, model], [fresh, cacheRead, cacheWrite, output]) => {
      const tokens = usage(fresh + cacheRead + cacheWrite, output, cacheRead, cacheWrite, Math.floor(output / 3));
      const ours = new Pricing().cost(providerId, model, tokens, AT);
      const theirs = calcPrice(
        {
          input_tokens: tokens.input,
          cache_read_tokens: cacheRead,
          cache_write_tokens: cacheWrite,
          output_tokens: output,
        },
        model,
        { timestamp: new Date(AT), ...(providerId === "" ? {} : { providerId }) },
      );
      assert.ok(theirs !== null && ours !== undefined, model);
      assert.ok(Math.abs(ours.nano / 1e9 - theirs.total_price) <= 1e-8, `${model}: ${ours.nano} ${theirs.total_price}`);
      assert.equal(
        ours.parts.reduce((a, b) => a + b),
        ours.nano,
      );
    }),
  );
});

test("an unknown model has no cost", () => {
  assert.equal(new Pricing().cost("mock", "mock-large", usage(10, 10), AT), undefined);
});

test("five embedding tokens cost more than nothing", () => {
  assert.equal(new Pricing().cost("openai", "text-embedding-3-small", usage(5, 0), AT)?.nano, 100);
});

test("the override table wins over the price table, from its date on", () => {
  const pricing = new Pricing([
    { model: "/^mock-/", input: 1, output: 2, cacheRead: 0.5, from: "2026-01-01T00:00:00Z" },
    { model: "gpt-4o", provider: "azure", input: 10, output: 20 },
  ]);
  const mock = pricing.cost("mock", "mock-large", usage(1000, 100, 400), AT);
  assert.deepEqual(mock?.parts, [600_000, 200_000, 0, 200_000, 0]);
  assert.equal(mock?.source, "custom");
  assert.equal(pricing.cost("mock", "mock-large", usage(1, 1), Date.UTC(2025, 1, 1)), undefined);
  assert.equal(pricing.cost("azure", "gpt-4o", usage(1_000_000, 0), AT)?.nano, 10e9);
  assert.equal(pricing.cost("openai", "gpt-4o", usage(1_000_000, 0), AT)?.source, PRICE_TABLE);
});

test("a reported cost is taken as it is", () => {
  assert.deepEqual(reportedCost(0.00123), { nano: 1_230_000, parts: [0, 0, 0, 0, 0], source: "reported" });
});

test("the named version of the price table is the installed one", () => {
  const manifest = new URL("../../node_modules/@pydantic/genai-prices/package.json", import.meta.url);
  const { version } = JSON.parse(readFileSync(manifest, "utf8")) as { version: string };
  assert.equal(PRICE_TABLE, `genai-prices@${version}`);
});
