// What a model call cost, in nano-USD and per class of token. The price comes from the override table when it has the
// model, else from genai-prices; it is looked up once an hour of calls and model, because that takes 14 µs.
//
// A tiered price is chosen by the size of the whole input and holds for all tokens of its class (so do the providers).

import { calcPrice, type ModelPrice, type TieredPrices } from "@pydantic/genai-prices";
import { type Static, Type } from "typebox";
import type { TokenUsage } from "../model/draft.ts";

/** A row of the override table: USD per million tokens. The first row that matches is taken. */
export const PriceOverride = Type.Object({
  model: Type.String({ description: "A model's name, or a regular expression between slashes: `/^llama-/`" }),
  provider: Type.Optional(Type.String()),
  from: Type.Optional(Type.String({ description: "Valid for calls from this RFC 3339 time on" })),
  input: Type.Number({ minimum: 0 }),
  output: Type.Number({ minimum: 0 }),
  cacheRead: Type.Optional(Type.Number({ minimum: 0, description: "As `input` when absent" })),
  cacheWrite: Type.Optional(Type.Number({ minimum: 0, description: "As `input` when absent" })),
});
export type PriceOverride = Static<typeof PriceOverride>;

/** A call's cost in nano-USD: the whole, and its parts in the order of the column `cost_parts`. */
export interface CallCost {
  readonly nano: number;
  readonly parts: readonly [input: number, cacheRead: number, cacheWrite: number, output: number, reasoning: number];
  /** `reported`, `custom`, or the price table and its version. */
  readonly source: string;
}

export const PRICE_TABLE = "genai-prices@0.1.8";

const NANO_PER_USD = 1e9;
const HOUR_MS = 3_600_000;
const CACHED_MODELS_MAX = 4096;

interface Price {
  /** USD per million tokens: plain, or by the size of the input. */
  readonly input: Rate;
  readonly cacheRead: Rate;
  readonly cacheWrite: Rate;
  readonly output: Rate;
  readonly source: string;
}
type Rate = number | TieredPrices;

interface CachedPrice {
  readonly hour: number;
  readonly price: Price | undefined;
}

/** OpenTelemetry's provider names where genai-prices has another or none. */
const PROVIDER_IDS: Readonly<Record<string, string>> = { x_ai: "x-ai", "azure.ai.openai": "azure" };

export class Pricing {
  readonly #overrides: readonly CompiledOverride[];
  readonly #cache = new Map<string, CachedPrice>();

  constructor(overrides: readonly PriceOverride[] = []) {
    this.#overrides = overrides.map(compile);
  }

  /** How many rows of the operator's own go before the table. */
  get overrideCount(): number {
    return this.#overrides.length;
  }

  /** The cost of a call at a time, or undefined when nobody knows the model's price. */
  cost(provider: string, model: string, usage: TokenUsage, atMs: number): CallCost | undefined {
    const price = this.#price(provider, model, atMs);
    if (price === undefined) return undefined;
    // A source that contradicts itself (more cached tokens than tokens) must not yield negative money.
    const cacheRead = Math.min(usage.cacheRead, usage.input);
    const cacheWrite = Math.min(usage.cacheWrite, usage.input - cacheRead);
    const reasoning = Math.min(usage.reasoning, usage.output);
    const nano = (tokens: number, rate: Rate) => Math.round(tokens * rateFor(rate, usage.input) * (NANO_PER_USD / 1e6));
    const parts = [
      nano(usage.input - cacheRead - cacheWrite, price.input),
      nano(cacheRead, price.cacheRead),
      nano(cacheWrite, price.cacheWrite),
      nano(usage.output - reasoning, price.output),
      nano(reasoning, price.output),
    ] as const;
    return { nano: parts[0] + parts[1] + parts[2] + parts[3] + parts[4], parts, source: price.source };
  }

  #price(provider: string, model: string, atMs: number): Price | undefined {
    const key = `${provider}|${model}`;
    const hour = Math.floor(atMs / HOUR_MS);
    const cached = this.#cache.get(key);
    if (cached?.hour === hour) return cached.price;
    const price = this.#override(provider, model, atMs) ?? tablePrice(provider, model, atMs);
    if (this.#cache.size >= CACHED_MODELS_MAX) this.#cache.clear();
    this.#cache.set(key, { hour, price });
    return price;
  }

  #override(provider: string, model: string, atMs: number): Price | undefined {
    const row = this.#overrides.find(
      (one) => (one.provider === undefined || one.provider === provider) && one.fromMs <= atMs && one.matches(model),
    );
    return row?.price;
  }
}

/** The cost that a source states itself. */
export function reportedCost(usd: number): CallCost {
  const nano = Math.max(0, Math.round(usd * NANO_PER_USD));
  return { nano, parts: [0, 0, 0, 0, 0], source: "reported" };
}

interface CompiledOverride {
  readonly provider: string | undefined;
  readonly fromMs: number;
  matches(model: string): boolean;
  readonly price: Price;
}

function compile(row: PriceOverride): CompiledOverride {
  const pattern = /^\/(.*)\/$/.exec(row.model);
  const expression = pattern === null ? undefined : new RegExp(pattern[1] as string);
  return {
    provider: row.provider,
    fromMs: row.from === undefined ? 0 : Date.parse(row.from),
    matches: (model) => (expression === undefined ? model === row.model : expression.test(model)),
    price: {
      input: row.input,
      cacheRead: row.cacheRead ?? row.input,
      cacheWrite: row.cacheWrite ?? row.input,
      output: row.output,
      source: "custom",
    },
  };
}

function tablePrice(provider: string, model: string, atMs: number): Price | undefined {
  const timestamp = new Date(atMs);
  const usage = { input_tokens: 1 };
  const providerId = PROVIDER_IDS[provider] ?? provider;
  const found =
    (providerId === "" ? null : calcPrice(usage, model, { providerId, timestamp })) ??
    calcPrice(usage, model, { timestamp });
  return found === null ? undefined : priceOf(found.model_price);
}

function priceOf(model: ModelPrice): Price | undefined {
  const input = model["input_mtok"];
  const output = model["output_mtok"];
  if (input === undefined && output === undefined) return undefined;
  return {
    input: input ?? 0,
    cacheRead: model["cache_read_mtok"] ?? input ?? 0,
    cacheWrite: model["cache_write_mtok"] ?? input ?? 0,
    output: output ?? 0,
    source: PRICE_TABLE,
  };
}

function rateFor(rate: Rate, inputTokens: number): number {
  if (typeof rate === "number") return rate;
  let price = rate.base;
  for (const tier of rate.tiers) if (inputTokens > tier.start) price = tier.price;
  return price;
}
