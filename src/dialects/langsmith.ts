import { attributeKey, attributePrefix } from "../model/attribute-keys.ts";
import type { SpanDraft } from "../model/draft.ts";
import type { ForeignSpan } from "../model/foreign-span.ts";
import { isRunId } from "../model/ids.ts";
import type { Dialect } from "./dialect.ts";
import { addTags, fieldTable, fillFields } from "./extract/fields.ts";
import { fillFromMetadata, hide, isPlumbing, type Metadata, readLangGraph } from "./extract/langgraph.ts";
import { applyReading, type Reading } from "./extract/readings.ts";
import { setDocuments, takeQuery } from "./extract/retrieval.ts";
import { setResultJson, takeArguments, takeMessages, takeResult } from "./extract/sides.ts";
import { exceptionOf } from "./extract/status.ts";
import { fail } from "./extract/tool-results.ts";
import { readUsageObject } from "./extract/usage.ts";
import { parseObject } from "./extract/values.ts";

const KINDS: ReadonlyMap<string, Reading> = new Map<string, Reading>([
  ["llm", { kind: "llm" }],
  ["embedding", { kind: "llm", trait: "embedding" }],
  ["tool", { kind: "tool" }],
  // Its operation name says `embeddings`.
  ["retriever", { kind: "retrieval" }],
  ["chain", { kind: "step" }],
  ["prompt", { kind: "step" }],
]);

const KIND = attributeKey("langsmith.span.kind");
const TAGS = attributeKey("langsmith.span.tags");
const USAGE = attributeKey("langsmith.usage_metadata");
const INPUT = attributeKey("gen_ai.prompt");
const OUTPUT = attributeKey("gen_ai.completion");
const EXCEPTION_MESSAGE = attributeKey("exception.message");
const METADATA_PREFIX = attributePrefix("langsmith.metadata.");
const METADATA_KEYS: ReadonlyMap<string, ReturnType<typeof attributeKey>> = new Map(
  [
    ...["lc_agent_name", "langgraph_node", "langgraph_checkpoint_ns", "checkpoint_ns"],
    ...["session_id", "thread_id", "conversation_id", "user_id"],
  ].map((name) => [name, attributeKey(`langsmith.metadata.${name}`)]),
);
const TRACE_ID = attributeKey("langsmith.trace.id");
const MODEL_FIELDS = fieldTable({
  model: ["gen_ai.response.model", "gen_ai.request.model", "langsmith.metadata.ls_model_name"],
  provider: ["langsmith.metadata.ls_provider", "gen_ai.provider.name", "gen_ai.system"],
});
const TOOL_FIELDS = fieldTable({ tool: ["gen_ai.tool.name"] });
const INCLUSIVE = { inputExclusive: false, outputExclusive: false } as const;

function map(span: ForeignSpan, draft: SpanDraft): void {
  const attributes = span.attributes;
  applyReading(KINDS.get(attributes.text(KIND)), draft);
  const traceRunId = attributes.text(TRACE_ID);
  if (isRunId(traceRunId)) draft.dialectRunId = traceRunId;
  addTags(attributes, TAGS, draft);
  const agentGraph = attributes.hasGroup(METADATA_PREFIX) && readMetadata(span, draft);
  if (draft.kind === "step") readStructure(span, draft, agentGraph);
  if (draft.kind === "llm") {
    fillFields(attributes, MODEL_FIELDS, draft);
    readUsageObject(parseObject(attributes.text(USAGE)), INCLUSIVE, draft);
  }
  readSides(span, draft);
  // A run that raised ends with status OK.
  const exception = exceptionOf(span);
  if (exception !== undefined) fail(draft, exception.attributes.text(EXCEPTION_MESSAGE));
}

function readMetadata(span: ForeignSpan, draft: SpanDraft): boolean {
  const lookUp: Metadata = (name) => {
    const key = METADATA_KEYS.get(name);
    return key === undefined ? "" : span.attributes.text(key);
  };
  fillFromMetadata(lookUp, draft);
  return readLangGraph(lookUp, span.name, draft);
}

function readStructure(span: ForeignSpan, draft: SpanDraft, agentGraph: boolean): void {
  if (agentGraph) draft.kind = "agent";
  else if (!span.hasParent) draft.kind = "run";
  else if (isPlumbing(span.name)) hide(draft);
}

function readSides(span: ForeignSpan, draft: SpanDraft): void {
  const attributes = span.attributes;
  if (draft.kind === "tool") {
    fillFields(attributes, TOOL_FIELDS, draft);
    if (draft.tool === "") draft.tool = span.name;
    const outputs = parseObject(attributes.text(OUTPUT));
    const inner = outputs !== undefined && Object.keys(outputs).length === 1 ? outputs["outputs"] : undefined;
    if (inner === undefined || inner === null) takeResult(attributes, OUTPUT, draft);
    else if (setResultJson(inner, draft)) attributes.take(OUTPUT);
    takeArguments(attributes, INPUT, draft);
    return;
  }
  if (draft.kind === "retrieval") {
    const query = parseObject(attributes.text(INPUT))?.["input"];
    if (typeof query === "string") draft.input = [{ role: "user", type: "text", body: query }];
    else takeQuery(attributes, INPUT, draft);
    const output = attributes.value(OUTPUT);
    if (output !== undefined) setDocuments(output, draft);
  }
  takeMessages(attributes, INPUT, "input", draft);
  takeMessages(attributes, OUTPUT, "output", draft);
}

export const langSmith: Dialect = {
  id: "langsmith",
  doc: "LangSmith's SDK in its OpenTelemetry mode. The kind stands in `langsmith.span.kind`, input and output as JSON in `gen_ai.prompt` and `gen_ai.completion`, all metadata as texts in `langsmith.metadata.*`. A run that raised has status OK and an exception event. Read from a capture.",
  detect: { prefixes: ["langsmith."], scopes: ["langsmith"] },
  map,
};
