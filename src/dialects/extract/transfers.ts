// Tools that hand work to another agent, told by their names and arguments (rules M5, M6, A7). Whether an agent of that
// name really takes over is for analysis to see.

import type { Json, SpanDraft } from "../../model/draft.ts";
import type { MessageKind } from "../../model/vocabulary.ts";
import { firstOf } from "./message-parts.ts";
import { isObject, onlyText, parseMaybeJson } from "./values.ts";

export interface Transfer {
  readonly kind: Extract<MessageKind, "delegate" | "handoff" | "reply">;
  /** The agent's name as the tool spells it. */
  readonly target: string;
  readonly evidence: "M4" | "M5" | "M6";
}

type Convention = Omit<Transfer, "target"> & { readonly argument: readonly string[] };

const handoff = (...argument: readonly string[]): Convention => ({ kind: "handoff", evidence: "M5", argument });
const delegate = (...argument: readonly string[]): Convention => ({ kind: "delegate", evidence: "M4", argument });
const coworker: Convention = { kind: "delegate", evidence: "M6", argument: ["coworker", "co_worker"] };

/** Tools whose target stands in an argument. */
const BY_ARGUMENT: ReadonlyMap<string, Convention> = new Map<string, Convention>([
  ["transfer_to_agent", handoff("agent_name", "agentName")],
  ["handoff", handoff("to_agent", "toAgent")],
  ["handoff_to_agent", handoff("agent_name", "agentName", "agentId", "agent_id")],
  ["strands_structured_output", handoff("agentId", "agent_id")],
  ["Agent", delegate("subagent_type")],
  ["Task", delegate("subagent_type")],
  ["task", delegate("subagent_type")],
  ["Delegate work to coworker", coworker],
  ["delegate_work_to_coworker", coworker],
  ["Ask question to coworker", coworker],
  ["ask_question_to_coworker", coworker],
]);
const BY_NAME = /^(transfer|handoff|hand_off|delegate|escalate|route)_(back_)?to_(.+)$/;
const SUB_AGENT = /^agent-(.+)$/;
const NAME_LENGTH_MAX = 512;

/** Whom a tool of that name hands work to; `readArguments` is asked only where the name leaves it open. */
export function transferOf(tool: string, readArguments: () => Json | undefined): Transfer | undefined {
  if (tool.length > NAME_LENGTH_MAX) return undefined;
  const convention = BY_ARGUMENT.get(tool);
  if (convention !== undefined) return byArgument(convention, readArguments());
  const match = BY_NAME.exec(tool);
  if (match !== null) {
    const target = (match[3] as string).trim();
    if (match[2] !== undefined) return { kind: "reply", target, evidence: "M5" };
    return { kind: match[1] === "delegate" ? "delegate" : "handoff", target, evidence: "M5" };
  }
  const key = SUB_AGENT.exec(tool)?.[1];
  return key === undefined ? undefined : { kind: "delegate", target: key, evidence: "M4" };
}

function byArgument(convention: Convention, value: Json | undefined): Transfer | undefined {
  const object = typeof value === "string" ? parseMaybeJson(value) : value;
  const target = isObject(object) ? onlyText(firstOf(object, convention.argument)).trim() : "";
  if (target === "") return undefined;
  return { kind: convention.kind, target, evidence: convention.evidence };
}

/** Notes on a tool span whom it hands work to, unless the source said so outright. */
export function noteTransfer(draft: SpanDraft, readArguments: () => Json | undefined): void {
  if (draft.tool === "" || draft.hinted("target") !== undefined) return;
  const transfer = transferOf(draft.tool, readArguments);
  if (transfer !== undefined) hintTransfer(draft, transfer);
}

export function hintTransfer(draft: SpanDraft, transfer: Transfer): void {
  draft.hint("target", transfer.target);
  draft.hint("messageKind", transfer.kind);
  draft.hint("evidence", transfer.evidence);
  draft.hint("toolType", transfer.kind === "delegate" ? "agent" : "handoff");
}

/** The tool calls in a model's answer, for rules T3, M5 and M6: `[{"id", "name", "target"?}]`. */
export function noteCalls(draft: SpanDraft): void {
  const calls: { id?: string; name: string; target?: string }[] = [];
  for (const part of draft.output) {
    if (part.type !== "tool_call") continue;
    const id = onlyText(part.meta?.["id"]);
    const name = onlyText(part.meta?.["name"]);
    const target = transferOf(name, () => part.body)?.target;
    calls.push({ ...(id === "" ? {} : { id }), name, ...(target === undefined ? {} : { target }) });
  }
  if (calls.length > 0) draft.hint("calls", JSON.stringify(calls));
}
