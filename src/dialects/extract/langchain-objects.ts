// LangChain's serialised objects, `{"lc": 1, "type": "constructor", "id": [..., "AIMessage"], "kwargs": {...}}`, as its
// callbacks hand them to every tracer.

import type { Json } from "../../model/draft.ts";
import { firstOf, readCall, readContent, resultText } from "./message-parts.ts";
import type { PartList } from "./part-list.ts";
import { isEmpty, isList, isObject, type JsonObject, onlyText } from "./values.ts";

const SPEAKERS: ReadonlyMap<string, string> = new Map([
  ["HumanMessage", "user"],
  ["AIMessage", "assistant"],
  ["SystemMessage", "system"],
  ["ToolMessage", "tool"],
  ["FunctionMessage", "tool"],
]);
const CHUNK = "Chunk";

/** Whether an object is a LangChain constructor call. */
export function isLangChainObject(object: JsonObject): boolean {
  return object["lc"] === 1 && isObject(object["kwargs"]) && isList(object["id"]);
}

/** The class of a LangChain object, without `Chunk`. */
export function langChainClass(object: JsonObject): string {
  const id = object["id"];
  const name = isList(id) ? onlyText(id[id.length - 1]) : "";
  return name.endsWith(CHUNK) ? name.slice(0, -CHUNK.length) : name;
}

/** The arguments of the constructor of an object of a class, or undefined when it is none. */
export function langChainArguments(value: Json | undefined, className: string): JsonObject | undefined {
  if (!isObject(value) || !isLangChainObject(value) || langChainClass(value) !== className) return undefined;
  return value["kwargs"] as JsonObject;
}

/**
 * Reads a message object; other objects that wrap messages (a chat prompt value) go to `readInner`. What is merely
 * bookkeeping of the call that produced a message (usage, response metadata) stands on that call's own span.
 */
export function readLangChainObject(object: JsonObject, list: PartList, readInner: (value: Json) => void): void {
  const fields = object["kwargs"] as JsonObject;
  const className = langChainClass(object);
  const role = SPEAKERS.get(className) ?? (className === "ChatMessage" ? onlyText(fields["role"]) : undefined);
  if (role !== undefined) {
    readMessageFields(fields, list, role);
    return;
  }
  if (isList(fields["messages"])) {
    readInner(fields["messages"]);
    return;
  }
  list.begin("");
  list.addJson(object);
}

function readMessageFields(fields: JsonObject, list: PartList, role: string): void {
  const name = onlyText(fields["name"]);
  list.begin(role, name);
  if (role === "tool") {
    list.addResult(resultText(fields["content"]), onlyText(firstOf(fields, ["tool_call_id", "id"])), name);
    if (!isEmpty(fields["artifact"])) list.complete = false;
    return;
  }
  readContentOnce(fields, list);
  const extra = fields["additional_kwargs"];
  const calls = isEmpty(fields["tool_calls"]) && isObject(extra) ? extra["tool_calls"] : fields["tool_calls"];
  if (isList(calls)) for (const call of calls) if (isObject(call)) readCall(call, list);
  if (!isEmpty(fields["invalid_tool_calls"]) || hasMoreThanCalls(extra)) list.complete = false;
}

/** Anthropic's content lists repeat the calls that LangChain lists in `tool_calls`. */
function readContentOnce(fields: JsonObject, list: PartList): void {
  const content = fields["content"];
  if (!isList(content) || isEmpty(fields["tool_calls"])) {
    readContent(content, list);
    return;
  }
  readContent(
    content.filter((part) => !isObject(part) || (part["type"] !== "tool_use" && part["type"] !== "function_call")),
    list,
  );
}

function hasMoreThanCalls(extra: Json | undefined): boolean {
  if (!isObject(extra)) return false;
  for (const key in extra) if (key !== "tool_calls" && key !== "function_call" && !isEmpty(extra[key])) return true;
  return false;
}
