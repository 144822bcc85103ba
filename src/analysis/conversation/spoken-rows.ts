// Which spans hold what a model call was given and what it said. Usually the call's own; some emitters put it on the step
// around the call, which then stands for it as long as the agent has no other call below:
//
//   step agent_step   input, output      ← of the call below
//   ├ llm chat        (nothing)
//   └ tool ask
//     └ agent helper
//       └ llm chat    another agent's

import { HINTS } from "../../model/draft.ts";
import { NONE } from "../../model/run-columns.ts";
import { hasTrait, hintOf, isStructural } from "../codes.ts";
import { agentOf, parentOf, type Scene } from "./turn.ts";

export interface SpokenWords {
  readonly row: number;
  readonly input: readonly string[];
  readonly output: readonly string[];
}

const NOTHING: readonly string[] = [];

/** The model calls of a run with their words, by row. Embeddings say nothing. */
export function modelCalls(scene: Scene): SpokenWords[] {
  const { columns, analysis } = scene;
  const rows: number[] = [];
  for (let row = 0; row < columns.count; row++) {
    if (analysis.rows.counted[row] && !hasTrait(columns, row, "embedding")) rows.push(row);
  }
  const below = callsBelow(scene, rows);
  return rows.map((row) => ({
    row,
    input: columns.inputParts.get(row) ?? around(scene, below, row, "inputParts"),
    output: columns.outputParts.get(row) ?? around(scene, below, row, "outputParts"),
  }));
}

/** How many model calls of the row's own agent lie at or below each row. */
function callsBelow(scene: Scene, rows: readonly number[]): Uint32Array {
  const below = new Uint32Array(scene.columns.count);
  for (const row of rows) below[row] = 1;
  for (let row = below.length - 1; row >= 0; row--) {
    const parent = parentOf(scene, row);
    if (parent === NONE || agentOf(scene, parent) !== agentOf(scene, row)) continue;
    below[parent] = (below[parent] as number) + (below[row] as number);
  }
  return below;
}

function around(scene: Scene, below: Uint32Array, row: number, side: "inputParts" | "outputParts"): readonly string[] {
  const { columns, analysis } = scene;
  const direct = parentOf(scene, row);
  if (side === "inputParts" && direct !== NONE && hintOf(columns, row, HINTS.inputAt) === "parent") {
    return columns.inputParts.get(direct) ?? NOTHING;
  }
  for (let at = direct; at !== NONE && below[at] === 1; at = parentOf(scene, at)) {
    if (!isStructural(analysis.rows.kind[at] as number) || agentOf(scene, at) !== agentOf(scene, row)) return NOTHING;
    const words = columns[side].get(at);
    if (words !== undefined) return words;
  }
  return NOTHING;
}
