import { attributeKey, attributeKeys } from "../model/attribute-keys.ts";
import type { SpanDraft } from "../model/draft.ts";
import type { AttributeReader, ForeignSpan } from "../model/foreign-span.ts";
import type { SpanKind } from "../model/vocabulary.ts";
import type { Dialect } from "./dialect.ts";
import { fieldTable, fillFields, fillHints, hintTable } from "./extract/fields.ts";
import { finishReasonIn } from "./extract/finish-reasons.ts";
import { takeEventMessages } from "./extract/genai-events.ts";
import { readGenAiLog } from "./extract/genai-logs.ts";
import { applyReading, type Reading, readingOf } from "./extract/readings.ts";
import { takeDocuments, takeQuery } from "./extract/retrieval.ts";
import { noteScores } from "./extract/scores.ts";
import { takeArguments, takeInstructions, takeMessages, takeResult } from "./extract/sides.ts";
import { readUsage, usageKeys } from "./extract/usage.ts";

const OPERATION = attributeKey("gen_ai.operation.name");
const AGENT_NAME = fieldTable({ agent: ["gen_ai.agent.name"] });
const FIELDS = fieldTable({
  session: ["session.id", "gen_ai.conversation.id"],
  user: ["user.id", "enduser.id"],
});
const MODEL_FIELDS = fieldTable({
  model: ["gen_ai.response.model", "gen_ai.request.model"],
  provider: ["gen_ai.provider.name", "gen_ai.system"],
  responseId: ["gen_ai.response.id"],
});
const AGENT_FIELDS = fieldTable({ agentInstance: ["gen_ai.agent.id"], model: ["gen_ai.request.model"] });
const TOOL_FIELDS = fieldTable({ tool: ["gen_ai.tool.name"], toolCallId: ["gen_ai.tool.call.id"] });
const AGENT_HINTS = hintTable({
  description: ["gen_ai.agent.description"],
  invocation: ["gen_ai.agent.call.id"],
  caller: ["gen_ai.caller.name"],
  task: ["gen_ai.task.description", "gen_ai.task.name"],
});
const USAGE = usageKeys({
  input: ["gen_ai.usage.input_tokens", "gen_ai.usage.prompt_tokens", "llm.usage.prompt_tokens"],
  output: ["gen_ai.usage.output_tokens", "gen_ai.usage.completion_tokens", "llm.usage.completion_tokens"],
  cacheRead: [
    "gen_ai.usage.cache_read.input_tokens",
    "gen_ai.usage.cache_read_input_tokens",
    "gen_ai.usage.details.cache_read_tokens",
    "gen_ai.usage.input_cached_tokens",
  ],
  cacheWrite: [
    "gen_ai.usage.cache_write.input_tokens",
    "gen_ai.usage.cache_creation.input_tokens",
    "gen_ai.usage.cache_creation_input_tokens",
    "gen_ai.usage.cache_write_input_tokens",
    "gen_ai.usage.details.cache_write_tokens",
  ],
  reasoning: [
    "gen_ai.usage.reasoning.output_tokens",
    "gen_ai.usage.reasoning_tokens",
    "gen_ai.usage.details.reasoning_tokens",
  ],
});
const FINISH_REASONS = attributeKey("gen_ai.response.finish_reasons");
const FIRST_CHUNK_SECONDS = attributeKeys(
  "gen_ai.response.time_to_first_chunk",
  "gen_ai.client.operation.time_to_first_chunk",
  "gen_ai.server.time_to_first_token",
);
const COST = attributeKeys("gen_ai.usage.cost", "gen_ai.usage.total_cost", "operation.cost");
const INSTRUCTIONS = attributeKey("gen_ai.system_instructions");
const INPUT = attributeKeys("gen_ai.input.messages", "gen_ai.prompt");
const OUTPUT = attributeKeys("gen_ai.output.messages", "gen_ai.completion");
const ARGUMENTS = attributeKey("gen_ai.tool.call.arguments");
const RESULT = attributeKey("gen_ai.tool.call.result");
const TOOL_NAME = attributeKey("gen_ai.tool.name");
const TOOL_TYPE = attributeKey("gen_ai.tool.type");
const QUERY = attributeKey("gen_ai.retrieval.query.text");
const DOCUMENTS = attributeKey("gen_ai.retrieval.documents");
const WORKFLOW_NAME = attributeKey("gen_ai.workflow.name");
const TRANSFER_TARGET = attributeKey("gen_ai.transfer.target.name");
const TRANSFER_MODE = attributeKey("gen_ai.transfer.mode");
const HANDOFF_FROM = attributeKey("gen_ai.handoff.from_agent");
const HANDOFF_TO = attributeKey("gen_ai.handoff.to_agent");

/** Reads whatever `gen_ai.*` says and the draft does not have yet. */
export function readGenAi(span: ForeignSpan, draft: SpanDraft): void {
  const attributes = span.attributes;
  const operation = attributes.text(OPERATION);
  if (draft.kind === "other" && !draft.is("hidden")) applyReading(readingOf(operation) ?? guess(attributes), draft);
  // A swarm or graph puts its type where an agent's name is due.
  if (draft.kind !== "run") fillFields(attributes, AGENT_NAME, draft);
  fillFields(attributes, FIELDS, draft);
  readUsage(attributes, USAGE, draft);
  if (draft.costUsd === undefined) draft.costUsd = firstNumber(attributes, COST);
  readHandoff(attributes, draft);
  READ_BY_KIND[draft.kind]?.(span, draft);
  takeEventMessages(span, draft);
  if (span.events.length > 0) noteScores(span, draft);
}

/** Spans without an operation name: a model that answered, or a tool. */
function guess(attributes: AttributeReader): Reading | undefined {
  for (const key of USAGE.input) if (attributes.has(key)) return { kind: "llm" };
  return attributes.has(TOOL_NAME) ? { kind: "tool" } : undefined;
}

function firstNumber(attributes: AttributeReader, keys: typeof COST): number | undefined {
  for (const key of keys) {
    const number = attributes.number(key);
    if (number !== undefined && number >= 0) return number;
  }
  return undefined;
}

function readHandoff(attributes: AttributeReader, draft: SpanDraft): void {
  const target = attributes.text(TRANSFER_TARGET);
  if (target !== "") {
    const handsOver = attributes.text(TRANSFER_MODE) !== "return_to_caller";
    draft.hint("from", draft.agent);
    draft.hint("to", target);
    draft.hint("target", target);
    draft.hint("messageKind", handsOver ? "handoff" : "delegate");
    draft.hint("evidence", "M2");
    if (handsOver) draft.kind = "message";
    return;
  }
  const to = attributes.text(HANDOFF_TO);
  if (to === "") return;
  draft.kind = "message";
  draft.hint("from", attributes.text(HANDOFF_FROM));
  draft.hint("to", to);
  draft.hint("messageKind", "handoff");
  draft.hint("evidence", "M1");
}

type Read = (span: ForeignSpan, draft: SpanDraft) => void;

const READ_BY_KIND: { readonly [K in SpanKind]?: Read } = {
  llm: readModelCall,
  agent: readAgent,
  run: readWhole,
  tool: readTool,
  message: readTool,
  retrieval: readRetrieval,
  step: readMessages,
  task: readWhole,
};

function readMessages({ attributes }: ForeignSpan, draft: SpanDraft): void {
  for (const key of INPUT) if (takeMessages(attributes, key, "input", draft)) break;
  for (const key of OUTPUT) if (takeMessages(attributes, key, "output", draft)) break;
}

function readModelCall(span: ForeignSpan, draft: SpanDraft): void {
  const attributes = span.attributes;
  fillFields(attributes, MODEL_FIELDS, draft);
  readMessages(span, draft);
  takeInstructions(attributes, INSTRUCTIONS, draft);
  if (attributes.has(FINISH_REASONS)) draft.hint("finishReason", finishReasonIn(attributes.value(FINISH_REASONS)));
  const seconds = firstNumber(attributes, FIRST_CHUNK_SECONDS);
  if (seconds !== undefined) draft.hint("firstTokenMs", String(seconds * 1000));
}

const INVOKE = "invoke_agent ";

function readAgent(span: ForeignSpan, draft: SpanDraft): void {
  const attributes = span.attributes;
  fillFields(attributes, AGENT_FIELDS, draft);
  fillHints(attributes, AGENT_HINTS, draft);
  if (draft.hinted("caller") !== undefined) draft.hint("evidence", "M3");
  if (draft.agent === "") nameFromSpan(span.name, draft);
  readMessages(span, draft);
  takeInstructions(attributes, INSTRUCTIONS, draft);
}

/** Without a name, the AI SDK puts the model into the span's name: such an agent is unnamed (rule A6). */
function nameFromSpan(name: string, draft: SpanDraft): void {
  const bare = name.startsWith(INVOKE) ? name.slice(INVOKE.length).trim() : "";
  if (bare !== "" && bare !== draft.model) {
    draft.agent = bare;
    return;
  }
  draft.trait("agentInferred");
}

function readWhole(span: ForeignSpan, draft: SpanDraft): void {
  const name = span.attributes.text(WORKFLOW_NAME);
  if (name !== "" && draft.hinted("runName") === undefined) draft.hint("runName", name);
  if (draft.kind === "task") fillHints(span.attributes, AGENT_HINTS, draft);
  readMessages(span, draft);
}

const TOOL_TYPES: ReadonlyMap<string, string> = new Map([
  ["FunctionTool", "function"],
  ["tool", "function"],
  ["AgentTool", "agent"],
  ["McpTool", "mcp"],
  ["MCPTool", "mcp"],
]);

function readTool({ attributes }: ForeignSpan, draft: SpanDraft): void {
  fillFields(attributes, TOOL_FIELDS, draft);
  const type = attributes.text(TOOL_TYPE);
  if (type !== "" && draft.hinted("toolType") === undefined) draft.hint("toolType", TOOL_TYPES.get(type) ?? type);
  takeArguments(attributes, ARGUMENTS, draft);
  takeResult(attributes, RESULT, draft);
}

function readRetrieval({ attributes }: ForeignSpan, draft: SpanDraft): void {
  takeQuery(attributes, QUERY, draft);
  takeDocuments(attributes, DOCUMENTS, draft);
}

export const otelGenAi: Dialect = {
  id: "otel-genai",
  doc: "OpenTelemetry's semantic conventions for generative AI, in all generations that are in use: `gen_ai.system` and message events up to 1.36, `gen_ai.provider.name` and message attributes from 1.37, and the later split of cache and reasoning tokens. Whatever a more specific dialect leaves open is read this way too. Spoken by the official instrumentations, the AI SDK 7, Spring AI, Semantic Kernel and many others.",
  detect: { prefixes: ["gen_ai."], scopes: ["gen_ai"] },
  map: readGenAi,
  mapLog: readGenAiLog,
};
