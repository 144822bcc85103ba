import { attributeKey, attributePrefix } from "../model/attribute-keys.ts";
import type { Json, SpanDraft } from "../model/draft.ts";
import type { AttributeReader, ForeignSpan } from "../model/foreign-span.ts";
import type { Dialect } from "./dialect.ts";
import { fieldTable, fillFields, fillHints, firstText, hintTable } from "./extract/fields.ts";
import { finishReasonOf } from "./extract/finish-reasons.ts";
import { hide, isPlumbing, type Metadata, readLangGraph } from "./extract/langgraph.ts";
import { readMessages } from "./extract/messages.ts";
import { PartList } from "./extract/part-list.ts";
import { applyReading, type Reading, readingOf } from "./extract/readings.ts";
import { setArguments, takeMessages, takeResult } from "./extract/sides.ts";
import { isToolClass } from "./extract/tool-results.ts";
import { isList, isObject, type JsonObject, listOf, onlyText, parseMaybeJson, unflatten } from "./extract/values.ts";

const KINDS: ReadonlyMap<string, Reading> = new Map<string, Reading>([
  ["workflow", { kind: "run" }],
  ["task", { kind: "task" }],
  ["agent", { kind: "agent" }],
  ["tool", { kind: "tool" }],
  ["handoff", { kind: "message" }],
]);
const REQUEST_TYPES: ReadonlyMap<string, Reading> = new Map<string, Reading>([
  ["chat", { kind: "llm" }],
  ["completion", { kind: "llm" }],
  ["embedding", { kind: "llm", trait: "embedding" }],
  ["rerank", { kind: "retrieval" }],
]);

const KIND = attributeKey("traceloop.span.kind");
const REQUEST_TYPE = attributeKey("llm.request.type");
const OPERATION = attributeKey("gen_ai.operation.name");
const ENTITY_NAME = attributeKey("traceloop.entity.name");
const WORKFLOW_NAME = attributeKey("traceloop.workflow.name");
const ENTITY_INPUT = attributeKey("traceloop.entity.input");
const ENTITY_OUTPUT = attributeKey("traceloop.entity.output");
const TASK_AGENT = attributeKey("crewai.task.agent");
const CREW_PROCESS = attributeKey("crewai.crew.process");
const CREW_RESULT = attributeKey("crewai.crew.result");
const COMMAND_FROM = attributeKey("langgraph.command.source_node");
const COMMAND_TO = attributeKey("langgraph.command.goto_node");
const PROMPTS = attributePrefix("gen_ai.prompt.");
const COMPLETIONS = attributePrefix("gen_ai.completion.");

/** The application is free to name its properties: these are the usual names. */
const property = (name: string) => `traceloop.association.properties.${name}`;
const FIELDS = fieldTable({
  session: ["session_id", "sessionId", "chat_id", "thread_id", "conversation_id", "ls_session_id"].map(property),
  user: ["user_id", "userId", "user"].map(property),
});
const AGENT_FIELDS = fieldTable({ agent: ["gen_ai.agent.name", "crewai.agent.role", "traceloop.entity.name"] });
const TOOL_FIELDS = fieldTable({ tool: ["gen_ai.tool.name", "traceloop.entity.name"] });
const TASK_HINTS = hintTable({ task: ["crewai.task.description", "gen_ai.task.description"] });
const METADATA_KEYS: ReadonlyMap<string, ReturnType<typeof attributeKey>> = new Map(
  ["lc_agent_name", "langgraph_node", "langgraph_checkpoint_ns", "checkpoint_ns"].map((name) => [
    name,
    attributeKey(property(name)),
  ]),
);
const PROPERTIES = attributePrefix("traceloop.association.properties.");
const ENTITY_SUFFIX = /\.(?:workflow|task|agent|tool|chat|completion|llm)$/;
const JS_PREFIX = /^(?:workflow|task|agent|tool|execute_tool|invoke_agent) /;

function map(span: ForeignSpan, draft: SpanDraft): void {
  const attributes = span.attributes;
  const name = entityName(span);
  const operation = attributes.text(OPERATION);
  const kind = attributes.text(KIND);
  // LangChain.js reports tools as tasks; the operation tells.
  if (operation === "execute_tool") applyReading(readingOf(operation), draft);
  else applyReading(KINDS.get(kind) ?? REQUEST_TYPES.get(attributes.text(REQUEST_TYPE)), draft);
  fillFields(attributes, FIELDS, draft);
  const agentGraph = attributes.hasGroup(PROPERTIES) && readProperties(span, name, draft);
  if (kind !== "" && isPlumbing(name)) hide(draft);
  else if (agentGraph && (draft.kind === "run" || draft.kind === "task")) draft.kind = "agent";
  if (draft.kind === "other" && !draft.is("hidden")) readUnmarked(span, operation, draft);
  readKind(span, name, draft);
  readFlattened(attributes, draft);
  readCommand(attributes, draft);
}

/** What the span is about, without the suffix or prefix that names its kind. */
function entityName(span: ForeignSpan): string {
  const entity = span.attributes.text(ENTITY_NAME) || span.attributes.text(WORKFLOW_NAME);
  if (entity !== "" && span.name.includes(entity)) return entity;
  return span.name.replace(ENTITY_SUFFIX, "").replace(JS_PREFIX, "");
}

function readProperties(span: ForeignSpan, name: string, draft: SpanDraft): boolean {
  const lookUp: Metadata = (field) => {
    const key = METADATA_KEYS.get(field);
    return key === undefined ? "" : span.attributes.text(key);
  };
  return readLangGraph(lookUp, name, draft);
}

/** Spans without a kind: CrewAI's crew says that it is an agent; LangChain's chains say so of themselves too. */
function readUnmarked(span: ForeignSpan, operation: string, draft: SpanDraft): void {
  if (span.name === "crewai.workflow" || span.attributes.has(CREW_PROCESS)) draft.kind = "run";
  else if (operation === "invoke_agent" && isPlumbing(entityName(span))) hide(draft);
  else if (operation === "workflow") draft.kind = "run";
}

function readKind(span: ForeignSpan, name: string, draft: SpanDraft): void {
  const attributes = span.attributes;
  if (draft.kind === "agent") fillFields(attributes, AGENT_FIELDS, draft);
  if (draft.kind === "run") draft.hint("runName", firstText(attributes, [WORKFLOW_NAME, ENTITY_NAME]) || name);
  if (draft.kind === "task") {
    if (draft.agent === "") draft.agent = attributes.text(TASK_AGENT);
    fillHints(attributes, TASK_HINTS, draft);
    if (draft.hinted("task") === undefined) draft.hint("task", name);
  }
  if (draft.kind === "tool") {
    fillFields(attributes, TOOL_FIELDS, draft);
    readTool(attributes, draft);
    return;
  }
  takeMessages(attributes, ENTITY_INPUT, "input", draft);
  takeMessages(attributes, ENTITY_OUTPUT, "output", draft);
  takeMessages(attributes, CREW_RESULT, "output", draft);
}

function readTool(attributes: AttributeReader, draft: SpanDraft): void {
  const stated = draft.tool;
  takeResult(attributes, ENTITY_OUTPUT, draft);
  // A result without a name leaves the name of the class, which says nothing.
  if (isToolClass(stated) && draft.tool === stated) draft.tool = "";
  const value = attributes.value(ENTITY_INPUT);
  if (value === undefined || draft.input.length > 0) return;
  const input = typeof value === "string" ? parseMaybeJson(value) : undefined;
  if (setArguments(isObject(input) ? argumentsIn(input) : onlyText(value as Json), draft)) {
    attributes.take(ENTITY_INPUT);
  }
}

/** `{"args": ["{…}"], "kwargs": {}}`: the single argument where there is one. */
function argumentsIn(input: JsonObject): Json {
  const args = input["args"];
  const kwargs = input["kwargs"];
  if (!isList(args)) return input;
  if (isObject(kwargs) && Object.keys(kwargs).length > 0) return args.length === 0 ? kwargs : input;
  return args.length === 1 ? (args[0] as Json) : input;
}

/** Messages of the time before JSON attributes: `gen_ai.prompt.0.content`, whose content may be JSON of parts. */
function readFlattened(attributes: AttributeReader, draft: SpanDraft): void {
  if (draft.input.length === 0 && attributes.hasGroup(PROMPTS)) {
    const list = flattened(attributes, PROMPTS, "user");
    draft.input = list.parts;
    if (list.complete && list.parts.length > 0) attributes.takeGroup(PROMPTS);
  }
  if (draft.output.length > 0 || !attributes.hasGroup(COMPLETIONS)) return;
  const list = flattened(attributes, COMPLETIONS, "assistant");
  draft.output = list.parts;
  const last = listOf(unflatten(attributes.group(COMPLETIONS))).at(-1);
  if (isObject(last)) draft.hint("finishReason", finishReasonOf(onlyText(last["finish_reason"])));
  if (list.complete && list.parts.length > 0) attributes.takeGroup(COMPLETIONS);
}

function flattened(attributes: AttributeReader, prefix: typeof PROMPTS, role: string): PartList {
  const list = new PartList();
  for (const item of listOf(unflatten(attributes.group(prefix)))) {
    if (!isObject(item)) {
      list.complete = false;
      continue;
    }
    const content = onlyText(item["content"]);
    readMessages({ role, ...item, content: parseMaybeJson(content) ?? content }, list, role);
  }
  return list;
}

/** LangGraph's Command as the Python instrumentation reports it: control goes from node to node. */
function readCommand(attributes: AttributeReader, draft: SpanDraft): void {
  const to = attributes.text(COMMAND_TO);
  if (to === "" || to === "__end__") return;
  draft.hint("from", attributes.text(COMMAND_FROM));
  draft.hint("to", to);
  draft.hint("messageKind", "handoff");
  draft.hint("evidence", "M1");
}

export const openLlmetry: Dialect = {
  id: "openllmetry",
  doc: "Traceloop's OpenLLMetry, Python and JavaScript, old and current: `traceloop.span.kind`, `llm.request.type`, flattened `gen_ai.prompt.N.*`, or OpenTelemetry's message attributes. CrewAI's tasks and agents carry the agent's role. LangChain.js spans have no parents and name tools by their class; the tool's name is then read from its result. Read from a capture of LangGraph.js, the rest from the sources.",
  detect: {
    attributes: ["llm.request.type", "gen_ai.prompt.0.content", "gen_ai.prompt.0.role", "gen_ai.completion.0.content"],
    prefixes: ["traceloop.", "crewai.", "langgraph.command."],
    scopes: [
      "@traceloop/*",
      "opentelemetry.instrumentation.crewai*",
      "opentelemetry.instrumentation.langchain*",
      "opentelemetry.instrumentation.openai_agents*",
    ],
  },
  map,
};
