// Tables of which attributes hold which fact, the ones to be preferred first, and the functions that apply them.

import { type AttributeKey, attributeKeys } from "../../model/attribute-keys.ts";
import type { Hint, SpanDraft } from "../../model/draft.ts";
import type { AttributeReader } from "../../model/foreign-span.ts";
import { isList, parseMaybeJson, toJson } from "./values.ts";

export type TextField =
  | "agent"
  | "agentInstance"
  | "model"
  | "provider"
  | "tool"
  | "toolCallId"
  | "responseId"
  | "session"
  | "user";

export type FieldTable = readonly (readonly [field: TextField, keys: readonly AttributeKey[]])[];
export type HintTable = readonly (readonly [hint: Hint, keys: readonly AttributeKey[]])[];

export function fieldTable(names: { readonly [F in TextField]?: readonly string[] }): FieldTable {
  return Object.entries(names).map(([field, list]) => [field as TextField, attributeKeys(...list)] as const);
}

export function hintTable(names: { readonly [H in Hint]?: readonly string[] }): HintTable {
  return Object.entries(names).map(([hint, list]) => [hint as Hint, attributeKeys(...list)] as const);
}

/** What emitters write where they know nothing. */
const PLACEHOLDERS = new Set(["<not specified>", "<not serializable>", "N/A", "None", "null", "undefined"]);

export function isPlaceholder(text: string): boolean {
  return PLACEHOLDERS.has(text);
}

/** The first text that says something, or "". */
export function firstText(attributes: AttributeReader, keys: readonly AttributeKey[]): string {
  for (const key of keys) {
    const text = attributes.text(key);
    if (text !== "" && !PLACEHOLDERS.has(text)) return text;
  }
  return "";
}

/** Fills the fields that are still empty. */
export function fillFields(attributes: AttributeReader, table: FieldTable, draft: SpanDraft): void {
  for (const [field, keys] of table) {
    if (draft[field] === "") draft[field] = firstText(attributes, keys);
  }
}

/** Fills the hints that are still open. */
export function fillHints(attributes: AttributeReader, table: HintTable, draft: SpanDraft): void {
  for (const [hint, keys] of table) {
    if (draft.hinted(hint) === undefined) draft.hint(hint, firstText(attributes, keys));
  }
}

const TAGS_MAX = 64;

/** Adds tags from a list, a list as JSON, or a text with commas. */
export function addTags(attributes: AttributeReader, key: AttributeKey, draft: SpanDraft): void {
  const value = attributes.value(key);
  if (value === undefined) return;
  const json = toJson(value);
  const list = typeof json === "string" ? (parseMaybeJson(json) ?? json.split(",")) : json;
  if (!isList(list)) return;
  for (const item of list) {
    const tag = typeof item === "string" ? item.trim() : "";
    if (tag !== "" && draft.tags.length < TAGS_MAX && !draft.tags.includes(tag)) draft.tags.push(tag);
  }
}

/** The milliseconds from the span's start to a later instant, as a hint's text; undefined when it is no such instant. */
export function millisecondsAfter(startNs: bigint, instantNs: bigint | undefined): string | undefined {
  if (instantNs === undefined || instantNs < startNs) return undefined;
  return String(Number(instantNs - startNs) / 1e6);
}
