// Agent spans that say nothing of their own: a wrapper around one model call, and a second span of one invocation.

import { NONE } from "../model/run-columns.ts";
import { type AgentMarks, subtreeCounts } from "./agent-marks.ts";
import { hasTrait, isStructural, KIND } from "./codes.ts";

/** A6: an unnamed agent of one call, without tools and outside any agent, is nothing but a wrapper of the call. */
export function unwrapUnnamed(marks: AgentMarks): void {
  const { columns, tree, kind, labels } = marks;
  const isUnnamed = (row: number) =>
    columns.kind[row] === KIND.agent &&
    kind[row] === KIND.agent &&
    hasTrait(columns, row, "agentInferred") &&
    /^(unnamed\b.*)?$/.test(labels[row] as string);
  let any = false;
  for (let row = 0; row < tree.count && !any; row++) any = isUnnamed(row);
  if (!any) return;
  const below = subtreeCounts(marks);
  const inAgent = new Uint8Array(tree.count);
  for (const row of tree.order) {
    const parent = tree.parent[row] as number;
    const agentAbove = parent !== NONE && inAgent[parent] === 1;
    const single = (below.llm[row] as number) <= 1 && below.tool[row] === 0 && below.agent[row] === 0;
    if (isUnnamed(row) && !agentAbove && single) kind[row] = KIND.step;
    else if (isUnnamed(row)) labels[row] = "";
    inAgent[row] = agentAbove || kind[row] === KIND.agent ? 1 : 0;
  }
}

/**
 * A5 beyond graphs: an agent span that is the only one below another of the same name, with nothing but structure in
 * between, is the same invocation told twice (AutoGen's `process` around `invoke_agent`). A tool in between makes it a
 * recursion.
 */
export function mergeWrappers(marks: AgentMarks): void {
  const { columns, tree, kind, labels } = marks;
  // The nearest agent reached through structure alone, and how many agents each agent reaches.
  const around = new Int32Array(tree.count).fill(NONE);
  const nearest = new Int32Array(tree.count).fill(NONE);
  const reached = new Int32Array(tree.count);
  let same = false;
  for (const row of tree.order) {
    const parent = tree.parent[row] as number;
    if (parent === NONE) continue;
    const isAgent = kind[parent] === KIND.agent;
    nearest[row] = isAgent ? parent : (nearest[parent] as number);
    if (isAgent) around[row] = parent;
    else if (isStructural(kind[parent] as number)) around[row] = around[parent] as number;
    if (kind[row] !== KIND.agent) continue;
    const above = nearest[row] as number;
    if (above !== NONE) reached[above] = (reached[above] as number) + 1;
    if (around[row] !== NONE && labels[row] !== "" && labels[row] === labels[around[row] as number]) same = true;
  }
  if (!same) return;
  for (const row of tree.order) {
    const outer = around[row] as number;
    if (kind[row] !== KIND.agent || outer === NONE || reached[outer] !== 1) continue;
    const outerInstance = columns.agentInstance[outer] as number;
    const instance = columns.agentInstance[row] as number;
    const conflict = instance !== 0 && outerInstance !== 0 && instance !== outerInstance;
    if (labels[row] !== "" && labels[row] === labels[outer] && !conflict) kind[row] = KIND.step;
  }
}
