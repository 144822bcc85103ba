// What is true of every span, whichever dialect it speaks: done last, when the dialects have said their part.

import { attributeKey } from "../../model/attribute-keys.ts";
import type { SpanDraft } from "../../model/draft.ts";
import type { ForeignSpan } from "../../model/foreign-span.ts";
import { fieldTable, fillFields } from "./fields.ts";
import { providerOf } from "./providers.ts";
import { settleStatus } from "./status.ts";
import { noteCalls, noteTransfer } from "./transfers.ts";

const FIELDS = fieldTable({ session: ["session.id"], user: ["user.id", "enduser.id"] });
const ERROR_TYPE = attributeKey("error.type");
const TOOL_PREFIX = "execute_tool ";
const AGENT_LENGTH_MAX = 512;

/** Settles a span that no dialect knows. */
export function settlePlain(span: ForeignSpan, draft: SpanDraft): void {
  fillFields(span.attributes, FIELDS, draft);
  settleStatus(span, draft);
}

/** Settles a span that a dialect has read. */
export function settle(span: ForeignSpan, draft: SpanDraft): void {
  fillFields(span.attributes, FIELDS, draft);
  if (draft.kind === "llm") settleCall(draft);
  else {
    settleOther(span, draft);
    if (draft.kind === "tool") settleTool(span, draft);
  }
  if (draft.agent !== "") draft.agent = cleanName(draft.agent);
  // The conventions write an error's type only where there was an error.
  const failed = draft.status === "unset" && span.statusCode === 0 && draft.kind !== "other";
  if (failed && span.attributes.has(ERROR_TYPE) && span.attributes.text(ERROR_TYPE) !== "") draft.status = "error";
  settleStatus(span, draft);
}

function settleCall(draft: SpanDraft): void {
  if (draft.provider !== "") draft.provider = providerOf(draft.provider);
  if (draft.output.length > 0) noteCalls(draft);
  if (draft.hinted("finishReason") === "error" && draft.status === "unset") draft.status = "error";
}

/** A turn of the OpenAI Agents SDK: over a model of one's own it has the only report of the call's usage. */
const TURN = "turn";

/** The provider of anything but a call is the framework's name, and its usage repeats that of calls below. */
function settleOther(span: ForeignSpan, draft: SpanDraft): void {
  draft.provider = "";
  if (draft.kind !== "agent" && draft.kind !== "retrieval") draft.model = "";
  const standsForCall = draft.kind === "retrieval" || (draft.kind === "step" && span.name === TURN);
  if (draft.hasUsage && !standsForCall) draft.trait("usageRepeated");
}

function settleTool(span: ForeignSpan, draft: SpanDraft): void {
  if (draft.tool === "")
    draft.tool = span.name.startsWith(TOOL_PREFIX) ? span.name.slice(TOOL_PREFIX.length) : span.name;
  noteTransfer(draft, () => draft.input[0]?.body);
}

/** Some frameworks name an agent by the text of its role, with line breaks and indentation. */
function cleanName(name: string): string {
  const trimmed = name.trim();
  const line = trimmed.includes("\n") ? trimmed.replaceAll(/\s+/g, " ") : trimmed;
  return line.length > AGENT_LENGTH_MAX ? line.slice(0, AGENT_LENGTH_MAX) : line;
}
