// What a tool call gave back, and what its wrapper tells besides: the id of the call, a failure that no status shows, or
// that the tool hands control to somebody.

import type { Json, SpanDraft } from "../../model/draft.ts";
import { langChainArguments } from "./langchain-objects.ts";
import { firstOf, resultText } from "./message-parts.ts";
import { hintTransfer } from "./transfers.ts";
import { isEmpty, isList, isObject, type JsonObject, onlyText } from "./values.ts";

export interface ToolOutcome {
  readonly text: string;
  /** Whether the text and the draft say all that the result said. */
  readonly complete: boolean;
}

/** Reads a tool's result and notes on the draft what it tells about the call. */
export function readToolResult(value: Json, draft: SpanDraft): ToolOutcome {
  const inner =
    isObject(value) && isObject(value["output"]) && Object.keys(value).length === 1 ? value["output"] : value;
  const message = langChainArguments(inner, "ToolMessage");
  if (message !== undefined) return readToolMessage(message, draft);
  if (isObject(inner) && inner["lg_name"] === "Command") return readCommand(inner, draft);
  if (isObject(value)) noteFailure(value, draft);
  noteHandoff(value, draft);
  return { text: resultText(value), complete: true };
}

/** Names that tell the class of a tool rather than the tool. */
const TOOL_CLASSES = new Set(["DynamicStructuredTool", "DynamicTool", "StructuredTool", "Tool"]);

export function isToolClass(name: string): boolean {
  return TOOL_CLASSES.has(name);
}

function readToolMessage(message: JsonObject, draft: SpanDraft): ToolOutcome {
  noteCall(message, draft);
  const text = resultText(message["content"]);
  if (message["status"] === "error") fail(draft, text);
  return { text, complete: isEmpty(message["artifact"]) };
}

function noteCall(message: JsonObject, draft: SpanDraft): void {
  if (draft.toolCallId === "") draft.toolCallId = onlyText(message["tool_call_id"]);
  const name = onlyText(message["name"]);
  if (name !== "" && (draft.tool === "" || TOOL_CLASSES.has(draft.tool))) draft.tool = name;
}

/** LangGraph's `Command(goto, update)`: the tool answers by naming the node that goes on. */
function readCommand(command: JsonObject, draft: SpanDraft): ToolOutcome {
  const update = command["update"];
  const messages = isObject(update) && isList(update["messages"]) ? update["messages"] : [];
  const last = langChainArguments(messages[messages.length - 1], "ToolMessage");
  if (last !== undefined) noteCall(last, draft);
  const goto = command["goto"];
  const target = onlyText(isList(goto) ? goto[0] : goto);
  if (target !== "") hintTransfer(draft, { kind: "handoff", target, evidence: "M5" });
  return { text: last === undefined ? resultText(command) : resultText(last["content"]), complete: last === undefined };
}

/** Results that say outright that control went over: `{"handoff_to": "writer"}`. */
function noteHandoff(value: Json, draft: SpanDraft): void {
  const target = isObject(value) ? onlyText(value["handoff_to"]) : "";
  if (target !== "") hintTransfer(draft, { kind: "handoff", target, evidence: "M5" });
}

/** `{"isError": true}`, `{"status": "error"}`, `{"error": "…"}`: a failure that is the tool's answer. */
function noteFailure(result: JsonObject, draft: SpanDraft): void {
  const error = result["error"];
  const failed =
    result["isError"] === true ||
    result["is_error"] === true ||
    (!isEmpty(error) && error !== false && error !== 0) ||
    (result["status"] === "error" && result["toolUseId"] !== undefined);
  if (!failed) return;
  const text = isObject(error) ? onlyText(error["message"]) : onlyText(error);
  fail(draft, text || resultText(firstOf(result, ["content", "message", "result"])));
}

/** Marks a failure that the span's own status does not show. */
export function fail(draft: SpanDraft, message: string, errorType = ""): void {
  if (draft.status !== "error") draft.status = "error";
  if (draft.statusMessage === "") draft.statusMessage = message;
  if (draft.errorType === "") draft.errorType = errorType;
}
