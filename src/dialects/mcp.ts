import { attributeKey } from "../model/attribute-keys.ts";
import type { SpanDraft } from "../model/draft.ts";
import type { ForeignSpan } from "../model/foreign-span.ts";
import type { SpanKind } from "../model/vocabulary.ts";
import type { Dialect } from "./dialect.ts";
import { fieldTable, fillFields } from "./extract/fields.ts";
import { fail } from "./extract/tool-results.ts";

const METHOD = attributeKey("mcp.method.name");
const ERROR_TYPE = attributeKey("error.type");
const TOOL_FIELDS = fieldTable({ tool: ["gen_ai.tool.name", "mcp.tool.name"], toolCallId: ["gen_ai.tool.call.id"] });
const CALL = "tools/call";
const KINDS: ReadonlyMap<string, SpanKind> = new Map([
  [CALL, "tool"],
  ["resources/read", "retrieval"],
  ["prompts/get", "step"],
]);
const SERVER = 2;

function map(span: ForeignSpan, draft: SpanDraft): void {
  const attributes = span.attributes;
  const method = attributes.text(METHOD);
  const kind = KINDS.get(method) ?? "other";
  // The server's side of a call is the same call: a step below the client's span.
  draft.kind = kind === "tool" && span.otelKind === SERVER ? "step" : kind;
  if (method === CALL) {
    fillFields(attributes, TOOL_FIELDS, draft);
    if (draft.tool === "" && span.name.startsWith(CALL)) draft.tool = span.name.slice(CALL.length).trim();
    draft.hint("toolType", "mcp");
  }
  if (draft.kind === "other") draft.trait("hidden");
  const errorType = attributes.text(ERROR_TYPE);
  if (errorType !== "" && span.statusCode !== 1) fail(draft, span.statusMessage, errorType);
}

export const mcp: Dialect = {
  id: "mcp",
  doc: "The Model Context Protocol in OpenTelemetry's words. `tools/call` is a tool on the client's side and a step on the server's, so that a call counts once; reading a resource is a retrieval; listing and handshakes are left out of views. Known from the conventions and a reconstructed sample.",
  detect: { attributes: ["mcp.method.name"] },
  map,
};
