import { attributeKey, attributeKeys } from "../model/attribute-keys.ts";
import type { ContentPart, Json, SpanDraft } from "../model/draft.ts";
import type { AttributeReader, ForeignSpan } from "../model/foreign-span.ts";
import type { Dialect } from "./dialect.ts";
import { addTags, fieldTable, fillFields, fillHints, firstText, hintTable } from "./extract/fields.ts";
import { finishReasonOf } from "./extract/finish-reasons.ts";
import { readCall } from "./extract/message-parts.ts";
import { PartList } from "./extract/part-list.ts";
import { applyReading, type Reading } from "./extract/readings.ts";
import { takeArguments, takeMessages, takeResult } from "./extract/sides.ts";
import { readUsage, usageKeys } from "./extract/usage.ts";
import { canonicalText, isObject, listOf, readValue, textOf } from "./extract/values.ts";

const OPERATION = attributeKey("ai.operationId");
const READINGS: ReadonlyMap<string, Reading> = new Map<string, Reading>([
  ...["generateText", "streamText", "generateObject", "streamObject"].flatMap((name) => [
    [`ai.${name}`, { kind: "agent" }] as const,
    [`ai.${name}.doGenerate`, { kind: "llm" }] as const,
    [`ai.${name}.doStream`, { kind: "llm" }] as const,
  ]),
  ["ai.toolCall", { kind: "tool" }],
  ["ai.rerank", { kind: "retrieval" }],
  ["ai.rerank.doRerank", { kind: "retrieval" }],
  // The outer span of an embedding only wraps the inner one and repeats its usage.
  ["ai.embed", { kind: "step" }],
  ["ai.embedMany", { kind: "step" }],
  ["ai.embed.doEmbed", { kind: "llm", trait: "embedding" }],
  ["ai.embedMany.doEmbed", { kind: "llm", trait: "embedding" }],
]);

const AGENT_NAME = attributeKeys("ai.telemetry.functionId", "resource.name");
const SESSION_FIELDS = fieldTable({
  session: [
    ...["sessionId", "session_id", "threadId", "thread_id", "chatId", "conversationId"].map(
      (name) => `ai.telemetry.metadata.${name}`,
    ),
    "ai.settings.context.sessionId",
  ],
  user: [...["userId", "user_id"].map((name) => `ai.telemetry.metadata.${name}`), "ai.settings.context.userId"],
});
const MODEL_FIELDS = fieldTable({
  model: ["ai.response.model", "gen_ai.response.model", "ai.model.id"],
  provider: ["gen_ai.system", "ai.model.provider"],
  responseId: ["ai.response.id", "gen_ai.response.id"],
});
const WRAPPER_FIELDS = fieldTable({ model: ["ai.model.id"] });
const TOOL_FIELDS = fieldTable({ tool: ["ai.toolCall.name"], toolCallId: ["ai.toolCall.id"] });
const HINTS = hintTable({ firstTokenMs: ["ai.response.msToFirstChunk", "ai.stream.msToFirstChunk"] });
const TAGS = attributeKey("ai.telemetry.metadata.tags");
const USAGE = usageKeys({
  input: ["ai.usage.inputTokens", "ai.usage.promptTokens", "ai.usage.tokens", "gen_ai.usage.input_tokens"],
  output: ["ai.usage.outputTokens", "ai.usage.completionTokens", "gen_ai.usage.output_tokens"],
  cacheRead: ["ai.usage.inputTokenDetails.cacheReadTokens", "ai.usage.cachedInputTokens"],
  cacheWrite: ["ai.usage.inputTokenDetails.cacheWriteTokens"],
  reasoning: ["ai.usage.outputTokenDetails.reasoningTokens", "ai.usage.reasoningTokens"],
});
const FINISH_REASON = attributeKey("ai.response.finishReason");
const PROMPTS = attributeKeys("ai.prompt.messages", "ai.prompt");
const EMBEDDED = attributeKeys("ai.value", "ai.values");
const TEXT = attributeKeys("ai.response.text", "ai.result.text");
const REASONING = attributeKey("ai.response.reasoning");
const CALLS = attributeKeys("ai.response.toolCalls", "ai.result.toolCalls");
const OBJECT = attributeKeys("ai.response.object", "ai.result.object");
const TOOL_ARGUMENTS = attributeKey("ai.toolCall.args");
const TOOL_RESULT = attributeKey("ai.toolCall.result");

function map(span: ForeignSpan, draft: SpanDraft): void {
  const attributes = span.attributes;
  const operation = attributes.text(OPERATION);
  applyReading(READINGS.get(operation), draft);
  fillFields(attributes, SESSION_FIELDS, draft);
  addTags(attributes, TAGS, draft);
  readUsage(attributes, USAGE, draft);
  if (draft.kind !== "step" && !draft.is("embedding")) draft.agent = firstText(attributes, AGENT_NAME);
  if (draft.kind === "llm") readModelCall(attributes, draft);
  else if (draft.kind === "agent") readAgent(attributes, draft);
  else if (draft.kind === "tool") readTool(attributes, draft);
}

function readModelCall(attributes: AttributeReader, draft: SpanDraft): void {
  fillFields(attributes, MODEL_FIELDS, draft);
  fillHints(attributes, HINTS, draft);
  draft.hint("finishReason", finishReasonOf(attributes.text(FINISH_REASON)));
  if (draft.is("embedding")) readEmbedded(attributes, draft);
  else readSides(attributes, draft);
}

/** Each outer call is an agent; without a function id it has no name (rule A6). */
function readAgent(attributes: AttributeReader, draft: SpanDraft): void {
  fillFields(attributes, WRAPPER_FIELDS, draft);
  if (draft.agent === "") draft.trait("agentInferred");
  readSides(attributes, draft);
}

function readTool(attributes: AttributeReader, draft: SpanDraft): void {
  fillFields(attributes, TOOL_FIELDS, draft);
  takeArguments(attributes, TOOL_ARGUMENTS, draft);
  takeResult(attributes, TOOL_RESULT, draft);
}

function readSides(attributes: AttributeReader, draft: SpanDraft): void {
  for (const key of PROMPTS) if (takeMessages(attributes, key, "input", draft)) break;
  if (draft.output.length > 0) return;
  const list = new PartList();
  list.begin("assistant");
  list.add("reasoning", readText(attributes, [REASONING]));
  list.add("text", readText(attributes, TEXT));
  for (const key of CALLS) {
    const calls = listOf(readValue(attributes.value(key)));
    for (const call of calls) if (isObject(call)) readCall(call, list);
    if (calls.length > 0) attributes.take(key);
  }
  for (const key of OBJECT) {
    const text = attributes.text(key);
    if (text === "") continue;
    list.add("json", canonicalText(text));
    attributes.take(key);
  }
  draft.output = list.parts;
}

/** The first text of some attributes, which is taken. */
function readText(attributes: AttributeReader, keys: typeof TEXT): string {
  for (const key of keys) {
    const text = attributes.text(key);
    if (text === "") continue;
    attributes.take(key);
    return text;
  }
  return "";
}

/** What is embedded comes as JSON, one text or a list of texts that each hold JSON. */
function readEmbedded(attributes: AttributeReader, draft: SpanDraft): void {
  for (const key of EMBEDDED) {
    const value = readValue(attributes.value(key));
    if (value === undefined || draft.input.length > 0) continue;
    draft.input = (typeof value === "string" ? [value] : listOf(value)).map(embeddedPart);
    attributes.take(key);
  }
}

function embeddedPart(value: Json): ContentPart {
  const inner = typeof value === "string" ? (readValue(value) ?? value) : value;
  return { role: "user", type: "text", body: textOf(inner) };
}

export const aiSdk: Dialect = {
  id: "ai-sdk",
  doc: "Vercel's AI SDK 3 to 6 (and the legacy integration of 7). Each outer `generateText`, `streamText`, `generateObject` and `streamObject` is an agent named by its `functionId`; the `.doGenerate` and `.doStream` spans inside are the model calls. The outer span repeats their usage. Session and user stand in `ai.telemetry.metadata.*`. The AI SDK 7 speaks OpenTelemetry's conventions. Read from a capture of version 6.",
  detect: { attributes: ["ai.operationId"], scopes: ["ai"] },
  map,
};
