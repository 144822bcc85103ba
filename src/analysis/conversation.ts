// A run as a transcript: who said what, in the order in which it was said, each thing once.
//
//   user → boss       "weather?"                          new in the prompt of boss's first call
//   boss              ask(question) → "rainy"             its answer: the call, joined to the span that ran it
//   boss → helper                                         what the messages of the run tell
//   boss → helper     "weather in Paris?"                 new in the prompt of helper's call
//   helper → boss     "rainy"
//   boss → user       "It is rainy."                      all that its second prompt repeats is left out
//
// Model calls speak first: what they say is not said again by the tools, agents and the run around them. Texts are named
// by their hashes here; whoever shows turns reads them page by page.

import type { PartHeads } from "../model/part-heads.ts";
import { NONE, type RunColumns, type RunEventRow } from "../model/run-columns.ts";
import { errorTurns, humanTurns, messageTurns } from "./conversation/exchange-turns.ts";
import { frameTurns } from "./conversation/frame-turns.ts";
import { callsAndTools } from "./conversation/model-calls.ts";
import { modelTurns } from "./conversation/model-turns.ts";
import { Said } from "./conversation/said.ts";
import { addressAnswers, Senders } from "./conversation/senders.ts";
import { ToolCalls } from "./conversation/tool-calls.ts";
import { agentOf, type FoundCall, type FoundTurn, NO_MORE, parentOf, RANK, type Scene } from "./conversation/turn.ts";
import type { RunAnalysis } from "./run-analysis.ts";

/** The turns of a run, in order. `heads` are those of all its parts; without them nobody knows who said what. */
export function conversationOf(
  columns: RunColumns,
  analysis: RunAnalysis,
  events: readonly RunEventRow[],
  heads: PartHeads,
): FoundTurn[] {
  const scene: Scene = { columns, analysis, heads, entry: invocations(columns, analysis) };
  const said = new Said(scene);
  const tools = new ToolCalls(scene);
  const senders = new Senders(scene);
  const { calls, unasked } = callsAndTools(scene, tools);
  const spoken = modelTurns(scene, said, tools, senders, calls, unasked);
  const ran = unasked.map((call) => callTurn(scene, said, call));
  const framed = frameTurns(scene, said, tools, senders, [...spoken, ...ran]);
  const { turns, told } = addressAnswers(scene, [...spoken, ...ran, ...framed].sort(byOrder));
  const all = [
    ...turns,
    ...messageTurns(scene, said, tools, events, told),
    ...humanTurns(scene, events),
    ...errorTurns(scene, turns),
  ];
  return distinct(all.sort(byOrder));
}

/** Senders may repeat ids of spans in several traces; turns are told apart all the same. */
function distinct(turns: readonly FoundTurn[]): FoundTurn[] {
  const seen = new Map<string, number>();
  return turns.map((turn) => {
    const times = seen.get(turn.id) ?? 0;
    seen.set(turn.id, times + 1);
    return times === 0 ? turn : { ...turn, id: `${turn.id}~${times}` };
  });
}

/** Infinite for what goes on: a difference would not do. Equal ones keep the order in which they were found. */
function byOrder(a: FoundTurn, b: FoundTurn): number {
  if (a.order !== b.order) return a.order < b.order ? -1 : 1;
  return a.rank - b.rank;
}

/** The invocation that each row belongs to, or NONE. */
function invocations(columns: RunColumns, { agents, messages }: RunAnalysis): Int32Array {
  const begins = new Set(agents.flatMap((agent) => agent.invocations));
  for (const { fromRow, toRow } of messages) begins.add(fromRow).add(toRow);
  const entry = new Int32Array(columns.count).fill(NONE);
  for (let row = 0; row < columns.count; row++) {
    const parent = parentOf({ columns }, row);
    entry[row] = begins.has(row) ? row : parent === NONE ? NONE : (entry[parent] as number);
  }
  return entry;
}

/** A tool that ran without an answer asking for it. */
function callTurn(scene: Scene, said: Said, call: FoundCall): FoundTurn {
  const { columns } = scene;
  const { row } = call;
  const agent = agentOf(scene, row);
  const at = columns.start[row] as number;
  for (const hash of call.results) said.say(hash);
  return {
    ...NO_MORE,
    ...{ id: `${columns.spanIds[row]}.c`, order: at, at, rank: RANK.call, row, agent, from: agent, calls: [call] },
    ...{ role: "tool", kind: "call", end: columns.end[row] as number },
  };
}
