// What the rules about agent spans share: the arrays that they correct, and counts over subtrees.

import { NONE, type RunColumns } from "../model/run-columns.ts";
import { KIND } from "./codes.ts";
import type { Tree } from "./tree.ts";

/** What the rules look at and correct in place, one entry per row. */
export interface AgentMarks {
  readonly columns: RunColumns;
  readonly tree: Tree;
  readonly kind: Uint8Array;
  readonly hidden: Uint8Array;
  /** The agent that the span itself names, or that a rule found for it; empty without. */
  readonly labels: string[];
  /** Whether a convention rather than a name makes the row an agent. */
  readonly inferred: Uint8Array;
}

/** Makes a row an invocation of an agent. */
export function promote(marks: AgentMarks, row: number, name: string): void {
  marks.kind[row] = KIND.agent;
  marks.hidden[row] = 0;
  marks.labels[row] = name;
}

/** How many model calls (one inside another counts once), tools and agents lie below each row. */
export interface SubtreeCounts {
  readonly llm: Int32Array;
  readonly tool: Int32Array;
  readonly agent: Int32Array;
}

export function subtreeCounts({ tree, kind }: Pick<AgentMarks, "tree" | "kind">): SubtreeCounts {
  const counts = {
    llm: new Int32Array(tree.count),
    tool: new Int32Array(tree.count),
    agent: new Int32Array(tree.count),
  };
  for (let i = tree.order.length - 1; i >= 0; i--) {
    const row = tree.order[i] as number;
    const parent = tree.parent[row] as number;
    if (parent === NONE) continue;
    const rowKind = kind[row] as number;
    const isTool = rowKind === KIND.tool || rowKind === KIND.message;
    add(counts.llm, parent, rowKind === KIND.llm ? 1 : (counts.llm[row] as number));
    add(counts.tool, parent, (counts.tool[row] as number) + (isTool ? 1 : 0));
    add(counts.agent, parent, (counts.agent[row] as number) + (rowKind === KIND.agent ? 1 : 0));
  }
  return counts;
}

function add(counts: Int32Array, row: number, value: number): void {
  counts[row] = (counts[row] as number) + value;
}
