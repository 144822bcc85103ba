import { attributeKey, attributeKeys, attributePrefix } from "../model/attribute-keys.ts";
import type { ContentPart, Json, SpanDraft } from "../model/draft.ts";
import type { AttributeReader, ForeignSpan } from "../model/foreign-span.ts";
import type { Dialect } from "./dialect.ts";
import { addTags, fieldTable, fillFields, fillHints, hintTable } from "./extract/fields.ts";
import { finishReasonOf } from "./extract/finish-reasons.ts";
import { fillFromMetadata, hide, isPlumbing, readLangGraph } from "./extract/langgraph.ts";
import { messagesOf, type ReadParts } from "./extract/messages.ts";
import { flattenedMessages } from "./extract/openinference-messages.ts";
import { applyReading, type Reading } from "./extract/readings.ts";
import { documentsOf, takeDocuments, takeQuery } from "./extract/retrieval.ts";
import { takeArguments, takeMessages, takeResult } from "./extract/sides.ts";
import { readUsage, usageKeys } from "./extract/usage.ts";
import {
  isList,
  isObject,
  type JsonObject,
  listOf,
  onlyText,
  parseMaybeJson,
  parseObject,
  textOf,
  unflatten,
} from "./extract/values.ts";

const KINDS: ReadonlyMap<string, Reading> = new Map<string, Reading>([
  ["LLM", { kind: "llm" }],
  ["EMBEDDING", { kind: "llm", trait: "embedding" }],
  ["CHAIN", { kind: "step" }],
  ["PROMPT", { kind: "step" }],
  ["AGENT", { kind: "agent" }],
  ["TOOL", { kind: "tool" }],
  ["RETRIEVER", { kind: "retrieval" }],
  ["RERANKER", { kind: "retrieval" }],
  ["GUARDRAIL", { kind: "guardrail" }],
  ["EVALUATOR", { kind: "guardrail" }],
]);

const SPAN_KIND = attributeKey("openinference.span.kind");
const INPUT = attributeKey("input.value");
const OUTPUT = attributeKey("output.value");
const SESSION = attributeKey("session.id");
const METADATA = attributeKey("metadata");
const TAGS = attributeKey("tag.tags");
const GRAPH_NODE = attributeKey("graph.node.id");
const FINISH_REASON = attributeKey("llm.finish_reason");
const PARAMETERS = attributeKey("tool.parameters");
const COST_TOTAL = attributeKey("llm.cost.total");
const COST_PARTS = attributeKeys("llm.cost.prompt", "llm.cost.completion");
const RERANKER_QUERY = attributeKey("reranker.query");
const INPUT_MESSAGES = attributePrefix("llm.input_messages.");
const OUTPUT_MESSAGES = attributePrefix("llm.output_messages.");
const DOCUMENTS = [attributePrefix("retrieval.documents."), attributePrefix("reranker.output_documents.")] as const;
const EMBEDDED = attributePrefix("embedding.embeddings.");

const FIELDS = fieldTable({ session: ["session.id"], user: ["user.id"] });
const MODEL_FIELDS = fieldTable({
  model: [
    "llm.response.model_name",
    "llm.model_name",
    "llm.request.model_name",
    "embedding.model_name",
    "reranker.model_name",
  ],
  provider: ["llm.provider", "llm.system"],
});
const AGENT_FIELDS = fieldTable({ agent: ["agent.name", "graph.node.name", "graph.node.id"] });
const TOOL_FIELDS = fieldTable({
  tool: ["tool.name"],
  toolCallId: ["tool.id", "tool_call.id", "message.tool_call_id"],
});
const GRAPH_HINTS = hintTable({ graphNode: ["graph.node.id"], graphParent: ["graph.node.parent_id"] });
const USAGE = usageKeys({
  input: ["llm.token_count.prompt"],
  output: ["llm.token_count.completion"],
  cacheRead: ["llm.token_count.prompt_details.cache_read"],
  cacheWrite: ["llm.token_count.prompt_details.cache_write"],
  reasoning: ["llm.token_count.completion_details.reasoning"],
});

function map(span: ForeignSpan, draft: SpanDraft): void {
  const attributes = span.attributes;
  applyReading(KINDS.get(attributes.text(SPAN_KIND).toUpperCase()), draft);
  const agentGraph = readMetadata(span, draft);
  if (draft.kind === "step") readStructure(span, draft, agentGraph);
  if (draft.kind === "agent") readAgent(span, draft);
  fillFields(attributes, FIELDS, draft);
  fillHints(attributes, GRAPH_HINTS, draft);
  addTags(attributes, TAGS, draft);
  readUsage(attributes, USAGE, draft);
  if (draft.kind === "llm") readModelCall(attributes, draft);
  else if (draft.kind === "tool") readTool(span, draft);
  else if (draft.kind === "retrieval") readRetrieval(attributes, draft);
  takeMessages(attributes, INPUT, "input", draft);
  takeMessages(attributes, OUTPUT, "output", draft);
}

/** The metadata of LangChain's callbacks. Says whether the span is an agent's own graph. */
function readMetadata(span: ForeignSpan, draft: SpanDraft): boolean {
  const metadata = parseObject(span.attributes.text(METADATA));
  if (metadata === undefined) return false;
  const lookUp = (name: string) => onlyText(metadata[name]);
  draft.session = span.attributes.text(SESSION);
  fillFromMetadata(lookUp, draft);
  return readLangGraph(lookUp, span.name, draft);
}

const AGENTS_SDK = "openai-agents";
const AGENTS_SDK_PY = "openai_agents";

function isAgentsSdk(span: ForeignSpan): boolean {
  return span.scope.includes(AGENTS_SDK) || span.scope.includes(AGENTS_SDK_PY);
}

/** CHAIN is everything that has children: a run, an agent's graph, LangChain's wiring, or a step. */
function readStructure(span: ForeignSpan, draft: SpanDraft, agentGraph: boolean): void {
  if (agentGraph) draft.kind = "agent";
  else if (!span.hasParent) draft.kind = "run";
  else if (isPlumbing(span.name)) hide(draft);
  else if (isAgentsSdk(span) && span.name === "Agent workflow") draft.kind = "run";
}

const METHOD_SUFFIX = /\.(?:run|arun|invoke|kickoff|_execute_core|execute_task)$/;

function readAgent(span: ForeignSpan, draft: SpanDraft): void {
  if (isAgentsSdk(span) && !span.attributes.has(GRAPH_NODE)) {
    // The bridge to the OpenAI Agents SDK reports the whole trace as an agent too, but only agents are graph nodes.
    draft.kind = "run";
    draft.hint("runName", span.name);
    return;
  }
  fillFields(span.attributes, AGENT_FIELDS, draft);
  if (draft.agent === "") draft.agent = span.name.replace(METHOD_SUFFIX, "");
}

function readModelCall(attributes: AttributeReader, draft: SpanDraft): void {
  fillFields(attributes, MODEL_FIELDS, draft);
  draft.hint("finishReason", finishReasonOf(attributes.text(FINISH_REASON)));
  const total = attributes.number(COST_TOTAL) ?? sumOf(attributes, COST_PARTS);
  if (total !== undefined && total >= 0) draft.costUsd = total;
  draft.input = chooseSide(attributes, INPUT_MESSAGES, INPUT, "user");
  draft.output = chooseSide(attributes, OUTPUT_MESSAGES, OUTPUT, "assistant");
  readAnswer(attributes.text(OUTPUT), draft);
  if (draft.is("embedding") && draft.input.length === 0) draft.input = embeddedTexts(attributes);
}

function sumOf(attributes: AttributeReader, keys: typeof COST_PARTS): number | undefined {
  let sum: number | undefined;
  for (const key of keys) {
    const number = attributes.number(key);
    if (number !== undefined) sum = (sum ?? 0) + number;
  }
  return sum;
}

/**
 * A call's messages come twice: flattened, and as the raw request or answer. The raw ones may know the ids of calls;
 * the flattened ones may know the instructions. The side that says all that the other says is kept.
 */
function chooseSide(
  attributes: AttributeReader,
  prefix: typeof INPUT_MESSAGES,
  key: typeof INPUT,
  role: "user" | "assistant",
): readonly ContentPart[] {
  const raw = messagesOf(attributes.value(key), role);
  const flattened = attributes.hasGroup(prefix) ? flattenedMessages(attributes.group(prefix)) : undefined;
  if (flattened === undefined || flattened.parts.length === 0) {
    if (raw.complete) attributes.take(key);
    return raw.parts;
  }
  if (flattened.complete) attributes.takeGroup(prefix);
  if (raw.parts.length > 0 && covers(raw, flattened)) {
    if (raw.complete) attributes.take(key);
    return raw.parts;
  }
  if (raw.complete && covers(flattened, raw)) attributes.take(key);
  return flattened.parts;
}

/** Whether every part of `inner` is among those of `outer`, ids aside. */
function covers(outer: ReadParts, inner: ReadParts): boolean {
  const bodies = new Set(outer.parts.map((part) => `${part.type}\0${part.body}`));
  return inner.parts.every((part) => bodies.has(`${part.type}\0${part.body}`));
}

/** Model and id of an answer, where only the raw answer has them. */
function readAnswer(text: string, draft: SpanDraft): void {
  const value = text === "" ? undefined : parseMaybeJson(text);
  const answer = isList(value) ? value[0] : value;
  if (!isObject(answer)) return;
  const message = firstMessage(answer);
  const metadata = message?.["response_metadata"];
  const model = isObject(metadata) ? onlyText(metadata["model_name"]) : onlyText(answer["model"]);
  if (model !== "") draft.model = model;
  if (draft.responseId === "") draft.responseId = onlyText(message?.["id"] ?? answer["id"]);
}

/** The constructor arguments of the first message of `{"generations": [[{message}]]}`. */
function firstMessage(answer: JsonObject): JsonObject | undefined {
  const generation = listOf(listOf(answer["generations"])[0])[0];
  const message = isObject(generation) ? generation["message"] : undefined;
  const fields = isObject(message) ? message["kwargs"] : undefined;
  return isObject(fields) ? fields : undefined;
}

function embeddedTexts(attributes: AttributeReader): readonly ContentPart[] {
  const parts: ContentPart[] = [];
  for (const item of listOf(unflatten(attributes.group(EMBEDDED)))) {
    const embedding = isObject(item) ? item["embedding"] : undefined;
    const text = isObject(embedding) ? onlyText(embedding["text"]) : "";
    if (text !== "") parts.push({ role: "user", type: "text", body: text });
  }
  return parts;
}

const HANDOFF_TOOL = "handoff_to_";

function readTool(span: ForeignSpan, draft: SpanDraft): void {
  const attributes = span.attributes;
  fillFields(attributes, TOOL_FIELDS, draft);
  if (draft.tool === "") draft.tool = span.name;
  if (isAgentsSdk(span) && (draft.tool.startsWith(HANDOFF_TOOL) || span.name.startsWith("handoff to "))) {
    readHandoff(attributes, draft);
    return;
  }
  // The result comes first: a ToolMessage knows the id of the call.
  takeResult(attributes, OUTPUT, draft);
  if (!takeArguments(attributes, PARAMETERS, draft)) takeArguments(attributes, INPUT, draft);
}

/** The handoff span of the OpenAI Agents SDK (rule M1). */
function readHandoff(attributes: AttributeReader, draft: SpanDraft): void {
  const from = onlyText(parseObject(attributes.text(INPUT))?.["from_agent"]);
  const to = onlyText(parseObject(attributes.text(OUTPUT))?.["to_agent"]);
  draft.kind = "message";
  draft.agent = from;
  draft.hint("from", from);
  draft.hint("to", to || draft.tool.slice(HANDOFF_TOOL.length));
  draft.hint("messageKind", "handoff");
  draft.hint("evidence", "M1");
}

function readRetrieval(attributes: AttributeReader, draft: SpanDraft): void {
  fillFields(attributes, MODEL_FIELDS, draft);
  if (!takeQuery(attributes, RERANKER_QUERY, draft)) takeQuery(attributes, INPUT, draft);
  for (const prefix of DOCUMENTS) {
    if (!attributes.hasGroup(prefix) || draft.output.length > 0) continue;
    const documents = listOf(unflatten(attributes.group(prefix))).map(documentOf);
    draft.output = documentsOf(documents);
    if (documents.every(isKnownDocument)) attributes.takeGroup(prefix);
  }
  takeDocuments(attributes, OUTPUT, draft);
}

function documentOf(item: Json): Json {
  return isObject(item) && isObject(item["document"]) ? item["document"] : textOf(item);
}

const DOCUMENT_KEYS = new Set(["id", "content", "score", "metadata"]);

function isKnownDocument(document: Json): boolean {
  return isObject(document) && Object.keys(document).every((key) => DOCUMENT_KEYS.has(key));
}

export const openInference: Dialect = {
  id: "openinference",
  doc: "Arize's OpenInference instrumentations: LangChain and LangGraph, the OpenAI Agents SDK, OpenAI, Anthropic, CrewAI, LlamaIndex, smolagents, AutoGen, Agno, Haystack and others. The kind stands in `openinference.span.kind`; messages are flattened into `llm.input_messages.N.…`; LangGraph's agents are found through `metadata`. Read from captures of LangGraph.js and the OpenAI Agents SDK for JavaScript; the others from their sources.",
  detect: { attributes: ["openinference.span.kind"] },
  map,
};
