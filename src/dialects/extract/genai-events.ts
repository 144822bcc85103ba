// Messages that travel in events: OpenTelemetry's `gen_ai.user.message` and its siblings (semantic conventions up to
// 1.36), `gen_ai.client.inference.operation.details` (from 1.37), as span events or as log records.

import { type AttributeKey, attributeKey } from "../../model/attribute-keys.ts";
import type { ContentPart, Json, SpanDraft } from "../../model/draft.ts";
import type { AttributeReader, ForeignEvent, ForeignSpan } from "../../model/foreign-span.ts";
import { type FinishReason, finishReasonOf } from "./finish-reasons.ts";
import { noteUnread } from "./message-parts.ts";
import { messagesOf, type ReadParts, readSpoken } from "./messages.ts";
import { PartList } from "./part-list.ts";
import { isEmpty, isObject, type JsonObject, onlyText, readValue } from "./values.ts";

export const DETAILS_EVENT = "gen_ai.client.inference.operation.details";
export const CHOICE_EVENT = "gen_ai.choice";
export const TOOL_MESSAGE_EVENT = "gen_ai.tool.message";

const SPEAKER_BY_EVENT: ReadonlyMap<string, string> = new Map([
  ["gen_ai.system.message", "system"],
  ["gen_ai.user.message", "user"],
  ["gen_ai.assistant.message", "assistant"],
  [TOOL_MESSAGE_EVENT, "tool"],
]);

const CONTENT = attributeKey("content");
const MESSAGE = attributeKey("message");
const ID = attributeKey("id");
const NAME = attributeKey("name");
const FINISH_REASON = attributeKey("finish_reason");
const TOOL_CALLS = attributeKey("tool_calls");
const INPUT_MESSAGES = attributeKey("gen_ai.input.messages");
const OUTPUT_MESSAGES = attributeKey("gen_ai.output.messages");
const SYSTEM_INSTRUCTIONS = attributeKey("gen_ai.system_instructions");
const EVENT_PROMPT = attributeKey("gen_ai.prompt");
const EVENT_COMPLETION = attributeKey("gen_ai.completion");

/** A choice: `{index, finish_reason, message: {content, tool_calls}}`, or the fields of the message beside it. */
export function readChoice(body: JsonObject, list: PartList): FinishReason | undefined {
  const inner = body["message"];
  const message = isObject(inner)
    ? inner
    : { content: inner ?? body["content"] ?? null, tool_calls: body["tool_calls"] ?? null };
  readSpoken(message, list, "assistant", "");
  noteUnread(message, list);
  return finishReasonOf(onlyText(body["finish_reason"]));
}

/** The fields of a message event of a span; its content is often JSON in a text. */
function bodyOf(event: ForeignEvent): JsonObject {
  const body: { [key: string]: Json } = {};
  for (const [name, key] of BODY_FIELDS) {
    const value = readValue(event.attributes.value(key));
    if (!isEmpty(value)) body[name] = value as Json;
  }
  return body;
}

const CONTENT_FIELDS = [CONTENT, MESSAGE, TOOL_CALLS];
const BODY_FIELDS: readonly (readonly [name: string, key: AttributeKey])[] = [
  ["content", CONTENT],
  ["message", MESSAGE],
  ["id", ID],
  ["name", NAME],
  ["finish_reason", FINISH_REASON],
  ["tool_calls", TOOL_CALLS],
];

/**
 * Reads a span's message events into sides that are empty. `gen_ai.choice` is output, the others are input. Content
 * that the parts say in full is taken; the event stays, with whatever else it carries.
 */
export function takeEventMessages(span: ForeignSpan, draft: SpanDraft): void {
  if (span.events.length === 0 || (draft.input.length > 0 && draft.output.length > 0)) return;
  const input = new PartList();
  const output = new PartList();
  for (const event of span.events) {
    const list = readEvent(event, input, output, draft);
    if (list?.complete === true) for (const key of CONTENT_FIELDS) event.attributes.take(key);
  }
  if (draft.input.length === 0 && input.parts.length > 0) draft.input = input.parts;
  if (draft.output.length === 0 && output.parts.length > 0) draft.output = output.parts;
}

function readEvent(event: ForeignEvent, input: PartList, output: PartList, draft: SpanDraft): PartList | undefined {
  const speaker = SPEAKER_BY_EVENT.get(event.name);
  if (speaker !== undefined && draft.input.length === 0) {
    input.complete = true;
    readSpoken(bodyOf(event), input, speaker, event.attributes.text(NAME));
    return input;
  }
  if (event.name === CHOICE_EVENT && draft.output.length === 0) {
    output.complete = true;
    const finish = readChoice(bodyOf(event), output);
    if (draft.kind === "llm") draft.hint("finishReason", finish);
    return output;
  }
  if (event.name === DETAILS_EVENT) readDetailsInto(event.attributes, draft);
  else if (event.name === "gen_ai.content.prompt") takeSide(event.attributes, EVENT_PROMPT, "input", "user", draft);
  else if (event.name === "gen_ai.content.completion") {
    takeSide(event.attributes, EVENT_COMPLETION, "output", "assistant", draft);
  }
  return undefined;
}

function readDetailsInto(attributes: AttributeReader, draft: SpanDraft): void {
  const details = readDetails(attributes);
  if (draft.input.length === 0) draft.input = details.input;
  if (draft.output.length === 0) draft.output = details.output;
}

function takeSide(
  attributes: AttributeReader,
  key: AttributeKey,
  side: "input" | "output",
  role: string,
  draft: SpanDraft,
): void {
  if (draft[side].length > 0) return;
  const read = messagesOf(attributes.value(key), role);
  draft[side] = read.parts;
  if (read.complete) attributes.take(key);
}

/** Instructions, input and output of `gen_ai.client.inference.operation.details`. */
export function readDetails(attributes: AttributeReader): {
  readonly input: readonly ContentPart[];
  readonly output: readonly ContentPart[];
} {
  const instructions = taken(attributes, SYSTEM_INSTRUCTIONS, "system");
  const input = taken(attributes, INPUT_MESSAGES, "user");
  const output = taken(attributes, OUTPUT_MESSAGES, "assistant");
  const hasSystem = input.parts.some((part) => part.role === "system");
  return { input: hasSystem ? input.parts : [...instructions.parts, ...input.parts], output: output.parts };
}

function taken(attributes: AttributeReader, key: AttributeKey, role: string): ReadParts {
  const read = messagesOf(attributes.value(key), role);
  if (read.complete) attributes.take(key);
  return read;
}

const CHOICE_KEYS = new Set(["index", "finish_reason", "message", "content", "role", "tool_calls"]);

/** Reads the body of a message log record into parts of the right side. */
export function readMessageLog(
  eventName: string,
  body: JsonObject,
): { readonly side: "input" | "output"; readonly list: PartList; readonly finish?: FinishReason } | undefined {
  const list = new PartList();
  const speaker = SPEAKER_BY_EVENT.get(eventName);
  if (speaker !== undefined) {
    readSpoken(body, list, speaker, onlyText(body["name"]));
    noteUnread(body, list);
    return { side: "input", list };
  }
  if (eventName !== CHOICE_EVENT) return undefined;
  const finish = readChoice(body, list);
  for (const key in body) if (!CHOICE_KEYS.has(key) && !isEmpty(body[key])) list.complete = false;
  return finish === undefined ? { side: "output", list } : { side: "output", list, finish };
}
