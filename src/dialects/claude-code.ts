import { attributeKey, attributeKeys } from "../model/attribute-keys.ts";
import type { ContentPart, FactField, LogDraft, SpanDraft } from "../model/draft.ts";
import type { AttributeReader, ForeignLog, ForeignSpan } from "../model/foreign-span.ts";
import type { Dialect } from "./dialect.ts";
import { fieldTable, fillFields, fillHints, firstText, hintTable } from "./extract/fields.ts";
import { finishReasonOf } from "./extract/finish-reasons.ts";
import { argumentsText } from "./extract/message-parts.ts";
import { fail } from "./extract/tool-results.ts";
import { hintTransfer } from "./extract/transfers.ts";
import { includeAll, readUsage, usageKeys } from "./extract/usage.ts";
import { canonicalText } from "./extract/values.ts";

const NAME = "claude_code.";
/** The agent that the user talks to; sub-agents have an id. */
const MAIN = "main";
const BUILT_IN = "agent.builtin.";

const SPAN_TYPE = attributeKey("span.type");
const AGENT_ID = attributeKey("agent_id");
const QUERY_SOURCE = attributeKey("query_source_safe");
const SUBAGENT_TYPE = attributeKey("subagent_type");
const SUCCESS = attributeKey("success");
const ERROR = attributeKeys("error", "error.message", "error_message");
const DECISION_SOURCE = attributeKey("source");
const USER_PROMPT = attributeKey("user_prompt");
const STOP_REASON = attributeKey("stop_reason");
const OUTPUT = attributeKey("output");
const FIELDS = fieldTable({
  session: ["session.id"],
  user: ["user.email", "user.account_uuid", "user.id"],
});
const CALL_FIELDS = fieldTable({
  model: ["model", "gen_ai.request.model"],
  provider: ["gen_ai.provider.name", "gen_ai.system"],
  responseId: ["request_id", "gen_ai.response.id"],
});
const TOOL_USE_ID = attributeKey("tool_use_id");
const TOOL_FIELDS = fieldTable({
  tool: ["tool_name", "gen_ai.tool.name"],
  toolCallId: ["tool_use_id", "gen_ai.tool.call.id"],
});
const CALL_HINTS = hintTable({ firstTokenMs: ["ttft_ms"], attempt: ["attempt"] });
const USAGE = usageKeys({
  input: ["input_tokens"],
  output: ["output_tokens"],
  cacheRead: ["cache_read_tokens"],
  cacheWrite: ["cache_creation_tokens"],
  reasoning: [],
});

type Read = (span: ForeignSpan, draft: SpanDraft) => void;
const READ_BY_TYPE: ReadonlyMap<string, Read> = new Map<string, Read>([
  ["interaction", readInteraction],
  ["llm_request", readCall],
  ["tool", readTool],
  ["tool.execution", fold],
  ["tool.blocked_on_user", readBlocked],
]);

function map(span: ForeignSpan, draft: SpanDraft): void {
  fillFields(span.attributes, FIELDS, draft);
  const type = span.attributes.text(SPAN_TYPE) || span.name.slice(NAME.length);
  READ_BY_TYPE.get(type)?.(span, draft);
  if (span.attributes.flag(SUCCESS) === false) fail(draft, firstText(span.attributes, ERROR));
}

function readInteraction({ attributes }: ForeignSpan, draft: SpanDraft): void {
  draft.kind = "run";
  draft.agent = MAIN;
  const prompt = attributes.text(USER_PROMPT);
  if (prompt === "") return;
  draft.input = [{ role: "user", type: "text", body: prompt }];
  attributes.take(USER_PROMPT);
}

/** There is no span for a sub-agent: its calls and tools carry its id, its calls also the name if it is built in. */
function readSpeaker(attributes: AttributeReader, draft: SpanDraft): void {
  draft.agentInstance = attributes.text(AGENT_ID);
  if (draft.agentInstance === "") {
    draft.agent = MAIN;
    return;
  }
  const source = attributes.text(QUERY_SOURCE);
  if (source.startsWith(BUILT_IN)) draft.agent = source.slice(BUILT_IN.length);
}

function readCall({ attributes }: ForeignSpan, draft: SpanDraft): void {
  draft.kind = "llm";
  readSpeaker(attributes, draft);
  fillFields(attributes, CALL_FIELDS, draft);
  fillHints(attributes, CALL_HINTS, draft);
  readUsage(attributes, USAGE, draft, true);
  draft.hint("finishReason", finishReasonOf(attributes.text(STOP_REASON)));
}

function readTool(span: ForeignSpan, draft: SpanDraft): void {
  const attributes = span.attributes;
  draft.kind = "tool";
  readSpeaker(attributes, draft);
  fillFields(attributes, TOOL_FIELDS, draft);
  const subagent = attributes.text(SUBAGENT_TYPE);
  if (subagent !== "") hintTransfer(draft, { kind: "delegate", target: subagent, evidence: "M4" });
  const output = span.events.find((event) => event.name === "tool.output")?.attributes;
  const text = output?.text(OUTPUT) ?? "";
  if (text === "") return;
  draft.output = [resultPart(text, draft.toolCallId)];
  output?.take(OUTPUT);
}

function resultPart(text: string, callId: string): ContentPart {
  const part = { role: "tool", type: "tool_result", body: canonicalText(text) } as const;
  return callId === "" ? part : { ...part, meta: { id: callId } };
}

function fold({ attributes }: ForeignSpan, draft: SpanDraft): void {
  draft.trait("hidden");
  draft.hint("foldIntoParent", "1");
  draft.toolCallId = attributes.text(TOOL_USE_ID);
}

/** Settings and hooks decide too, without anybody waiting. */
const DECIDED_BY_MACHINE = new Set(["config", "hook", "policy", "sandbox", "classifier"]);

function readBlocked(span: ForeignSpan, draft: SpanDraft): void {
  fold(span, draft);
  if (!DECIDED_BY_MACHINE.has(span.attributes.text(DECISION_SOURCE))) draft.trait("waitsForHuman");
}

// Log records. They are emitted in the context of the interaction, or of the tool that runs a sub-agent: the call that
// one is about is told by its request id, the tool by its use id.

const LOG_REQUEST = attributeKey("request_id");
const LOG_AGENT = attributeKeys("agent.name", "agent_type");
const LOG_PROMPT = attributeKeys("prompt", "prompt_text");
const LOG_RESPONSE = attributeKey("response");
const LOG_TOOL = attributeKey("tool_name");
const LOG_TOOL_INPUT = attributeKey("tool_input");
const LOG_COST = attributeKey("cost_usd");
const LOG_MODEL = attributeKey("model");

const READ_BY_EVENT: ReadonlyMap<string, (log: ForeignLog, draft: LogDraft) => void> = new Map([
  ["user_prompt", readPrompt],
  ["api_request", readRequestLog],
  ["api_error", readErrorLog],
  ["assistant_response", readResponseLog],
  ["tool_result", readResultLog],
]);

/** Events of somebody's conversation: without an agent's id it is the main agent's. */
const CONVERSATION = new Set([...READ_BY_EVENT.keys(), "tool_decision"]);

function mapLog(log: ForeignLog, draft: LogDraft): void {
  const { attributes } = log;
  draft.agentInstance = attributes.text(AGENT_ID);
  draft.agent = firstText(attributes, LOG_AGENT);
  const event = draft.type.startsWith(NAME) ? draft.type.slice(NAME.length) : draft.type;
  if (draft.agent === "" && draft.agentInstance === "" && CONVERSATION.has(event)) draft.agent = MAIN;
  READ_BY_EVENT.get(event)?.(log, draft);
}

function addFact(draft: LogDraft, field: FactField, value: string): void {
  if (value !== "") draft.facts.push({ field, value });
}

function readPrompt({ attributes }: ForeignLog, draft: LogDraft): void {
  const prompt = firstText(attributes, LOG_PROMPT);
  if (prompt === "") return;
  draft.input = [{ role: "user", type: "text", body: prompt }];
  for (const key of LOG_PROMPT) if (attributes.text(key) === prompt) attributes.take(key);
}

function readRequestLog({ attributes }: ForeignLog, draft: LogDraft): void {
  draft.about = aboutResponse(attributes);
  addFact(draft, "costUsd", attributes.text(LOG_COST));
  addFact(draft, "model", attributes.text(LOG_MODEL));
  const stated = (field: keyof typeof USAGE) =>
    USAGE[field].reduce((sum, key) => sum + (attributes.number(key) ?? 0), 0);
  const usage = {
    input: stated("input"),
    output: stated("output"),
    cacheRead: stated("cacheRead"),
    cacheWrite: stated("cacheWrite"),
    reasoning: 0,
  };
  includeAll(usage, true, false);
  addFact(draft, "tokensInput", String(usage.input));
  addFact(draft, "tokensOutput", String(usage.output));
  addFact(draft, "tokensCacheRead", String(usage.cacheRead));
  addFact(draft, "tokensCacheWrite", String(usage.cacheWrite));
  if (draft.agentInstance !== "") addFact(draft, "agent", draft.agent);
}

function readErrorLog({ attributes }: ForeignLog, draft: LogDraft): void {
  draft.about = aboutResponse(attributes);
  addFact(draft, "error", firstText(attributes, ERROR));
}

function readResponseLog({ attributes }: ForeignLog, draft: LogDraft): void {
  draft.about = aboutResponse(attributes);
  const response = attributes.text(LOG_RESPONSE);
  if (response === "") return;
  draft.output = [{ role: "assistant", type: "text", body: response }];
  attributes.take(LOG_RESPONSE);
}

function readResultLog({ attributes }: ForeignLog, draft: LogDraft): void {
  const id = attributes.text(TOOL_USE_ID);
  if (id !== "") draft.about = `call:${id}`;
  const input = attributes.text(LOG_TOOL_INPUT);
  if (input !== "") {
    const body = argumentsText(input);
    draft.input = [{ role: "assistant", type: "tool_call", body, meta: { id, name: attributes.text(LOG_TOOL) } }];
    attributes.take(LOG_TOOL_INPUT);
  }
  if (attributes.flag(SUCCESS) === false) addFact(draft, "error", firstText(attributes, ERROR) || "failed");
}

function aboutResponse(attributes: AttributeReader): string {
  const id = attributes.text(LOG_REQUEST);
  return id === "" ? "" : `response:${id}`;
}

export const claudeCode: Dialect = {
  id: "claude-code",
  doc: "Claude Code and the Claude Agent SDK (spans are a beta of theirs). Input tokens leave cached ones out, ours include them. Sub-agents have no span of their own: the tool `Agent` starts them, and what they do carries their id. Prompts, answers, tool inputs and the cost come as log records that name the call by its request id. Read from a capture.",
  detect: {
    attributes: ["span.type"],
    scopes: ["com.anthropic.claude_code.*"],
    confirm: (span) => span.name.startsWith(NAME) || span.scope.startsWith("com.anthropic.claude_code."),
  },
  map,
  mapLog,
};
