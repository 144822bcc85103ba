import { attributeKey } from "../model/attribute-keys.ts";
import type { SpanDraft } from "../model/draft.ts";
import type { ForeignSpan } from "../model/foreign-span.ts";
import type { Dialect } from "./dialect.ts";
import { fillHints, hintTable } from "./extract/fields.ts";
import { hide } from "./extract/langgraph.ts";

const WORKFLOW_NAME = attributeKey("workflow.name");
const HINTS = hintTable({ graphNode: ["executor.id"], from: ["message.source_id"], to: ["message.target_id"] });
const DESTINATION = attributeKey("message.destination_executor_id");

const RUNS = new Set(["workflow.run", "workflow_invoke", "workflow.session"]);
const EXECUTOR = "executor.process";
const EDGE_GROUP = "edge_group.process";
const SEND = "message.send";

function map(span: ForeignSpan, draft: SpanDraft): void {
  const { name, attributes } = span;
  if (RUNS.has(name)) {
    draft.kind = "run";
    draft.hint("runName", attributes.text(WORKFLOW_NAME));
  } else if (name.startsWith(EXECUTOR)) {
    draft.kind = "step";
    fillHints(attributes, HINTS, draft);
  } else if (name.startsWith(EDGE_GROUP)) {
    // The way between two executors; the message itself is the span that this one links to.
    hide(draft);
    fillHints(attributes, HINTS, draft);
  } else if (name.startsWith(SEND)) {
    draft.kind = "message";
    fillHints(attributes, HINTS, draft);
    draft.hint("destination", attributes.text(DESTINATION));
    draft.hint("messageKind", "send");
    draft.hint("evidence", "M8");
  } else if (name.startsWith("workflow.build")) hide(draft);
}

export const msAgentFramework: Dialect = {
  id: "ms-agent-framework",
  doc: "Microsoft's Agent Framework, Python and .NET. A workflow's executors are steps; `message.send` is a message between executors, whose ids are matched with the agents that run inside them; edge groups are plumbing. Agents and model calls speak OpenTelemetry's conventions. Read from a sample reconstructed after the sources.",
  detect: {
    attributes: ["executor.id", "edge_group.type", "workflow.definition", "message.source_id"],
    scopes: ["agent_framework", "Microsoft.Agents*"],
  },
  map,
};
