import { attributeKey } from "../model/attribute-keys.ts";
import type { SpanDraft } from "../model/draft.ts";
import type { ForeignSpan } from "../model/foreign-span.ts";
import type { Dialect } from "./dialect.ts";
import { fieldTable, fillFields } from "./extract/fields.ts";
import { applyReading, type Reading } from "./extract/readings.ts";
import { setDocuments } from "./extract/retrieval.ts";
import { takeArguments, takeMessages, takeResult } from "./extract/sides.ts";
import { fail } from "./extract/tool-results.ts";
import { readUsageObject } from "./extract/usage.ts";
import { parseObject } from "./extract/values.ts";

const SUBTYPES: ReadonlyMap<string, Reading> = new Map<string, Reading>([
  ["flow", { kind: "run" }],
  ["model", { kind: "llm" }],
  ["background-model", { kind: "llm" }],
  ["embedder", { kind: "llm", trait: "embedding" }],
  ["tool", { kind: "tool" }],
  ["tool.v2", { kind: "tool" }],
  ["retriever", { kind: "retrieval" }],
  ["reranker", { kind: "retrieval" }],
  ["evaluator", { kind: "guardrail" }],
  ["agent", { kind: "agent" }],
]);

const TYPE = attributeKey("genkit:type");
const SUBTYPE = attributeKey("genkit:metadata:subtype");
const NAME = attributeKey("genkit:name");
const STATE = attributeKey("genkit:state");
const IS_ROOT = attributeKey("genkit:isRoot");
const INPUT = attributeKey("genkit:input");
const OUTPUT = attributeKey("genkit:output");
const FIELDS = fieldTable({ session: ["genkit:sessionId"] });
/** `usage: {inputTokens, outputTokens, thoughtsTokens, cachedContentTokens}` as Gemini counts. */
const HABIT = { inputExclusive: false, outputExclusive: false } as const;

function map(span: ForeignSpan, draft: SpanDraft): void {
  const attributes = span.attributes;
  const name = attributes.text(NAME) || span.name;
  applyReading(SUBTYPES.get(attributes.text(SUBTYPE)) ?? { kind: "step" }, draft);
  fillFields(attributes, FIELDS, draft);
  if (draft.kind === "run" && span.hasParent && attributes.flag(IS_ROOT) !== true) draft.kind = "step";
  if (draft.kind === "run") draft.hint("runName", name);
  if (draft.kind === "agent") draft.agent = name;
  if (draft.kind === "llm") readCall(span, name, draft);
  if (draft.kind === "tool") {
    draft.tool = name;
    takeResult(attributes, OUTPUT, draft);
    takeArguments(attributes, INPUT, draft);
  }
  if (draft.kind === "retrieval") {
    const output = attributes.value(OUTPUT);
    if (output !== undefined) setDocuments(output, draft);
  }
  takeMessages(attributes, INPUT, "input", draft);
  takeMessages(attributes, OUTPUT, "output", draft);
  if (attributes.text(STATE) === "error") fail(draft, span.statusMessage);
}

/** A model is named `plugin/model`. */
function readCall(span: ForeignSpan, name: string, draft: SpanDraft): void {
  const slash = name.indexOf("/");
  draft.model = slash < 0 ? name : name.slice(slash + 1);
  if (slash > 0) draft.provider = PLUGINS.get(name.slice(0, slash)) ?? name.slice(0, slash);
  readUsageObject(parseObject(span.attributes.text(OUTPUT))?.["usage"], HABIT, draft);
}

const PLUGINS: ReadonlyMap<string, string> = new Map([
  ["googleai", "gcp.gemini"],
  ["vertexai", "gcp.vertex_ai"],
]);

export const genkit: Dialect = {
  id: "genkit",
  doc: "Google's Genkit, read as far as its public documentation goes: flows, models (with the usage in their output), tools, retrievers and embedders by `genkit:metadata:subtype`. Not checked against a capture.",
  detect: { attributes: ["genkit:type", "genkit:name"], confirm: (span) => span.attributes.has(TYPE) },
  map,
};
