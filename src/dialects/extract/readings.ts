// What the word that a dialect has for a span's kind means in ours.

import type { SpanDraft } from "../../model/draft.ts";
import type { SpanKind, SpanTrait } from "../../model/vocabulary.ts";

export interface Reading {
  readonly kind: SpanKind;
  readonly trait?: SpanTrait;
}

/** OpenTelemetry's `gen_ai.operation.name`, with the words of frameworks that use it for more. */
const OPERATIONS: ReadonlyMap<string, Reading> = new Map<string, Reading>([
  ...["chat", "generate_content", "text_completion", "completion", "generate", "responses", "llm"].map(
    (name) => [name, { kind: "llm" }] as const,
  ),
  ["embeddings", { kind: "llm", trait: "embedding" }],
  ["embedding", { kind: "llm", trait: "embedding" }],
  ["retrieval", { kind: "retrieval" }],
  ["rerank", { kind: "retrieval" }],
  ["execute_tool", { kind: "tool" }],
  ["invoke_agent", { kind: "agent" }],
  ["create_agent", { kind: "other", trait: "definition" }],
  ...["invoke_workflow", "workflow", "invoke_swarm", "invoke_graph"].map((name) => [name, { kind: "run" }] as const),
  ["execute_task", { kind: "task" }],
  ["handoff", { kind: "message" }],
  ...["agent_step", "step", "plan", "execute_node", "execute_agent_loop_cycle", "workflow_step", "chain"].map(
    (name) => [name, { kind: "step" }] as const,
  ),
]);

/** What an operation name means; undefined for a name outside the conventions. */
export function readingOf(operation: string): Reading | undefined {
  return OPERATIONS.get(operation);
}

export function applyReading(reading: Reading | undefined, draft: SpanDraft): void {
  if (reading === undefined) return;
  draft.kind = reading.kind;
  if (reading.trait !== undefined) draft.trait(reading.trait);
}
