import { attributeKey } from "../model/attribute-keys.ts";
import type { SpanDraft } from "../model/draft.ts";
import type { AttributeReader, ForeignSpan } from "../model/foreign-span.ts";
import type { Dialect } from "./dialect.ts";
import { fieldTable, fillFields, isPlaceholder } from "./extract/fields.ts";
import { finishReasonOf } from "./extract/finish-reasons.ts";
import { hide } from "./extract/langgraph.ts";
import { takeArguments, takeMessages, takeResult } from "./extract/sides.ts";
import { fail } from "./extract/tool-results.ts";
import { hintTransfer } from "./extract/transfers.ts";
import { readUsageObject } from "./extract/usage.ts";
import { type JsonObject, onlyText, parseObject } from "./extract/values.ts";

const REQUEST = attributeKey("gcp.vertex.agent.llm_request");
const RESPONSE = attributeKey("gcp.vertex.agent.llm_response");
const ARGUMENTS = attributeKey("gcp.vertex.agent.tool_call_args");
const RESULT = attributeKey("gcp.vertex.agent.tool_response");
const REQUEST_MODEL = attributeKey("gen_ai.request.model");
const TOOL_NAME = attributeKey("gen_ai.tool.name");
const TOOL_TYPE = attributeKey("gen_ai.tool.type");
const TOOL_CALL_ID = attributeKey("gen_ai.tool.call.id");
const FIELDS = fieldTable({
  agent: ["gen_ai.agent.name"],
  session: ["gcp.vertex.agent.session_id", "gen_ai.conversation.id"],
  user: ["gcp.vertex.agent.user_id"],
});

const RUN = "invocation";
const CALL = "call_llm";
const TOOL = "execute_tool ";
const MERGED = "execute_tool (merged)";
/** Written by older versions. */
const AGENT_RUN = /^agent_run \[(.+)\]$/;

/** Gemini counts thoughts apart, but cached tokens as part of the prompt. */
const GEMINI = { inputExclusive: false, outputExclusive: true } as const;

function map(span: ForeignSpan, draft: SpanDraft): void {
  const attributes = span.attributes;
  fillFields(attributes, FIELDS, draft);
  if (span.name === RUN) draft.kind = "run";
  else if (span.name === CALL) readCall(attributes, draft);
  else if (span.name === MERGED) {
    hide(draft);
    draft.tool = "";
  } else if (span.name.startsWith(TOOL)) readTool(span, draft);
  else readOldAgent(span, draft);
}

function readOldAgent(span: ForeignSpan, draft: SpanDraft): void {
  const name = span.name.length < 512 ? AGENT_RUN.exec(span.name)?.[1] : undefined;
  if (name === undefined) return;
  draft.kind = "agent";
  draft.agent = name;
}

function readCall(attributes: AttributeReader, draft: SpanDraft): void {
  draft.kind = "llm";
  const response = parseObject(attributes.text(RESPONSE)) ?? {};
  const usage = response["usageMetadata"] ?? response["usage_metadata"];
  readUsageObject(usage, GEMINI, draft);
  draft.model = onlyText(response["modelVersion"] ?? response["model_version"]) || attributes.text(REQUEST_MODEL);
  // The system is the framework's name; Gemini is what its models are without more.
  draft.provider = draft.model.startsWith("gemini") ? "gcp.gemini" : "";
  draft.hint("finishReason", finishReasonOf(onlyText(response["finishReason"] ?? response["finish_reason"])));
  takeMessages(attributes, REQUEST, "input", draft);
  takeMessages(attributes, RESPONSE, "output", draft);
  noteCallError(response, attributes, draft);
}

/** A failed call leaves the status unset: it says so in its answer, or it has written no attribute at all. */
function noteCallError(response: JsonObject, attributes: AttributeReader, draft: SpanDraft): void {
  const code = onlyText(response["errorCode"] ?? response["error_code"]);
  if (code !== "") fail(draft, onlyText(response["errorMessage"] ?? response["error_message"]), code);
  else if (!attributes.has(REQUEST_MODEL) && !attributes.has(RESPONSE)) fail(draft, "", "unreported");
}

function readTool(span: ForeignSpan, draft: SpanDraft): void {
  const attributes = span.attributes;
  draft.kind = "tool";
  draft.tool = attributes.text(TOOL_NAME) || span.name.slice(TOOL.length);
  const callId = attributes.text(TOOL_CALL_ID);
  draft.toolCallId = isPlaceholder(callId) ? "" : callId;
  takeArguments(attributes, ARGUMENTS, draft);
  takeResult(attributes, RESULT, draft);
  if (attributes.text(TOOL_TYPE) === "AgentTool") {
    hintTransfer(draft, { kind: "delegate", target: draft.tool, evidence: "M4" });
  }
  if (!attributes.has(TOOL_NAME)) fail(draft, "", "unreported");
  dropPlaceholder(attributes, REQUEST);
  dropPlaceholder(attributes, RESPONSE);
}

/** Tool spans carry `{}` where a call's request and response would be. */
function dropPlaceholder(attributes: AttributeReader, key: typeof REQUEST): void {
  if (attributes.text(key) === "{}") attributes.take(key);
}

export const adk: Dialect = {
  id: "adk",
  doc: "Google's Agent Development Kit, JavaScript and Python. Told by the scope `gcp.vertex.agent` and by span names: `invocation`, `invoke_agent X`, `call_llm`, `execute_tool X`. A model call's span encloses the tools and sub-agents it leads to. Failed calls and tools leave the status unset and write no attributes. Read from a capture of the JavaScript version.",
  detect: { prefixes: ["gcp.vertex.agent."], scopes: ["gcp.vertex.agent"] },
  map,
};
