// Messages in every shape that instrumentations send: lists of {role, content} or {role, parts}, items of OpenAI's
// responses API, serialised LangChain objects, and the containers around them (requests, responses, graph states).

import type { ContentPart, Json } from "../../model/draft.ts";
import type { AttributeValue } from "../../model/foreign-span.ts";
import { isLangChainObject, readLangChainObject } from "./langchain-objects.ts";
import { argumentsText, firstOf, isPart, noteUnread, readCall, readContent, resultText } from "./message-parts.ts";
import { PartList } from "./part-list.ts";
import { BOUNDS, isEmpty, isList, isObject, type JsonObject, listOf, onlyText, readValue } from "./values.ts";

const ROLES: ReadonlyMap<string, string> = new Map([
  ...["user", "human"].map((role) => [role, "user"] as const),
  ...["assistant", "ai", "model", "AIMessageChunk"].map((role) => [role, "assistant"] as const),
  ...["system", "developer"].map((role) => [role, "system"] as const),
  ...["tool", "function"].map((role) => [role, "tool"] as const),
]);

/** The role in our words; undefined for a word that is none. */
export function roleOf(word: Json | undefined): string | undefined {
  return typeof word === "string" ? (ROLES.get(word) ?? ROLES.get(word.toLowerCase())) : undefined;
}

/** Parts of one side of a span, and whether they say all that the value said. */
export interface ReadParts {
  readonly parts: readonly ContentPart[];
  readonly complete: boolean;
}

const NOTHING: ReadParts = { parts: [], complete: false };

/** Reads an attribute's value as messages; a text or part without a speaker gets the role. */
export function messagesOf(value: AttributeValue | undefined, role: string, rolesAreTools = false): ReadParts {
  const json = readValue(value);
  if (isEmpty(json)) return NOTHING;
  const list = new PartList(rolesAreTools);
  readMessages(json as Json, list, role);
  return list;
}

export function readMessages(value: Json, list: PartList, role: string, depth = 0): void {
  if (typeof value === "object" && value !== null && depth >= BOUNDS.nestingDepth) {
    list.begin(role);
    list.addJson(value);
  } else if (isList(value)) readList(value, list, role, depth);
  else if (isObject(value)) readObject(value, list, role, depth);
  else {
    list.begin(role);
    readContent(value, list);
  }
}

function readList(value: readonly Json[], list: PartList, role: string, depth: number): void {
  if (value.length > BOUNDS.listItems) list.complete = false;
  const items = value.slice(0, BOUNDS.listItems);
  if (items.every(isPart) && !items.some(isItem)) {
    list.begin(role);
    readContent(items, list);
    return;
  }
  if (!items.some(isSpeech)) {
    list.begin(role);
    list.addJson(items);
    return;
  }
  for (const item of items) {
    // Some exporters send a list of messages as a list of texts that hold JSON.
    const inner = typeof item === "string" ? (readValue(item) as Json) : item;
    readMessages(inner, list, role, depth + 1);
  }
}

/** Whether a value is something that was said, and not data. */
function isSpeech(value: Json): boolean {
  if (typeof value === "string" || isList(value)) return true;
  if (!isObject(value)) return false;
  if (typeof value["role"] === "string" || isLangChainObject(value) || isItem(value) || isPart(value)) return true;
  return value["lg_name"] === "Command" || MESSAGE_KEYS.some(([key]) => typeof value[key] === "object");
}

function readObject(object: JsonObject, list: PartList, role: string, depth: number): void {
  if (isLangChainObject(object)) {
    readLangChainObject(object, list, (inner) => readMessages(inner, list, role, depth + 1));
    return;
  }
  const update = object["lg_name"] === "Command" ? object["update"] : undefined;
  if (isObject(update)) {
    // LangGraph's Command: what a node adds to the state, and where to go.
    if (!isEmpty(object["goto"])) list.complete = false;
    readMessages(update, list, role, depth + 1);
  } else if (typeof object["role"] === "string") readMessage(object, list);
  else if (isItem(object)) readItem(object, list, role);
  else if (isPart(object)) {
    list.begin(role);
    readContent(object, list);
  } else if (!readWrapped(object, list, role, depth)) {
    list.begin(role);
    list.addJson(object);
  }
}

const CALL_LIST_KEYS = ["tool_calls", "toolCalls"];
const RESULT_ID_KEYS = ["tool_call_id", "toolCallId", "id"];

/** `{role, content | parts, tool_calls?, tool_call_id?, name?, …}`, the message of nearly everybody. */
function readMessage(message: JsonObject, list: PartList): void {
  const word = onlyText(message["role"]);
  const role = roleOf(word) ?? (list.rolesAreTools ? "tool" : "");
  const named = roleOf(word) === undefined ? word : onlyText(message["name"]);
  readSpoken(message, list, role, named);
  noteUnread(message, list);
}

/** Reads what a message of a given speaker says. */
export function readSpoken(message: JsonObject, list: PartList, role: string, name: string): void {
  list.begin(role, name);
  const content = message["parts"] ?? message["content"];
  if (role === "tool" && !isResultParts(content)) {
    if (!isEmpty(content)) list.addResult(resultText(content), onlyText(firstOf(message, RESULT_ID_KEYS)), name);
    return;
  }
  list.add("reasoning", onlyText(message["reasoning_content"] ?? message["reasoning"] ?? message["thinking"]));
  readContent(content, list);
  list.add("text", onlyText(message["refusal"]));
  for (const call of listOf(firstOf(message, CALL_LIST_KEYS))) if (isObject(call)) readCall(call, list);
  const call = message["function_call"];
  if (isObject(call)) readCall(call, list);
}

const RESULT_TYPES = new Set(["tool_call_response", "tool-result", "tool_result", "toolResult"]);

function isResultParts(content: Json | undefined): boolean {
  if (!isList(content)) return false;
  return content.some(
    (part) =>
      isObject(part) &&
      (RESULT_TYPES.has(onlyText(part["type"])) ||
        part["toolResult"] !== undefined ||
        part["functionResponse"] !== undefined ||
        part["function_response"] !== undefined),
  );
}

// Items: entries of a conversation that are told by `type` instead of a role.

const SPEAKER_BY_TYPE: ReadonlyMap<string, string> = new Map([
  ["human", "user"],
  ["ai", "assistant"],
  ["system", "system"],
  ["tool", "tool"],
  ["function", "tool"],
]);
const LONE_ITEMS = new Set([
  ...["function_call", "function_call_output", "function_call_result", "reasoning", "custom_tool_call"],
  ...["custom_tool_call_output", "mcp_call", "computer_call"],
]);

function isItem(value: Json | undefined): value is JsonObject {
  if (!isObject(value) || value["role"] !== undefined) return false;
  const type = onlyText(value["type"]);
  if (LONE_ITEMS.has(type)) return true;
  return SPEAKER_BY_TYPE.has(type) && (value["content"] !== undefined || isObject(value["data"]));
}

function readItem(item: JsonObject, list: PartList, role: string): void {
  const speaker = SPEAKER_BY_TYPE.get(onlyText(item["type"]));
  if (speaker !== undefined) {
    const message = isObject(item["data"]) ? item["data"] : item;
    readSpoken(message, list, speaker, onlyText(message["name"]));
    noteUnread(message, list);
    return;
  }
  list.begin(item["type"] === "reasoning" ? "assistant" : role);
  readContent(item, list);
}

// Containers: objects whose messages are one level down.

/** Where the messages are, and who speaks where nothing says so. */
const MESSAGE_KEYS: readonly (readonly [key: string, role: string | undefined])[] = [
  ["messages", undefined],
  ["contents", "user"],
  ["choices", "assistant"],
  ["generations", "assistant"],
  ["candidates", "assistant"],
  ["message", "assistant"],
];
const SYSTEM_KEYS = ["system", "systemInstruction", "system_instruction", "instructions", "systemMessage"];
/** Keys that alone in an object wrap what it is about. */
const WRAPPERS = new Set(["input", "inputs", "output", "outputs", "kwargs", "value", "result", "prompt", "query"]);

function readWrapped(object: JsonObject, list: PartList, role: string, depth: number): boolean {
  for (const [key, speaker] of MESSAGE_KEYS) {
    const inner = object[key];
    if (inner === undefined || inner === null || typeof inner !== "object") continue;
    readContainer(object, key, list, speaker ?? role, depth);
    return true;
  }
  if (isList(object["output"]) && object["object"] === "response") {
    readMessages(object["output"], list, "assistant", depth + 1);
    list.complete = false;
    return true;
  }
  return (
    readGeminiAnswer(object, list, depth) ||
    readPrompt(object, list, role, depth) ||
    readAnswer(object, list) ||
    readLoneWrapper(object, list, role, depth)
  );
}

/** `{messages, tools, …}`: the messages, and the remainder as one JSON part in front, so that nothing is lost. */
function readContainer(object: JsonObject, key: string, list: PartList, role: string, depth: number): void {
  const answer = role === "assistant" && key !== "messages";
  const config = isObject(object["config"]) ? object["config"] : undefined;
  const system = firstOf(object, SYSTEM_KEYS) ?? (config === undefined ? undefined : firstOf(config, SYSTEM_KEYS));
  const rest: { [key: string]: Json } = {};
  for (const name in object) {
    if (name !== key && !SYSTEM_KEYS.includes(name) && !isEmpty(object[name])) rest[name] = object[name] as Json;
  }
  if (config !== undefined) rest["config"] = without(config, SYSTEM_KEYS);
  if (isEmpty(rest["config"])) delete rest["config"];
  if (answer) {
    if (!isEmpty(without(rest, ["index", "finish_reason", "finishReason", "text", "logprobs"]))) list.complete = false;
  } else if (!isEmpty(rest)) {
    list.begin("");
    list.addJson(rest, { name: "rest" });
  }
  if (system !== undefined) readMessages(system, list, "system", depth + 1);
  readMessages(object[key] as Json, list, role, depth + 1);
}

function without(object: JsonObject, keys: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([key, value]) => !keys.includes(key) && !isEmpty(value)));
}

/** Content, and what a call's span has in columns of its own. */
const GEMINI_KEYS = [
  ...["content", "finishReason", "finish_reason", "index", "usageMetadata", "usage_metadata"],
  ...["modelVersion", "model_version"],
];

/** Gemini's answer `{content: {role, parts}, finishReason, usageMetadata, …}`. */
function readGeminiAnswer(object: JsonObject, list: PartList, depth: number): boolean {
  const content = object["content"];
  if (!isObject(content) || !isList(content["parts"])) return false;
  readMessages(content, list, "assistant", depth + 1);
  if (!isEmpty(without(object, GEMINI_KEYS))) list.complete = false;
  return true;
}

/** The AI SDK's `{system?, prompt}`. */
function readPrompt(object: JsonObject, list: PartList, role: string, depth: number): boolean {
  const prompt = object["prompt"];
  if (prompt === undefined || prompt === null) return false;
  if (!isEmpty(without(object, ["prompt", "system"]))) return false;
  if (!isEmpty(object["system"])) readMessages(object["system"] as Json, list, "system", depth + 1);
  readMessages(prompt, list, role, depth + 1);
  return true;
}

const ANSWER_KEYS = ["text", "toolCalls", "reasoning", "object", "files", "sources", "warnings", "reasoningText"];

const ANSWER_MARKS = ["toolCalls", "toolName", "files"];

/** A result object of the AI SDK and Mastra: `{text, toolCalls?, reasoning?, files?, …}`. */
function readAnswer(object: JsonObject, list: PartList): boolean {
  if (!ANSWER_MARKS.some((key) => object[key] !== undefined)) return false;
  if (!isEmpty(without(object, [...ANSWER_KEYS, "toolName", "toolCallId", "toolInput"]))) return false;
  list.begin("assistant");
  const reasoning = object["reasoning"] ?? object["reasoningText"];
  if (isList(reasoning)) readContent(reasoning, list);
  else list.add("reasoning", onlyText(reasoning));
  list.add("text", onlyText(object["text"]));
  for (const call of listOf(object["toolCalls"])) if (isObject(call)) readCall(call, list);
  if (object["toolName"] !== undefined) {
    list.addCall(argumentsText(object["toolInput"]), onlyText(object["toolCallId"]), onlyText(object["toolName"]));
  }
  if (!isEmpty(object["object"])) list.addJson(object["object"] as Json);
  if (!isEmpty(without(object, ["text", "toolCalls", "reasoning", "object", "toolName", "toolCallId", "toolInput"]))) {
    list.complete = false;
  }
  return true;
}

function readLoneWrapper(object: JsonObject, list: PartList, role: string, depth: number): boolean {
  const keys = Object.keys(object);
  const key = keys[0];
  if (keys.length !== 1 || key === undefined || !WRAPPERS.has(key) || isEmpty(object[key])) return false;
  readMessages(object[key] as Json, list, role, depth + 1);
  return true;
}
