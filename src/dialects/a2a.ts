import { attributeKey } from "../model/attribute-keys.ts";
import type { SpanDraft } from "../model/draft.ts";
import type { ForeignSpan } from "../model/foreign-span.ts";
import type { Dialect } from "./dialect.ts";
import { fieldTable, fillFields, fillHints, hintTable } from "./extract/fields.ts";

const METHOD = attributeKey("a2a.method.name");
const AGENT = attributeKey("gen_ai.agent.name");
const FIELDS = fieldTable({ session: ["gen_ai.conversation.id", "a2a.context.id"] });
const HINTS = hintTable({ messageId: ["a2a.message.id"], task: ["a2a.task.id"] });
const SENDS = new Set(["SendMessage", "SendStreamingMessage", "message/send", "message/stream"]);
const SERVER = 2;
const CLIENT = 3;

function map(span: ForeignSpan, draft: SpanDraft): void {
  const attributes = span.attributes;
  fillFields(attributes, FIELDS, draft);
  fillHints(attributes, HINTS, draft);
  draft.agent = attributes.text(AGENT);
  if (!SENDS.has(attributes.text(METHOD))) {
    draft.kind = "step";
    return;
  }
  if (span.otelKind === SERVER) {
    // The work that the caller asked for, by the agent that the service is.
    draft.kind = "task";
    if (draft.agent === "" && span.service !== "") {
      draft.agent = span.service;
      draft.trait("agentInferred");
    }
  } else if (span.otelKind === CLIENT || span.otelKind <= 1) {
    draft.kind = "message";
    draft.hint("messageKind", "delegate");
    draft.hint("evidence", "M10");
  }
}

export const a2a: Dialect = {
  id: "a2a",
  doc: "The Agent2Agent protocol in OpenTelemetry's words. The client's span of `message/send` is a delegation, the server's span the task that it leads to; an agent without a name is called after its service. Known from the conventions, not from a capture.",
  detect: { attributes: ["a2a.method.name"] },
  map,
};
