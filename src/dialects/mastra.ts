import { attributeKey, attributeKeys } from "../model/attribute-keys.ts";
import type { SpanDraft } from "../model/draft.ts";
import type { ForeignSpan } from "../model/foreign-span.ts";
import type { Dialect } from "./dialect.ts";
import { addTags, fieldTable, fillFields, millisecondsAfter } from "./extract/fields.ts";
import { finishReasonIn } from "./extract/finish-reasons.ts";
import { hide } from "./extract/langgraph.ts";
import { applyReading, type Reading } from "./extract/readings.ts";
import { takeMessages } from "./extract/sides.ts";
import { fail } from "./extract/tool-results.ts";
import { noteCalls } from "./extract/transfers.ts";
import { instantOf } from "./extract/values.ts";

const KINDS: ReadonlyMap<string, Reading> = new Map<string, Reading>([
  ["agent_run", { kind: "agent" }],
  ["workflow_run", { kind: "run" }],
  ...["model_generation", "model_step", "workflow_step", "workflow_conditional", "workflow_parallel"].map(
    (type) => [type, { kind: "step" }] as const,
  ),
  ...["workflow_loop", "workflow_sleep", "workflow_wait_event", "memory_operation"].map(
    (type) => [type, { kind: "step" }] as const,
  ),
  ["model_inference", { kind: "llm" }],
  ["rag_embedding", { kind: "llm", trait: "embedding" }],
  ...["tool_call", "mcp_tool_call", "client_tool_call", "provider_tool_call"].map(
    (type) => [type, { kind: "tool" }] as const,
  ),
  ...["rag_ingestion", "rag_vector_operation", "rag_action", "rag_query"].map(
    (type) => [type, { kind: "retrieval" }] as const,
  ),
  ...["scorer_run", "processor_run"].map((type) => [type, { kind: "guardrail" }] as const),
]);
const PLUMBING = new Set(["model_chunk", "mapping"]);

const TYPE = attributeKey("mastra.span.type");
const TAGS = attributeKey("mastra.tags");
const FIRST_TOKEN_AT = attributeKey("mastra.completion_start_time");
const FINISH_REASONS = attributeKey("gen_ai.response.finish_reasons");
const ERROR_MESSAGE = attributeKey("error.message");
const FIELDS = fieldTable({
  agent: ["gen_ai.agent.name"],
  session: ["mastra.metadata.sessionId", "mastra.metadata.threadId", "mastra.metadata.resourceId"],
  user: ["mastra.metadata.userId"],
});
const SIDED = [
  ...["agent_run", "model_generation", "model_step", "model_chunk", "workflow_run", "workflow_step", "mapping"],
  ...["scorer_run", "processor_run"],
];
const INPUTS = new Map(SIDED.map((type) => [type, attributeKeys(`mastra.${type}.input`)]));
const OUTPUTS = new Map(SIDED.map((type) => [type, attributeKeys(`mastra.${type}.output`)]));

function map(span: ForeignSpan, draft: SpanDraft): void {
  const attributes = span.attributes;
  const type = attributes.text(TYPE);
  if (PLUMBING.has(type)) hide(draft);
  else applyReading(KINDS.get(type), draft);
  fillFields(attributes, FIELDS, draft);
  addTags(attributes, TAGS, draft);
  for (const key of INPUTS.get(type) ?? []) takeMessages(attributes, key, "input", draft);
  for (const key of OUTPUTS.get(type) ?? []) takeMessages(attributes, key, "output", draft);
  // The calls of a model's answer stand on the step around it too.
  if (type === "model_step") noteCalls(draft);
  if (draft.kind !== "llm") return;
  draft.hint("inputAt", "parent");
  draft.hint("firstTokenMs", millisecondsAfter(span.startNs, instantOf(attributes.text(FIRST_TOKEN_AT))));
  // A failed call ends with status OK and says so only by its finish reason.
  if (finishReasonIn(attributes.value(FINISH_REASONS)) === "error") fail(draft, attributes.text(ERROR_MESSAGE));
}

export const mastra: Dialect = {
  id: "mastra",
  doc: "Mastra's OpenTelemetry exporter (1.x). The kind stands in `mastra.span.type`, the rest mostly in `gen_ai.*`. A model call's messages stand on the step around it; a tool named `agent-<key>` calls another agent; a failed call has status OK and the finish reason `error`. Read from a capture.",
  detect: { attributes: ["mastra.span.type"], scopes: ["@mastra/*"] },
  map,
};
