import { attributeKey, attributeKeys } from "../model/attribute-keys.ts";
import type { SpanDraft } from "../model/draft.ts";
import type { ForeignSpan } from "../model/foreign-span.ts";
import type { SpanKind } from "../model/vocabulary.ts";
import type { Dialect } from "./dialect.ts";
import { fieldTable, fillFields, firstText } from "./extract/fields.ts";
import { takeArguments, takeMessages, takeResult } from "./extract/sides.ts";
import { fail } from "./extract/tool-results.ts";

const KINDS: ReadonlyMap<string, SpanKind> = new Map([
  ["agent_session", "run"],
  ["agent_turn", "step"],
  ["user_turn", "step"],
  ["llm_node", "step"],
  ["llm_request", "llm"],
  ["function_tool", "tool"],
]);

const FIELDS = fieldTable({ session: ["lk.room_sid", "lk.job_id"], user: ["lk.participant_id"] });
const AGENT = attributeKeys("lk.agent_name", "lk.agent_label");
const TOOL_FIELDS = fieldTable({ tool: ["lk.function_tool.name"], toolCallId: ["lk.function_tool.id"] });
const ARGUMENTS = attributeKeys("lk.pii.function_tool.arguments", "lk.function_tool.arguments");
const RESULT = attributeKeys("lk.pii.function_tool.output", "lk.function_tool.output");
const IS_ERROR = attributeKey("lk.function_tool.is_error");
const INPUT = attributeKeys("lk.pii.chat_ctx", "lk.pii.user_input", "lk.pii.user_transcript", "lk.user_transcript");
const OUTPUT = attributeKeys("lk.pii.response.text", "lk.response.text");

function map(span: ForeignSpan, draft: SpanDraft): void {
  const attributes = span.attributes;
  draft.kind = KINDS.get(span.name) ?? "other";
  fillFields(attributes, FIELDS, draft);
  if (draft.kind !== "other") draft.agent = firstText(attributes, AGENT);
  if (draft.kind === "tool") {
    fillFields(attributes, TOOL_FIELDS, draft);
    for (const key of RESULT) takeResult(attributes, key, draft);
    for (const key of ARGUMENTS) takeArguments(attributes, key, draft);
    if (attributes.flag(IS_ERROR) === true) fail(draft, "");
    return;
  }
  for (const key of INPUT) takeMessages(attributes, key, "input", draft);
  for (const key of OUTPUT) takeMessages(attributes, key, "output", draft);
}

export const liveKit: Dialect = {
  id: "livekit",
  doc: "LiveKit Agents, read as far as its public sources go: the session is a run, turns are steps, `llm_request` is the model call (its usage in OpenTelemetry's words) and `function_tool` a tool. Not checked against a capture.",
  detect: { prefixes: ["lk."], scopes: ["livekit-agents*"] },
  map,
};
