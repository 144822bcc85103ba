// Token counts. Emitters disagree on two things: the names, and whether the input includes what was read from or
// written to a cache (and the output what was spent on reasoning). Ours include both.

import { type AttributeKey, attributeKeys } from "../../model/attribute-keys.ts";
import type { Json, SpanDraft, TokenUsage } from "../../model/draft.ts";
import type { AttributeReader } from "../../model/foreign-span.ts";
import { isObject, type JsonObject, numberOf } from "./values.ts";

/** Attribute names by token class, the ones to be preferred first. */
export interface UsageKeys {
  readonly input: readonly AttributeKey[];
  readonly output: readonly AttributeKey[];
  readonly cacheRead: readonly AttributeKey[];
  readonly cacheWrite: readonly AttributeKey[];
  readonly reasoning: readonly AttributeKey[];
}

type UsageClass = keyof TokenUsage;
const CLASSES: readonly UsageClass[] = ["input", "output", "cacheRead", "cacheWrite", "reasoning"];

export function usageKeys(names: Readonly<Record<UsageClass, readonly string[]>>): UsageKeys {
  return {
    input: attributeKeys(...names.input),
    output: attributeKeys(...names.output),
    cacheRead: attributeKeys(...names.cacheRead),
    cacheWrite: attributeKeys(...names.cacheWrite),
    reasoning: attributeKeys(...names.reasoning),
  };
}

const TOKENS_MAX = 2 ** 32 - 1;

function tokens(count: number | undefined): number {
  if (count === undefined || !(count > 0)) return 0;
  return Math.min(Math.round(count), TOKENS_MAX);
}

function firstNumber(attributes: AttributeReader, keys: readonly AttributeKey[]): number | undefined {
  for (const key of keys) {
    const number = attributes.number(key);
    if (number !== undefined) return number;
  }
  return undefined;
}

/**
 * Reads the counts that the span states, unless the draft has some. `exclusive` says that the emitter's input leaves
 * cached tokens out, and its output reasoning.
 */
export function readUsage(attributes: AttributeReader, keys: UsageKeys, draft: SpanDraft, exclusive = false): void {
  if (draft.hasUsage) return;
  const input = firstNumber(attributes, keys.input);
  const output = firstNumber(attributes, keys.output);
  if (input === undefined && output === undefined) return;
  const usage = draft.usage;
  usage.input = tokens(input);
  usage.output = tokens(output);
  for (const key of CLASSES)
    if (key !== "input" && key !== "output") usage[key] = tokens(firstNumber(attributes, keys[key]));
  draft.hasUsage = true;
  includeAll(usage, exclusive, exclusive);
}

/**
 * Makes the counts inclusive. Parts that are greater than their whole show that the whole leaves them out, whatever
 * the table of dialects says.
 */
export function includeAll(usage: TokenUsage, inputExclusive: boolean, outputExclusive: boolean): void {
  const cached = usage.cacheRead + usage.cacheWrite;
  if (inputExclusive || cached > usage.input) usage.input = tokens(usage.input + cached);
  if (outputExclusive || usage.reasoning > usage.output) usage.output = tokens(usage.output + usage.reasoning);
}

// Usage as one JSON object, as providers and frameworks return it.

const OBJECT_KEYS: Readonly<Record<UsageClass, readonly string[]>> = {
  input: [
    "input_tokens",
    "prompt_tokens",
    "inputTokens",
    "promptTokens",
    "promptTokenCount",
    "prompt_token_count",
    "input",
  ],
  output: [
    ...["output_tokens", "completion_tokens", "outputTokens", "completionTokens", "candidatesTokenCount"],
    ...["candidates_token_count", "output"],
  ],
  cacheRead: [
    ...["cache_read_input_tokens", "cachedInputTokens", "cacheReadTokens", "cachedContentTokenCount", "cached_tokens"],
    ...["cached_content_token_count", "input_cached_tokens", "input_cache_read", "cache_read", "cachedContentTokens"],
  ],
  cacheWrite: [
    ...["cache_creation_input_tokens", "cacheWriteTokens", "cache_write_input_tokens", "input_cache_creation"],
    ...["cache_creation", "cache_write"],
  ],
  reasoning: [
    ...["reasoning_tokens", "reasoningTokens", "output_reasoning_tokens", "output_reasoning", "thoughtsTokenCount"],
    ...["thoughts_token_count", "thoughtsTokens", "reasoning"],
  ],
};
const DETAIL_KEYS = [
  ...["input_token_details", "input_tokens_details", "prompt_tokens_details", "inputTokenDetails"],
  ...["output_token_details", "output_tokens_details", "completion_tokens_details", "outputTokenDetails"],
];
const TOTAL_KEYS = ["total_tokens", "totalTokens", "totalTokenCount", "total_token_count", "total"];

function firstIn(object: JsonObject, names: readonly string[]): number | undefined {
  for (const name of names) {
    const number = numberOf(object[name]);
    if (number !== undefined) return number;
  }
  return undefined;
}

function countIn(object: JsonObject, names: readonly string[]): number {
  const direct = firstIn(object, names);
  if (direct !== undefined) return tokens(direct);
  for (const key of DETAIL_KEYS) {
    const details = object[key];
    const inner = isObject(details) ? firstIn(details, names) : undefined;
    if (inner !== undefined) return tokens(inner);
  }
  return 0;
}

/** How an object's total tells whether its parts are included in input and output. */
export interface UsageHabit {
  /** What to assume when the total does not tell. */
  readonly inputExclusive: boolean;
  readonly outputExclusive: boolean;
}

/**
 * Reads a usage object into the draft, unless it has counts. Whether parts are included is told by the total where it
 * fits only one reading, else by the emitter's habit.
 */
export function readUsageObject(value: Json | undefined, habit: UsageHabit, draft: SpanDraft): void {
  if (draft.hasUsage || !isObject(value)) return;
  const input = firstIn(value, OBJECT_KEYS.input);
  const output = firstIn(value, OBJECT_KEYS.output);
  if (input === undefined && output === undefined) return;
  const usage = draft.usage;
  usage.input = tokens(input);
  usage.output = tokens(output);
  usage.cacheRead = countIn(value, OBJECT_KEYS.cacheRead);
  usage.cacheWrite = countIn(value, OBJECT_KEYS.cacheWrite) + splitCacheWrites(value);
  usage.reasoning = countIn(value, OBJECT_KEYS.reasoning);
  draft.hasUsage = true;
  const told = tellByTotal(usage, firstIn(value, TOTAL_KEYS));
  includeAll(usage, told?.inputExclusive ?? habit.inputExclusive, told?.outputExclusive ?? habit.outputExclusive);
}

/** Langfuse counts writes by the life of the cache entry. */
function splitCacheWrites(object: JsonObject): number {
  return tokens(firstIn(object, ["input_cache_creation_5m"])) + tokens(firstIn(object, ["input_cache_creation_1h"]));
}

function tellByTotal(usage: TokenUsage, total: number | undefined): UsageHabit | undefined {
  if (total === undefined) return undefined;
  const sum = usage.input + usage.output;
  const cached = usage.cacheRead + usage.cacheWrite;
  if (cached === 0 && usage.reasoning === 0) return undefined;
  if (sum === total) return { inputExclusive: false, outputExclusive: false };
  if (sum + cached + usage.reasoning === total) return { inputExclusive: true, outputExclusive: true };
  if (sum + cached === total) return { inputExclusive: true, outputExclusive: false };
  if (sum + usage.reasoning === total) return { inputExclusive: false, outputExclusive: true };
  return undefined;
}
