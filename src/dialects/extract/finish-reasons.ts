import type { Json } from "../../model/draft.ts";
import type { AttributeValue } from "../../model/foreign-span.ts";
import { isList, parseMaybeJson, toJson } from "./values.ts";

export type FinishReason = "stop" | "length" | "tool_call" | "content_filter" | "error" | "other";

const SPELLINGS: readonly (readonly [FinishReason, readonly string[]])[] = [
  ["stop", ["stop", "endturn", "stopsequence", "completed", "complete", "finished", "eos", "finishreasonstop"]],
  ["length", ["length", "maxtokens", "maxoutputtokens", "modellength", "incomplete", "modelcontextwindowexceeded"]],
  ["tool_call", ["toolcall", "toolcalls", "tooluse", "functioncall", "functioncalls"]],
  ["content_filter", ["contentfilter", "contentfiltered", "safety", "refusal", "guardrailintervened", "blocked"]],
  ["error", ["error", "failed", "malformedfunctioncall"]],
];
const REASONS: ReadonlyMap<string, FinishReason> = new Map(
  SPELLINGS.flatMap(([reason, words]) => words.map((word) => [word, reason] as const)),
);
const WORD_LENGTH_MAX = 64;

/** A provider's word for why a model stopped, in ours; undefined when there is none. */
export function finishReasonOf(word: string): FinishReason | undefined {
  if (word === "" || word.length > WORD_LENGTH_MAX) return undefined;
  return REASONS.get(word) ?? REASONS.get(word.toLowerCase().replaceAll(/[-_ ]/g, "")) ?? "other";
}

/** The reason in an attribute that holds one word, a list of words, or such a list as JSON. */
export function finishReasonIn(value: AttributeValue | undefined): FinishReason | undefined {
  if (value === undefined) return undefined;
  let json: Json = toJson(value);
  if (typeof json === "string") json = parseMaybeJson(json) ?? json;
  const last = isList(json) ? json[json.length - 1] : json;
  return typeof last === "string" ? finishReasonOf(last) : undefined;
}
