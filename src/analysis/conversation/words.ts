// Parts as turns: consecutive ones of one speaker are one turn, tool calls among them are joined to what ran them.

import type { TurnKind, TurnRole } from "../../model/conversation-shapes.ts";
import { LIMITS } from "../../model/limits.ts";
import { isInstruction } from "./said.ts";
import { callHead, type ToolCalls } from "./tool-calls.ts";
import { type FoundCall, headOf, type Scene } from "./turn.ts";

/** What one speaker says at once. */
export interface Utterance {
  readonly role: TurnRole;
  readonly kind: TurnKind;
  readonly parts: readonly string[];
  readonly calls: readonly FoundCall[];
}

/** What is new of an input, as utterances in its order. */
export function heard(
  scene: Scene,
  tools: ToolCalls,
  hashes: readonly string[],
  agent: string,
  at: number,
  kind: "prompt" | "input",
): Utterance[] {
  const utterances: { role: TurnRole; kind: TurnKind; parts: string[]; calls: FoundCall[] }[] = [];
  for (const hash of hashes) {
    if (tools.takes(hash, agent)) continue;
    const role = roleIn(scene, hash, kind);
    const last = utterances.at(-1);
    const isRoom = last?.role === role && last.parts.length + last.calls.length < LIMITS.conversationTurnParts;
    const utterance = isRoom ? last : { role, kind: kindOf(role, kind), parts: [], calls: [] };
    if (utterance !== last) utterances.push(utterance);
    if (headOf(scene, hash).type !== "tool_call") utterance.parts.push(hash);
    else utterance.calls.push(toldCall(scene, tools, hash, agent, at));
  }
  const lastPast = utterances.findLastIndex((utterance) => utterance.kind === "history");
  return utterances.map((utterance, i) => (i < lastPast && utterance.role === "user" ? past(utterance) : utterance));
}

function toldCall(scene: Scene, tools: ToolCalls, hash: string, agent: string, at: number): FoundCall {
  const call = tools.join({ hash, ...callHead(scene, hash) }, agent, at);
  tools.asked(call);
  return call;
}

/** What a user said before an answer of an earlier run was said in that run too. */
function past(utterance: Utterance): Utterance {
  return { ...utterance, kind: "history" };
}

/** What an agent says and what a tool answers in an input was said before: if not in this run, then in an earlier one. */
function kindOf(role: TurnRole, kind: TurnKind): TurnKind {
  return role === "assistant" || role === "tool" ? "history" : kind;
}

function roleIn(scene: Scene, hash: string, kind: TurnKind): TurnRole {
  const { role, type } = headOf(scene, hash);
  if (role === "system" || (kind === "prompt" && isInstruction(scene, hash))) return "system";
  if (role === "assistant" || type === "tool_call") return "assistant";
  return role === "tool" || type === "tool_result" ? "tool" : "user";
}
