// Retrieval: the query that was asked and the documents that were found.

import type { AttributeKey } from "../../model/attribute-keys.ts";
import type { ContentPart, Json, SpanDraft } from "../../model/draft.ts";
import type { AttributeReader, AttributeValue } from "../../model/foreign-span.ts";
import { firstOf } from "./message-parts.ts";
import { PartList } from "./part-list.ts";
import { BOUNDS, isEmpty, isList, isObject, type JsonObject, parseMaybeJson, readValue, textOf } from "./values.ts";

const CONTENT_KEYS = ["pageContent", "page_content", "content", "text", "document"];
const META_KEYS: readonly (readonly [meta: string, keys: readonly string[]])[] = [
  ["id", ["id", "document_id"]],
  ["score", ["score", "similarity", "relevance_score"]],
  ["metadata", ["metadata"]],
];
const LIST_KEYS = ["documents", "docs", "outputs", "results"];

/** The list of documents that a value is or wraps; undefined when it is none. */
export function documentList(value: Json | undefined): readonly Json[] | undefined {
  if (isList(value)) return value;
  if (!isObject(value)) return undefined;
  const inner = firstOf(value, LIST_KEYS);
  return isList(inner) ? inner : undefined;
}

/** Whether a value is a list of what LangChain calls documents. */
export function looksLikeDocuments(value: Json | undefined): boolean {
  if (!isList(value) || value.length === 0) return false;
  return value.every((item) => isObject(item) && (item["pageContent"] ?? item["page_content"]) !== undefined);
}

export function documentsOf(documents: readonly Json[]): readonly ContentPart[] {
  const list = new PartList();
  list.begin("");
  for (const item of documents.slice(0, BOUNDS.listItems)) {
    const document = typeof item === "string" ? (parseMaybeJson(item) ?? item) : item;
    if (isObject(document)) addDocument(document, list);
    else list.add("document", textOf(document));
  }
  return list.parts;
}

function addDocument(document: JsonObject, list: PartList): void {
  const meta: { [key: string]: Json } = {};
  for (const [name, keys] of META_KEYS) {
    const value = firstOf(document, keys);
    const json = typeof value === "string" && name === "metadata" ? (parseMaybeJson(value) ?? value) : value;
    if (!isEmpty(json)) meta[name] = json as Json;
  }
  const body = textOf(firstOf(document, CONTENT_KEYS));
  if (body === "" && isEmpty(meta)) list.addJson(document);
  else list.add("document", body, isEmpty(meta) ? undefined : meta);
}

/** Reads the query of a retrieval into an input that is still empty. */
export function takeQuery(attributes: AttributeReader, key: AttributeKey, draft: SpanDraft): boolean {
  const query = attributes.text(key);
  if (query === "" || draft.input.length > 0) return false;
  draft.input = [{ role: "user", type: "text", body: query }];
  attributes.take(key);
  return true;
}

/** Reads found documents into an output that is still empty. Known fields only: the attribute itself is not taken. */
export function takeDocuments(attributes: AttributeReader, key: AttributeKey, draft: SpanDraft): boolean {
  const value = attributes.value(key);
  return value !== undefined && setDocuments(value, draft);
}

export function setDocuments(value: AttributeValue, draft: SpanDraft): boolean {
  if (draft.output.length > 0) return false;
  const documents = documentList(readValue(value));
  if (documents === undefined || documents.length === 0) return false;
  draft.output = documentsOf(documents);
  return draft.output.length > 0;
}
