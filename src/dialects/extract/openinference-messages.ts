// OpenInference's flattened messages: `llm.input_messages.0.message.contents.1.message_content.text`.

import type { Json } from "../../model/draft.ts";
import type { GroupEntry } from "../../model/foreign-span.ts";
import { argumentsText, noteUnread, readPart, resultText } from "./message-parts.ts";
import { type ReadParts, roleOf } from "./messages.ts";
import { PartList } from "./part-list.ts";
import { isEmpty, isObject, type JsonObject, listOf, onlyText, unflatten } from "./values.ts";

const KNOWN_KEYS = new Set([
  ...["role", "content", "contents", "name", "tool_calls", "tool_call_id"],
  ...["function_call_name", "function_call_arguments_json"],
]);

export function flattenedMessages(entries: readonly GroupEntry[]): ReadParts {
  const list = new PartList();
  for (const item of listOf(unflatten(entries))) {
    const message = isObject(item) ? item["message"] : undefined;
    if (isObject(message)) readMessage(message, list);
    else list.complete = false;
  }
  return list;
}

function readMessage(message: JsonObject, list: PartList): void {
  const role = roleOf(message["role"]) ?? "";
  const name = onlyText(message["name"]);
  list.begin(role, name);
  if (role === "tool") list.addResult(resultText(contentOf(message)), onlyText(message["tool_call_id"]), name);
  else {
    list.add("text", onlyText(message["content"]));
    for (const item of listOf(message["contents"])) readFlatPart(item, list);
  }
  for (const item of listOf(message["tool_calls"])) readFlatCall(item, list);
  const called = onlyText(message["function_call_name"]);
  if (called !== "") list.addCall(argumentsText(message["function_call_arguments_json"]), "", called);
  for (const key in message) if (!KNOWN_KEYS.has(key) && !isEmpty(message[key])) list.complete = false;
}

function contentOf(message: JsonObject): Json | undefined {
  if (!isEmpty(message["content"])) return message["content"];
  return listOf(message["contents"]).map((item) => (isObject(item) ? (item["message_content"] ?? null) : item));
}

function readFlatPart(item: Json, list: PartList): void {
  const part = isObject(item) ? item["message_content"] : undefined;
  if (!isObject(part)) {
    list.complete = false;
    return;
  }
  // A picture is `{type: "image", image: {image: {url}}}` here.
  const image = part["image"];
  readPart(isObject(image) && isObject(image["image"]) ? { ...part, image: image["image"] } : part, list);
}

function readFlatCall(item: Json, list: PartList): void {
  const call = isObject(item) ? item["tool_call"] : undefined;
  const fn = isObject(call) ? call["function"] : undefined;
  if (!isObject(call) || !isObject(fn)) {
    list.complete = false;
    return;
  }
  list.addCall(argumentsText(fn["arguments"]), onlyText(call["id"]), onlyText(fn["name"]));
  noteUnread(call, list);
}
