// What an agent, a task or the run itself was given and gave, where no model call said it: the outermost span tells what
// the user asked and got; an agent without a model call of its own (or without captured content) speaks through its span.

import { NONE } from "../../model/run-columns.ts";
import { KIND } from "../codes.ts";
import type { Said } from "./said.ts";
import type { Senders } from "./senders.ts";
import type { ToolCalls } from "./tool-calls.ts";
import { agentOf, type FoundTurn, headOf, NO_MORE, parentOf, RANK, type Scene } from "./turn.ts";
import { heard, type Utterance } from "./words.ts";

/** Inner ones first: what they said is not said again by those around them. */
export function frameTurns(
  scene: Scene,
  said: Said,
  tools: ToolCalls,
  senders: Senders,
  spoken: readonly FoundTurn[],
): FoundTurn[] {
  const { columns } = scene;
  const speaking = ancestorsOf(scene, spoken);
  const inside = insideFrames(scene);
  const turns: FoundTurn[] = [];
  for (let row = columns.count - 1; row >= 0; row--) {
    if (!isFrame(scene, row) || (speaking.has(row) && inside[row])) continue;
    const agent = agentOf(scene, row);
    const start = columns.start[row] as number;
    const input = said.takeNew(agent, columns.inputParts.get(row) ?? []);
    const given = heard(scene, tools, input, agent, start, "input");
    const from = given.some(({ role }) => role === "user") ? senders.take(scene.entry[row] as number) : "";
    for (const [i, utterance] of given.entries()) turns.push(inputTurn(scene, row, utterance, i, from));
    const output = outputTurn(scene, said, tools, row);
    if (output !== undefined) turns.push(output);
  }
  return turns;
}

function inputTurn(scene: Scene, row: number, utterance: Utterance, i: number, from: string): FoundTurn {
  const agent = agentOf(scene, row);
  const at = scene.columns.start[row] as number;
  return {
    ...NO_MORE,
    ...utterance,
    ...{ id: `${scene.columns.spanIds[row]}.i${i}`, order: at, at, rank: RANK.input, row, agent },
    ...(utterance.role === "user" ? { from, to: agent } : {}),
  };
}

/** Only its own words: states of graphs repeat the whole conversation. */
function outputTurn(scene: Scene, said: Said, tools: ToolCalls, row: number): FoundTurn | undefined {
  const { columns } = scene;
  const end = columns.end[row] as number;
  const agent = agentOf(scene, row);
  const own = (columns.outputParts.get(row) ?? []).filter((hash) => {
    const { role } = headOf(scene, hash);
    return role !== "user" && role !== "system";
  });
  const words = heard(scene, tools, said.takeNew(agent, own), agent, end, "input");
  const parts = words.flatMap((utterance) => utterance.parts);
  const calls = words.flatMap((utterance) => utterance.calls);
  if (parts.length === 0 && calls.length === 0) return undefined;
  return {
    ...NO_MORE,
    ...{ id: `${columns.spanIds[row]}.o`, order: end, at: end, rank: RANK.output, row, agent, parts, calls },
    ...{ role: "assistant", kind: "output", from: agent },
  };
}

function isFrame({ columns, analysis }: Scene, row: number): boolean {
  const kind = analysis.rows.kind[row];
  if (kind !== KIND.agent && kind !== KIND.run && kind !== KIND.task) return false;
  return !analysis.rows.hidden[row] && (columns.inputParts.has(row) || columns.outputParts.has(row));
}

/** Of each row: whether such a span is around it. */
function insideFrames(scene: Scene): Uint8Array {
  const inside = new Uint8Array(scene.columns.count);
  for (let row = 0; row < inside.length; row++) {
    const parent = parentOf(scene, row);
    if (parent !== NONE && (inside[parent] || isFrame(scene, parent))) inside[row] = 1;
  }
  return inside;
}

/** All rows around turns that say something. */
function ancestorsOf(scene: Scene, turns: readonly FoundTurn[]): ReadonlySet<number> {
  const around = new Set<number>();
  for (const { row, parts, calls } of turns) {
    if (parts.length + calls.length === 0) continue;
    for (let at = row; at !== NONE && !around.has(at); at = parentOf(scene, at)) around.add(at);
  }
  return around;
}
