import { attributeKey } from "../model/attribute-keys.ts";
import type { SpanDraft } from "../model/draft.ts";
import type { ForeignSpan } from "../model/foreign-span.ts";
import type { Dialect } from "./dialect.ts";
import { applyReading, type Reading } from "./extract/readings.ts";
import { setDocuments } from "./extract/retrieval.ts";
import { takeArguments, takeMessages, takeResult } from "./extract/sides.ts";
import { readUsageObject } from "./extract/usage.ts";
import { readValue, textOf } from "./extract/values.ts";

const KINDS: ReadonlyMap<string, Reading> = new Map<string, Reading>([
  ["LLM", { kind: "llm" }],
  ["CHAT_MODEL", { kind: "llm" }],
  ["EMBEDDING", { kind: "llm", trait: "embedding" }],
  ["AGENT", { kind: "agent" }],
  ["WORKFLOW", { kind: "run" }],
  ["TASK", { kind: "task" }],
  ["TOOL", { kind: "tool" }],
  ["RETRIEVER", { kind: "retrieval" }],
  ["RERANKER", { kind: "retrieval" }],
  ["GUARDRAIL", { kind: "guardrail" }],
  ["EVALUATOR", { kind: "guardrail" }],
  ["CHAIN", { kind: "step" }],
  ["PARSER", { kind: "step" }],
  ["MEMORY", { kind: "step" }],
]);

const TYPE = attributeKey("mlflow.spanType");
const INPUT = attributeKey("mlflow.spanInputs");
const OUTPUT = attributeKey("mlflow.spanOutputs");
const USAGE = attributeKey("mlflow.chat.tokenUsage");
const MODEL = attributeKey("mlflow.llm.model");
const PROVIDER = attributeKey("mlflow.llm.provider");
const INCLUSIVE = { inputExclusive: false, outputExclusive: false } as const;

/** MLflow writes every value as JSON, texts in quotes. */
function quoted(span: ForeignSpan, key: typeof TYPE): string {
  return textOf(readValue(span.attributes.value(key)));
}

function map(span: ForeignSpan, draft: SpanDraft): void {
  const attributes = span.attributes;
  applyReading(KINDS.get(quoted(span, TYPE).toUpperCase()), draft);
  if (draft.kind === "step" && !span.hasParent) draft.kind = "run";
  if (draft.kind === "agent") draft.agent = span.name;
  if (draft.kind === "llm") {
    draft.model = quoted(span, MODEL);
    draft.provider = quoted(span, PROVIDER);
  }
  readUsageObject(readValue(attributes.value(USAGE)), INCLUSIVE, draft);
  if (draft.kind === "tool") {
    draft.tool = span.name;
    takeResult(attributes, OUTPUT, draft);
    takeArguments(attributes, INPUT, draft);
  }
  if (draft.kind === "retrieval") {
    const output = attributes.value(OUTPUT);
    if (output !== undefined) setDocuments(output, draft);
  }
  takeMessages(attributes, INPUT, "input", draft);
  takeMessages(attributes, OUTPUT, "output", draft);
}

export const mlflow: Dialect = {
  id: "mlflow",
  doc: "MLflow Tracing, read as far as its public documentation goes: `mlflow.spanType`, inputs and outputs, token usage. An agent is called as its span is. Not checked against a capture.",
  detect: { attributes: ["mlflow.spanType", "mlflow.spanInputs", "mlflow.spanOutputs"] },
  map,
};
