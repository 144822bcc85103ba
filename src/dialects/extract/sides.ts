// What went into a span and what came out of it: attributes become message parts, and are taken when the parts say all
// of it.

import type { AttributeKey } from "../../model/attribute-keys.ts";
import type { ContentPart, Json, SpanDraft } from "../../model/draft.ts";
import type { AttributeReader, AttributeValue } from "../../model/foreign-span.ts";
import type { SpanKind } from "../../model/vocabulary.ts";
import { isPlaceholder } from "./fields.ts";
import { argumentsText } from "./message-parts.ts";
import { messagesOf } from "./messages.ts";
import { PartList } from "./part-list.ts";
import { readToolResult } from "./tool-results.ts";
import { jsonText, readValue } from "./values.ts";

export type Side = "input" | "output";

/** Who speaks on a side of a span where nothing says so; steps pass on what was said by somebody. */
export function speakerOf(kind: SpanKind, side: Side): string {
  if (kind === "run" || kind === "agent" || kind === "llm" || kind === "task") {
    return side === "input" ? "user" : "assistant";
  }
  return "";
}

/** Reads an attribute as messages into a side that is still empty. Says whether it did. */
export function takeMessages(
  attributes: AttributeReader,
  key: AttributeKey,
  side: Side,
  draft: SpanDraft,
  rolesAreTools = false,
): boolean {
  if (draft[side].length > 0) return false;
  const value = attributes.value(key);
  if (value === undefined || value === "") return false;
  const read = messagesOf(value, speakerOf(draft.kind, side), rolesAreTools);
  if (read.parts.length === 0) return false;
  draft[side] = read.parts;
  if (read.complete) attributes.take(key);
  return true;
}

/** Puts instructions in front of the input, unless it brings some of its own. */
export function takeInstructions(attributes: AttributeReader, key: AttributeKey, draft: SpanDraft): void {
  const value = attributes.value(key);
  if (value === undefined || value === "") return;
  const read = messagesOf(value, "system");
  if (read.parts.length === 0) return;
  if (draft.input.some((part) => part.role === "system")) {
    if (read.complete && read.parts.every((part) => hasPart(draft.input, part))) attributes.take(key);
    return;
  }
  draft.input = [...read.parts, ...draft.input];
  if (read.complete) attributes.take(key);
}

function hasPart(parts: readonly ContentPart[], wanted: ContentPart): boolean {
  return parts.some((part) => part.type === wanted.type && part.body === wanted.body);
}

/** Reads the arguments of the tool call that a span is: the same part as in the answer of the model that called. */
export function takeArguments(attributes: AttributeReader, key: AttributeKey, draft: SpanDraft): boolean {
  if (draft.input.length > 0) return false;
  const value = attributes.value(key);
  if (value === undefined || value === "" || (typeof value === "string" && isPlaceholder(value))) return false;
  if (setArguments(readValue(value), draft)) attributes.take(key);
  return true;
}

/** Whether a value can be written as JSON: its nesting may be too deep. */
function isWritable(value: Json | undefined): boolean {
  return typeof value !== "object" || jsonText(value) !== "";
}

/** Whether the part says all of it. */
export function setArguments(value: Json | undefined, draft: SpanDraft): boolean {
  const list = new PartList();
  list.addCall(argumentsText(value), draft.toolCallId, draft.tool);
  draft.input = list.parts;
  return isWritable(value);
}

/** Reads what the tool that a span is gave back, and whether it failed. */
export function takeResult(attributes: AttributeReader, key: AttributeKey, draft: SpanDraft): boolean {
  if (draft.output.length > 0) return false;
  const value = attributes.value(key);
  if (value === undefined || value === "" || (typeof value === "string" && isPlaceholder(value))) return false;
  if (setResult(value, draft)) attributes.take(key);
  return true;
}

/** Whether the parts say all of it. */
export function setResult(value: AttributeValue, draft: SpanDraft): boolean {
  const json = readValue(value);
  return json !== undefined && json !== "" && setResultJson(json, draft);
}

export function setResultJson(json: Json, draft: SpanDraft): boolean {
  const outcome = readToolResult(json, draft);
  const list = new PartList();
  list.addResult(outcome.text, draft.toolCallId, draft.tool);
  draft.output = list.parts;
  return outcome.complete && isWritable(json);
}
