import { attributeKey, attributePrefix } from "../model/attribute-keys.ts";
import type { SpanDraft } from "../model/draft.ts";
import type { AttributeReader, ForeignSpan } from "../model/foreign-span.ts";
import type { Dialect } from "./dialect.ts";
import { addTags, fieldTable, fillFields, fillHints, hintTable, millisecondsAfter } from "./extract/fields.ts";
import { fillFromMetadata, hide, isPlumbing, type Metadata, readLangGraph } from "./extract/langgraph.ts";
import { applyReading, type Reading } from "./extract/readings.ts";
import { looksLikeDocuments, setDocuments, takeQuery } from "./extract/retrieval.ts";
import { takeArguments, takeMessages, takeResult } from "./extract/sides.ts";
import { fail } from "./extract/tool-results.ts";
import { readUsageObject } from "./extract/usage.ts";
import { instantOf, isObject, numberOf, parseMaybeJson, parseObject } from "./extract/values.ts";

const KINDS: ReadonlyMap<string, Reading> = new Map<string, Reading>([
  ["agent", { kind: "agent" }],
  ["generation", { kind: "llm" }],
  ["embedding", { kind: "llm", trait: "embedding" }],
  ["tool", { kind: "tool" }],
  ["retriever", { kind: "retrieval" }],
  ["guardrail", { kind: "guardrail" }],
  ["evaluator", { kind: "guardrail" }],
  ["span", { kind: "step" }],
  ["chain", { kind: "step" }],
]);

const TYPE = attributeKey("langfuse.observation.type");
const APP_ROOT = attributeKey("langfuse.internal.is_app_root");
const LEVEL = attributeKey("langfuse.observation.level");
const STATUS_MESSAGE = attributeKey("langfuse.observation.status_message");
const INPUT = attributeKey("langfuse.observation.input");
const OUTPUT = attributeKey("langfuse.observation.output");
const USAGE = attributeKey("langfuse.observation.usage_details");
const COST = attributeKey("langfuse.observation.cost_details");
const FIRST_TOKEN_AT = attributeKey("langfuse.observation.completion_start_time");
const TAGS = attributeKey("langfuse.trace.tags");
const METADATA_PREFIX = attributePrefix("langfuse.observation.metadata.");
const METADATA = "langfuse.observation.metadata.";

const FIELDS = fieldTable({
  model: ["langfuse.observation.model.name"],
  provider: ["langfuse.observation.metadata.ls_provider"],
  session: ["langfuse.session.id", "session.id"],
  user: ["langfuse.user.id", "user.id"],
});
const HINTS = hintTable({
  runName: ["langfuse.trace.name"],
  environment: ["langfuse.environment"],
  release: ["langfuse.release"],
});
const METADATA_KEYS: ReadonlyMap<string, ReturnType<typeof attributeKey>> = new Map(
  [
    ...["lc_agent_name", "langgraph_node", "langgraph_checkpoint_ns", "checkpoint_ns"],
    ...["session_id", "thread_id", "conversation_id", "user_id"],
  ].map((name) => [name, attributeKey(METADATA + name)]),
);

/** Langfuse's own integrations count cached and reasoning tokens apart. */
const EXCLUSIVE = { inputExclusive: true, outputExclusive: true } as const;

function map(span: ForeignSpan, draft: SpanDraft): void {
  const attributes = span.attributes;
  applyReading(KINDS.get(attributes.text(TYPE).toLowerCase()), draft);
  fillFields(attributes, FIELDS, draft);
  fillHints(attributes, HINTS, draft);
  addTags(attributes, TAGS, draft);
  const isRoot = attributes.flag(APP_ROOT) === true;
  if (isRoot) draft.trait("root");
  if (draft.kind === "agent") draft.agent = span.name;
  const agentGraph = attributes.hasGroup(METADATA_PREFIX) && readMetadata(span, draft);
  if (draft.kind === "step") readStructure(span, draft, agentGraph, isRoot);
  readUsageObject(parseObject(attributes.text(USAGE)), EXCLUSIVE, draft);
  readCost(attributes, draft);
  draft.hint("firstTokenMs", millisecondsAfter(span.startNs, instantOf(attributes.text(FIRST_TOKEN_AT))));
  readSides(span, draft);
  if (attributes.text(LEVEL) === "ERROR") fail(draft, attributes.text(STATUS_MESSAGE));
}

function readMetadata(span: ForeignSpan, draft: SpanDraft): boolean {
  const lookUp: Metadata = (name) => {
    const key = METADATA_KEYS.get(name);
    return key === undefined ? "" : span.attributes.text(key);
  };
  fillFromMetadata(lookUp, draft);
  return readLangGraph(lookUp, span.name, draft);
}

function readStructure(span: ForeignSpan, draft: SpanDraft, agentGraph: boolean, isRoot: boolean): void {
  if (agentGraph) draft.kind = "agent";
  else if (isRoot || !span.hasParent) draft.kind = "run";
  else if (isPlumbing(span.name)) hide(draft);
  // LangChain's handler reports retrievers as spans.
  else if (looksLikeDocuments(parseMaybeJson(span.attributes.text(OUTPUT)))) draft.kind = "retrieval";
}

function readCost(attributes: AttributeReader, draft: SpanDraft): void {
  const details = parseObject(attributes.text(COST));
  if (!isObject(details)) return;
  const total = numberOf(details["total"]);
  if (total !== undefined && total >= 0) {
    draft.costUsd = total;
    return;
  }
  let sum = 0;
  for (const key in details) sum += numberOf(details[key]) ?? 0;
  if (sum > 0) draft.costUsd = sum;
}

function readSides(span: ForeignSpan, draft: SpanDraft): void {
  const attributes = span.attributes;
  if (draft.kind === "tool") {
    draft.tool = span.name;
    takeResult(attributes, OUTPUT, draft);
    takeArguments(attributes, INPUT, draft);
    return;
  }
  if (draft.kind === "retrieval") {
    takeQuery(attributes, INPUT, draft);
    const output = attributes.value(OUTPUT);
    if (output !== undefined) setDocuments(output, draft);
  }
  takeMessages(attributes, INPUT, "input", draft, true);
  takeMessages(attributes, OUTPUT, "output", draft, true);
}

export const langfuse: Dialect = {
  id: "langfuse",
  doc: "Langfuse's SDKs and its LangChain handler. The kind stands in `langfuse.observation.type`; errors in `langfuse.observation.level`, while the span's status stays unset; session, user and tags on the root only, or on every span after `propagateAttributes`. Usage counts cached and reasoning tokens apart unless its total says otherwise. Read from captures.",
  detect: { prefixes: ["langfuse.observation.", "langfuse.trace.", "langfuse.internal."], scopes: ["langfuse-sdk"] },
  map,
};
