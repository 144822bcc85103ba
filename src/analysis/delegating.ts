// Spans that delegate: a tool, task or message span with another agent's span below it and no span of a third agent in
// between. What such a span does by itself is not work of its agent: it hands over, and waits.
//
//   agent boss
//   └ step               not one: structure
//     └ tool ask         delegating: helper runs below
//       └ agent helper
//         └ tool search  not one: no agent below

import { NONE } from "../model/run-columns.ts";
import type { Attribution } from "./attribution.ts";
import { KIND } from "./codes.ts";
import type { Tree } from "./tree.ts";

const canDelegate = (kind: number) => kind === KIND.tool || kind === KIND.task || kind === KIND.message;

export interface Delegation {
  /** Whether a row delegates. */
  readonly delegating: Uint8Array;
  /** Of an entry: the delegating row through which its caller reached it (a tool before a task), or NONE. */
  readonly through: Int32Array;
}

export function findDelegation(tree: Tree, kind: Uint8Array, { agent, entries }: Attribution): Delegation {
  const delegating = new Uint8Array(tree.count);
  const through = new Int32Array(tree.count).fill(NONE);
  // Per row: the outermost tool or message, and the nearest task, on the way up to the agent that it belongs to.
  const tool = new Int32Array(tree.count).fill(NONE);
  const task = new Int32Array(tree.count).fill(NONE);
  for (const row of tree.order) {
    const parent = tree.parent[row] as number;
    const inherits = parent !== NONE && kind[row] !== KIND.agent && agent[parent] === agent[row];
    const rowKind = kind[row] as number;
    const outer = inherits ? (tool[parent] as number) : NONE;
    tool[row] = outer === NONE && rowKind !== KIND.task && canDelegate(rowKind) ? row : outer;
    task[row] = rowKind === KIND.task ? row : inherits ? (task[parent] as number) : NONE;
  }
  const walked = new Uint8Array(tree.count);
  for (const row of entries) {
    const parent = tree.parent[row] as number;
    if (parent === NONE || agent[parent] === NONE) continue;
    through[row] = tool[parent] !== NONE ? (tool[parent] as number) : (task[parent] as number);
    if (agent[parent] !== agent[row]) markUp(tree, kind, agent, parent, delegating, walked);
  }
  return { delegating, through };
}

/** Marks what delegates on the way from `from` up to the span of the agent that it belongs to. */
function markUp(
  tree: Tree,
  kind: Uint8Array,
  agent: Int32Array,
  from: number,
  delegating: Uint8Array,
  walked: Uint8Array,
): void {
  const owner = agent[from];
  for (let row = from; row !== NONE && agent[row] === owner && !walked[row]; row = tree.parent[row] as number) {
    walked[row] = 1;
    if (canDelegate(kind[row] as number)) delegating[row] = 1;
    if (kind[row] === KIND.agent) return;
  }
}
