// Model calls with the tools that they asked for, and when each was answered. A tool that ran without being named in an
// answer was asked for all the same when it began while the call was being answered, or when the call says that it
// stopped for a tool: not every source captures both.
//
// Some spans of calls last until the tools that they ask for have run: their answer was given when the first tool began.

import { HINTS } from "../../model/draft.ts";
import { NONE } from "../../model/run-columns.ts";
import { hintOf, isStructural, KIND } from "../codes.ts";
import { getOrMake } from "../get-or-make.ts";
import { firstAtOrAfter } from "../transfers.ts";
import { modelCalls, type SpokenWords } from "./spoken-rows.ts";
import { askedCalls, type OpenCall, type ToolCalls } from "./tool-calls.ts";
import { agentOf, parentOf, type Scene } from "./turn.ts";

export interface ModelCall extends SpokenWords {
  readonly calls: readonly OpenCall[];
  /** When it was answered; `Infinity` while it goes on. */
  readonly saidAt: number;
}

/** The model calls by when they were answered, and the tools that none of them asked for, by start. */
export function callsAndTools(
  scene: Scene,
  tools: ToolCalls,
): { readonly calls: readonly ModelCall[]; readonly unasked: readonly OpenCall[] } {
  const { start, end } = scene.columns;
  const words = modelCalls(scene).sort((a, b) => (start[a.row] as number) - (start[b.row] as number) || a.row - b.row);
  const asked = new Map<number, OpenCall[]>();
  for (const { row, output } of words) {
    const agent = agentOf(scene, row);
    asked.set(
      row,
      askedCalls(scene, row, output).map((call) => tools.join(call, agent, start[row] as number)),
    );
  }
  const unasked = giveToAnswers(scene, asked, tools.unasked());
  const firstInside = firstWorkInside(scene);
  const calls = words.map((spoken): ModelCall => {
    const { row } = spoken;
    const own = asked.get(row) ?? [];
    const began = own.filter((call) => call.row !== NONE).map((call) => start[call.row] as number);
    const saidAt = Math.min(end[row] as number, firstInside.get(row) ?? Number.POSITIVE_INFINITY, ...began);
    return { ...spoken, calls: own, saidAt: Math.max(start[row] as number, saidAt) };
  });
  calls.sort((a, b) => (a.saidAt === b.saidAt ? a.row - b.row : a.saidAt < b.saidAt ? -1 : 1));
  return { calls, unasked };
}

/** Adds tools to the answers that must have asked for them. Returns the others. */
function giveToAnswers(scene: Scene, asked: Map<number, OpenCall[]>, tools: readonly OpenCall[]): OpenCall[] {
  const { columns, entry } = scene;
  const callsOf = new Map<number, number[]>();
  for (const row of asked.keys()) getOrMake(callsOf, entry[row] as number, () => []).push(row);
  return tools.filter((tool) => {
    const began = columns.start[tool.row] as number;
    const rows = callsOf.get(entry[tool.row] as number) ?? [];
    const row = rows[firstAtOrAfter(columns.start, rows, began) - 1];
    if (row === undefined) return true;
    const isWithin = began <= (columns.end[row] as number);
    if (!isWithin && hintOf(columns, row, HINTS.finishReason) !== "tool_call") return true;
    asked.get(row)?.push(tool);
    return false;
  });
}

/** Of model calls with work inside them (tools, agents): when the first of it began. */
function firstWorkInside(scene: Scene): Map<number, number> {
  const { columns, analysis } = scene;
  const first = new Map<number, number>();
  for (let row = 0; row < columns.count; row++) {
    const parent = parentOf(scene, row);
    if (parent === NONE || !analysis.rows.counted[parent] || !isWork(scene, row)) continue;
    const start = columns.start[row] as number;
    first.set(parent, Math.min(start, first.get(parent) ?? start));
  }
  return first;
}

function isWork({ analysis }: Scene, row: number): boolean {
  const kind = analysis.rows.kind[row] as number;
  return !analysis.rows.hidden[row] && !isStructural(kind) && kind !== KIND.guardrail;
}
