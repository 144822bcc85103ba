// One content part of a message, in the spellings of OpenTelemetry, OpenAI (chat and responses), Anthropic, Bedrock,
// Gemini, the AI SDK and MCP. Most name themselves by `type`; Bedrock and Gemini by the key that is there.

import type { Json } from "../../model/draft.ts";
import type { PartList, PartMeta } from "./part-list.ts";
import {
  BOUNDS,
  canonicalText,
  isEmpty,
  isList,
  isObject,
  type JsonObject,
  jsonText,
  onlyText,
  parseMaybeJson,
  textOf,
} from "./values.ts";

/** Keys of messages and parts that carry no content, or whose content the readers below take. */
const KNOWN_KEYS = new Set([
  // read
  ...["role", "name", "type", "content", "contents", "parts", "text", "value", "reasoning", "thinking", "thought"],
  ...["reasoning_content", "refusal", "summary", "json", "input", "args", "arguments", "output", "result", "response"],
  ...["tool_calls", "toolCalls", "function_call", "function", "tool_call_id", "toolCallId", "toolName", "toolUseId"],
  ...["tool_use_id", "tool_name", "call_id", "callId", "functionCall", "functionResponse", "toolUse", "toolResult"],
  ...["function_response", "inlineData", "inline_data", "fileData", "file_data", "reasoningContent", "status"],
  ...["is_error", "isError", "image_url", "image", "source", "mime_type", "mimeType", "mediaType", "media_type"],
  ...["uri", "url", "file", "file_id", "filename", "input_audio", "audio", "data", "document", "modality", "format"],
  // bookkeeping of the emitter or the provider
  ...["id", "index", "finish_reason", "finishReason", "annotations", "logprobs", "phase", "example", "detail"],
  ...["providerOptions", "providerMetadata", "providerData", "provider_metadata", "provider_details", "provider_name"],
  ...["experimental_providerMetadata", "cache_control", "cachePoint", "signature", "thoughtSignature", "caller"],
  ...[
    "usage_metadata",
    "createdAt",
    "created_at",
    "timestamp",
    "builtin",
    "kind",
    "strict",
    "providerExecuted",
    "dynamic",
    "title",
  ],
]);

/** Marks the list incomplete when an object says something that no reader looks at. */
export function noteUnread(object: JsonObject, list: PartList): void {
  if (!list.complete) return;
  for (const key in object) {
    if (!KNOWN_KEYS.has(key) && !isEmpty(object[key])) {
      list.complete = false;
      return;
    }
  }
}

/** The first of some keys that holds something. */
export function firstOf(object: JsonObject, keys: readonly string[]): Json | undefined {
  for (const key of keys) {
    const value = object[key];
    if (value !== undefined && value !== null && value !== "") return value;
  }
  return undefined;
}

const TEXT_KEYS = ["text", "content", "value", "reasoning", "thinking", "refusal"];
const CALL_ID_KEYS = ["toolCallId", "tool_call_id", "toolUseId", "tool_use_id", "call_id", "callId", "id"];
const CALL_NAME_KEYS = ["toolName", "tool_name", "name"];
const ARGUMENT_KEYS = ["arguments", "args", "input"];
const RESULT_KEYS = ["response", "result", "output", "content", "value"];
const MIME_KEYS = ["mime_type", "mimeType", "mediaType", "media_type", "format"];
const DATA_KEYS = [
  "content",
  "data",
  "bytes",
  "image",
  "audio",
  "file_data",
  "fileUri",
  "uri",
  "url",
  "file_id",
  "file",
];

/** The arguments of a call as JSON text in one spelling, whether they come as a value or as text. */
export function argumentsText(value: Json | undefined): string {
  if (value === undefined || value === null || value === "") return "{}";
  const structure = typeof value === "string" ? parseMaybeJson(value) : value;
  return jsonText(typeof structure === "object" ? structure : value) || "{}";
}

/** What a tool answered, as text: wrappers of frameworks taken off, structures as JSON in one spelling. */
export function resultText(value: Json | undefined, depth = 0): string {
  if (typeof value === "string") return canonicalText(value);
  if (value === undefined || value === null) return "";
  if (depth < 4) {
    const inner = unwrapResult(value);
    if (inner !== undefined) return resultText(inner, depth + 1);
  }
  return textOf(value);
}

/** `[{text}]`, `[{json}]`, `{type: "text", text}`, `{type: "json", value}`: what they wrap. */
function unwrapResult(value: Json): Json | undefined {
  if (isList(value)) return value.length === 1 && isObject(value[0]) ? unwrapBlock(value[0]) : joinedTexts(value);
  return isObject(value) ? unwrapTyped(value) : undefined;
}

function unwrapBlock(block: JsonObject): Json | undefined {
  if (typeof block["text"] === "string" && hasOnly(block, "text", "type", "annotations")) return block["text"];
  if (block["json"] !== undefined && hasOnly(block, "json", "type")) return block["json"];
  return unwrapTyped(block);
}

function unwrapTyped(object: JsonObject): Json | undefined {
  if (typeof object["type"] !== "string") return undefined;
  if (!hasOnly(object, "type", "text", "value", "annotations", "providerOptions")) return undefined;
  return object["text"] ?? object["value"];
}

function joinedTexts(list: readonly Json[]): string | undefined {
  let text = "";
  for (const item of list) {
    const inner = isObject(item) ? unwrapBlock(item) : undefined;
    if (typeof inner !== "string") return undefined;
    text += text === "" ? inner : `\n${inner}`;
  }
  return list.length === 0 ? undefined : text;
}

function hasOnly(object: JsonObject, ...keys: readonly string[]): boolean {
  for (const key in object) if (!keys.includes(key)) return false;
  return true;
}

type PartReader = (part: JsonObject, list: PartList) => void;

function readText(part: JsonObject, list: PartList): void {
  list.add("text", textOf(firstOf(part, TEXT_KEYS)));
}

function readReasoning(part: JsonObject, list: PartList): void {
  const summary = part["summary"];
  const text = firstOf(part, TEXT_KEYS) ?? (isList(summary) ? summary : undefined);
  if (!isList(text)) {
    list.add("reasoning", textOf(text));
    return;
  }
  for (const item of text) list.add("reasoning", isObject(item) ? textOf(firstOf(item, TEXT_KEYS)) : textOf(item));
}

/** A call, flat (`{id, name, arguments}`) or in OpenAI's envelope (`{id, function: {name, arguments}}`). */
export function readCall(part: JsonObject, list: PartList): void {
  const inner = isObject(part["function"]) ? part["function"] : part;
  list.addCall(
    argumentsText(firstOf(inner, ARGUMENT_KEYS)),
    onlyText(firstOf(part, CALL_ID_KEYS)),
    onlyText(firstOf(inner, CALL_NAME_KEYS)),
  );
}

function readResult(part: JsonObject, list: PartList): void {
  const body = resultText(firstOf(part, RESULT_KEYS));
  list.addResult(body, onlyText(firstOf(part, CALL_ID_KEYS)), onlyText(firstOf(part, CALL_NAME_KEYS)));
}

function readBlob(part: JsonObject, list: PartList): void {
  const inner = blobOf(part);
  const mime = onlyText(firstOf(inner, MIME_KEYS) ?? firstOf(part, MIME_KEYS));
  const filename = onlyText(inner["filename"] ?? part["filename"]);
  const meta: { [key: string]: Json } = {};
  if (mime !== "") meta["mime_type"] = mime;
  if (filename !== "") meta["filename"] = filename;
  list.add("blob", textOf(firstOf(inner, DATA_KEYS) ?? firstOf(inner, TEXT_KEYS)), meta as PartMeta);
}

/** Pictures, sound and files come in one more envelope: `image_url`, `source`, `input_audio`, `inlineData`, … */
function blobOf(part: JsonObject): JsonObject {
  for (const key of ["image_url", "source", "input_audio", "file", "inlineData", "inline_data", "fileData", "image"]) {
    const inner = part[key];
    if (isObject(inner)) return inner;
    if (typeof inner === "string" && key === "image_url") return { url: inner };
  }
  return part;
}

function readJson(part: JsonObject, list: PartList): void {
  list.addJson(part);
}

const READER_BY_TYPE: ReadonlyMap<string, PartReader> = new Map<string, PartReader>([
  ...["text", "input_text", "output_text", "summary_text", "refusal"].map((t) => [t, readText] as const),
  ...["reasoning", "thinking", "redacted_thinking", "reasoning_text"].map((t) => [t, readReasoning] as const),
  ...["tool_call", "tool-call", "tool_use", "toolUse", "function_call", "server_tool_call", "server_tool_use"].map(
    (t) => [t, readCall] as const,
  ),
  ...["mcp_call", "custom_tool_call", "computer_call"].map((t) => [t, readCall] as const),
  ...["tool_call_response", "tool-result", "tool_result", "toolResult", "function_call_output"].map(
    (t) => [t, readResult] as const,
  ),
  ...["function_call_result", "server_tool_call_response", "mcp_tool_result", "custom_tool_call_output"].map(
    (t) => [t, readResult] as const,
  ),
  ...["blob", "uri", "file", "image", "image_url", "input_image", "input_audio", "input_file", "audio"].map(
    (t) => [t, readBlob] as const,
  ),
  ...["document", "media", "video", "binary", "image-url", "document-url"].map((t) => [t, readBlob] as const),
]);

const READER_BY_KEY: readonly (readonly [key: string, reader: PartReader])[] = [
  ["toolUse", (part, list) => readEnveloped(part["toolUse"], readCall, list)],
  ["toolResult", (part, list) => readEnveloped(part["toolResult"], readResult, list)],
  ["functionCall", (part, list) => readEnveloped(part["functionCall"], readCall, list)],
  ["function_call", (part, list) => readEnveloped(part["function_call"], readCall, list)],
  ["functionResponse", (part, list) => readEnveloped(part["functionResponse"], readResult, list)],
  ["function_response", (part, list) => readEnveloped(part["function_response"], readResult, list)],
  ["reasoningContent", (part, list) => readEnveloped(part["reasoningContent"], readBedrockReasoning, list)],
  ["inlineData", readBlob],
  ["inline_data", readBlob],
  ["fileData", readBlob],
  ["file_data", readBlob],
  ["image", readBlob],
  ["document", readBlob],
  ["text", (part, list) => (part["thought"] === true ? readReasoning(part, list) : readText(part, list))],
  ["json", (part, list) => list.addJson(part["json"] ?? null)],
];

function readEnveloped(inner: Json | undefined, reader: PartReader, list: PartList): void {
  if (isObject(inner)) reader(inner, list);
}

function readBedrockReasoning(part: JsonObject, list: PartList): void {
  const inner = part["reasoningText"];
  readReasoning(isObject(inner) ? inner : part, list);
}

function readerOf(part: JsonObject): PartReader | undefined {
  const type = part["type"];
  const byType = typeof type === "string" ? READER_BY_TYPE.get(type) : undefined;
  if (byType !== undefined) return byType;
  for (const [key, reader] of READER_BY_KEY) {
    if (part[key] !== undefined && part[key] !== null) return reader;
  }
  return undefined;
}

/** Keys of messages and of answers that also have a `text`. */
const NOT_OF_PARTS = ["role", "message", "toolCalls", "files"];

/** Whether an object is a content part rather than a message: it has a part's type or key, and no speaker. */
export function isPart(value: Json | undefined): value is JsonObject {
  if (!isObject(value)) return false;
  for (const key of NOT_OF_PARTS) if (value[key] !== undefined) return false;
  return readerOf(value) !== undefined;
}

/** Adds one part to the open message; what no reader knows is kept as JSON. */
export function readPart(value: Json, list: PartList): void {
  if (!isObject(value)) {
    list.add("text", textOf(value));
    return;
  }
  (readerOf(value) ?? readJson)(value, list);
  noteUnread(value, list);
}

/** Adds the content of a message: a text, a part, or a list of them. */
export function readContent(content: Json | undefined, list: PartList): void {
  if (content === undefined || content === null) return;
  if (!isList(content)) {
    readPart(content, list);
    return;
  }
  if (content.length > BOUNDS.listItems) list.complete = false;
  for (const item of content.slice(0, BOUNDS.listItems)) readPart(item, list);
}
