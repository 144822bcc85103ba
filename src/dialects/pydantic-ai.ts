import { attributeKey } from "../model/attribute-keys.ts";
import type { SpanDraft } from "../model/draft.ts";
import type { ForeignSpan } from "../model/foreign-span.ts";
import type { Dialect } from "./dialect.ts";
import { fieldTable, fillFields } from "./extract/fields.ts";
import { hide } from "./extract/langgraph.ts";
import { takeArguments, takeMessages, takeResult } from "./extract/sides.ts";

const SPAN_TYPE = attributeKey("logfire.span_type");
const AGENT_NAME = attributeKey("agent_name");
const ALL_MESSAGES = attributeKey("pydantic_ai.all_messages");
const OLD_MESSAGES = attributeKey("all_messages_events");
const MODEL_NAME = attributeKey("model_name");
const OPERATION = attributeKey("gen_ai.operation.name");
const FINAL_RESULT = attributeKey("final_result");
const ARGUMENTS = attributeKey("tool_arguments");
const RESULT = attributeKey("tool_response");
const FIELDS = fieldTable({ agent: ["gen_ai.agent.name", "agent_name"], user: ["user.id", "enduser.id"] });
const AGENT_FIELDS = fieldTable({ model: ["model_name", "gen_ai.request.model"] });
const TOOL_FIELDS = fieldTable({ tool: ["gen_ai.tool.name"], toolCallId: ["gen_ai.tool.call.id"] });
const RUNNING_TOOLS = "running tools";

function map(span: ForeignSpan, draft: SpanDraft): void {
  const attributes = span.attributes;
  if (attributes.text(SPAN_TYPE) === "pending_span") {
    // Logfire's announcement of a span: a child of it with an id of its own, of no length.
    hide(draft);
    return;
  }
  fillFields(attributes, FIELDS, draft);
  if (attributes.has(ALL_MESSAGES) || (attributes.has(AGENT_NAME) && span.name.includes("agent"))) {
    draft.kind = "agent";
    fillFields(attributes, AGENT_FIELDS, draft);
  } else if (span.name.startsWith(RUNNING_TOOLS)) {
    draft.kind = "step";
    return;
  }
  if (draft.kind === "agent") {
    takeMessages(attributes, FINAL_RESULT, "output", draft);
    if (!takeMessages(attributes, ALL_MESSAGES, "input", draft)) takeMessages(attributes, OLD_MESSAGES, "input", draft);
  } else if (attributes.has(ARGUMENTS) || attributes.has(RESULT)) {
    draft.kind = "tool";
    fillFields(attributes, TOOL_FIELDS, draft);
    takeArguments(attributes, ARGUMENTS, draft);
    takeResult(attributes, RESULT, draft);
  }
}

/** Logfire marks the spans of other libraries too. */
function isPydantic({ attributes }: ForeignSpan): boolean {
  if (attributes.has(ALL_MESSAGES) || attributes.has(ARGUMENTS)) return true;
  return attributes.has(AGENT_NAME) && (attributes.has(MODEL_NAME) || attributes.has(OPERATION));
}

function isPending({ attributes }: ForeignSpan): boolean {
  return attributes.text(SPAN_TYPE) === "pending_span";
}

export const pydanticAi: Dialect = {
  id: "pydantic-ai",
  doc: "PydanticAI's own instrumentation, formats 2 to 6, and what Logfire adds. Model calls speak OpenTelemetry's conventions; the agent's span has the whole conversation in `pydantic_ai.all_messages`. Logfire's pending spans are dropped. `CallDeferred` and `ApprovalRequired` are no errors. Known from the sources, not from a capture.",
  detect: {
    prefixes: ["logfire.", "pydantic_ai."],
    scopes: ["pydantic-ai", "pydantic_ai*"],
    confirm: (span) => span.scope.startsWith("pydantic") || isPydantic(span) || isPending(span),
  },
  map,
};
