// The turns of model calls: what was new of each prompt, and the answer. They stand where the answer was given, so that
// what two agents say at the same time is read in the order in which it was heard:
//
//   agent a   call ├───────────────┤ "x"        b's prompt, "y", a's prompt, "x"
//   agent b     call ├──────┤ "y"

import { LIMITS } from "../../model/limits.ts";
import type { ModelCall } from "./model-calls.ts";
import type { Said } from "./said.ts";
import type { Senders } from "./senders.ts";
import type { OpenCall, ToolCalls } from "./tool-calls.ts";
import { agentOf, type FoundTurn, headOf, NO_MORE, RANK, type Scene } from "./turn.ts";
import { heard, type Utterance } from "./words.ts";

/** By when they were said; `unasked` are the tools that ran in between. Marks what they say as said. */
export function modelTurns(
  scene: Scene,
  said: Said,
  tools: ToolCalls,
  senders: Senders,
  calls: readonly ModelCall[],
  unasked: readonly OpenCall[],
): FoundTurn[] {
  const { start } = scene.columns;
  const turns: FoundTurn[] = [];
  let ran = 0;
  for (const call of calls) {
    const { row, input, saidAt } = call;
    for (let tool = unasked[ran]; tool !== undefined && (start[tool.row] as number) < saidAt; tool = unasked[++ran]) {
      tools.asked(tool);
    }
    const agent = agentOf(scene, row);
    const prompts = heard(scene, tools, said.takeNew(agent, input), agent, start[row] as number, "prompt");
    const isAddressed = prompts.some(({ role }) => role === "user");
    const from = isAddressed ? senders.take(scene.entry[row] as number) : "";
    for (const [i, prompt] of prompts.entries()) turns.push(promptTurn(scene, row, saidAt, prompt, i, from));
    turns.push(...answerTurns(scene, said, tools, call));
  }
  return turns;
}

function promptTurn(scene: Scene, row: number, saidAt: number, prompt: Utterance, i: number, from: string): FoundTurn {
  const agent = agentOf(scene, row);
  return {
    ...NO_MORE,
    ...prompt,
    ...{ id: `${scene.columns.spanIds[row]}.p${i}`, order: saidAt, rank: RANK.spoken, row, agent },
    at: scene.columns.start[row] as number,
    from: prompt.role === "user" ? from : "",
    to: prompt.role === "user" || prompt.role === "system" ? agent : "",
  };
}

function answerTurns(
  scene: Scene,
  said: Said,
  tools: ToolCalls,
  { row, output, calls, saidAt }: ModelCall,
): FoundTurn[] {
  const { columns } = scene;
  const agent = agentOf(scene, row);
  for (const hash of output) said.say(hash);
  for (const call of calls) tools.asked(call);
  const parts = output.filter((hash) => headOf(scene, hash).type !== "tool_call");
  const common = {
    ...NO_MORE,
    ...{ order: saidAt, rank: RANK.spoken, row, agent, from: agent },
    ...({ role: "assistant", kind: "answer" } as const),
    ...{ at: columns.start[row] as number, end: columns.end[row] as number },
  };
  const id = `${columns.spanIds[row]}.a`;
  const max = LIMITS.conversationTurnParts;
  // Nearly always one turn; an answer of very many parts goes on in further ones.
  const pieces = Math.max(1, Math.ceil(parts.length / max), Math.ceil(calls.length / max));
  return Array.from({ length: pieces }, (_, i) => ({
    ...common,
    id: i === 0 ? id : `${id}${i}`,
    parts: parts.slice(i * max, (i + 1) * max),
    calls: calls.slice(i * max, (i + 1) * max),
  }));
}
