// Whether a span failed. A status of 2 may be a handoff (frameworks raise exceptions to change course), and a failure
// may be anywhere but in the status; dialects mark the latter before this is asked.

import { attributeKey } from "../../model/attribute-keys.ts";
import type { SpanDraft } from "../../model/draft.ts";
import type { ForeignEvent, ForeignSpan } from "../../model/foreign-span.ts";

const ERROR_TYPE = attributeKey("error.type");
const ERROR_MESSAGE = attributeKey("error.message");
const EXCEPTION_TYPE = attributeKey("exception.type");
const EXCEPTION_MESSAGE = attributeKey("exception.message");

/** Exceptions by which LangGraph, PydanticAI and LlamaIndex change course. */
const CONTROL_FLOW = new Set([
  ...["ParentCommand", "GraphInterrupt", "NodeInterrupt", "GraphBubbleUp", "GraphDelegate"],
  ...["CallDeferred", "ApprovalRequired", "WorkflowDone"],
]);
const UNTOLD_TYPES = new Set(["", "unknown", "_OTHER", "Error"]);
/** The class in front of a message, as in `RateLimitError: 429 …`. */
const CLASS_IN_FRONT = /^([A-Za-z_][\w.]{2,80})(?::\s|\(|$)/;

/** The last exception among a span's events. */
export function exceptionOf(span: ForeignSpan): ForeignEvent | undefined {
  return span.events.findLast((event) => event.name === "exception");
}

/** Brings status, message and class of error into the draft. */
export function settleStatus(span: ForeignSpan, draft: SpanDraft): void {
  if (draft.status === "unset" && span.statusCode === 1) draft.status = "ok";
  if (span.statusCode === 2) draft.status = "error";
  if (draft.status !== "error") return;
  const exception = exceptionOf(span);
  if (draft.statusMessage === "") {
    draft.statusMessage =
      span.statusMessage.trim() ||
      (exception?.attributes.text(EXCEPTION_MESSAGE).trim() ?? "") ||
      span.attributes.text(ERROR_MESSAGE);
  }
  const exceptionType = lastSegment(exception?.attributes.text(EXCEPTION_TYPE) ?? "");
  const classInFront = CLASS_IN_FRONT.exec(firstLine(draft.statusMessage))?.[1] ?? "";
  if (draft.errorType === "") draft.errorType = errorTypeOf(span, exceptionType, classInFront);
  if (CONTROL_FLOW.has(exceptionType) || CONTROL_FLOW.has(lastSegment(classInFront))) {
    draft.status = "ok";
    draft.trait("controlFlow");
    if (draft.statusMessage === "") draft.statusMessage = exceptionType;
  }
}

function errorTypeOf(span: ForeignSpan, exceptionType: string, classInFront: string): string {
  const stated = span.attributes.text(ERROR_TYPE);
  if (!UNTOLD_TYPES.has(stated)) return stated;
  if (!UNTOLD_TYPES.has(exceptionType)) return exceptionType;
  return /(?:Error|Exception|Interrupt|Command)$/.test(classInFront) ? classInFront : exceptionType || stated;
}

function lastSegment(name: string): string {
  const dot = name.lastIndexOf(".");
  return dot < 0 ? name : name.slice(dot + 1);
}

function firstLine(text: string): string {
  const end = text.indexOf("\n");
  return (end < 0 ? text : text.slice(0, end)).slice(0, 200);
}
