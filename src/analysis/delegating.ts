// Spans that delegate: a tool, task or message span with another agent's span below it and no span of a third agent in
// between. What such a span does by itself is not work of its agent: it hands over, and waits.
//
//   agent boss
//   └ step               not one: structure
//     └ tool ask         delegating: helper runs below
//       └ step           carries the call from one to the other: structure in between
//         └ agent helper
//           └ tool search  not one: no agent below

import { NONE } from "../model/run-columns.ts";
import type { Attribution } from "./attribution.ts";
import { isStructural, KIND } from "./codes.ts";
import type { Tree } from "./tree.ts";

const canDelegate = (kind: number) => kind === KIND.tool || kind === KIND.task || kind === KIND.message;

export interface Delegation {
  /** Whether a row delegates. */
  readonly delegating: Uint8Array;
  /** Whether it is structure between a row that delegates and the agent that it reaches. */
  readonly carrying: Uint8Array;
  /** Of an entry: the delegating row through which its caller reached it (a tool before a task), or NONE. */
  readonly through: Int32Array;
}

export function findDelegation(tree: Tree, kind: Uint8Array, { agent, entries }: Attribution): Delegation {
  const delegating = new Uint8Array(tree.count);
  const carrying = new Uint8Array(tree.count);
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
    if (agent[parent] !== agent[row]) markUp(tree, kind, agent, parent, { delegating, carrying }, walked);
  }
  return { delegating, carrying, through };
}

/** Marks what delegates and carries on the way from `from` up to the span of the agent that it belongs to. */
function markUp(
  tree: Tree,
  kind: Uint8Array,
  agent: Int32Array,
  from: number,
  { delegating, carrying }: Pick<Delegation, "delegating" | "carrying">,
  walked: Uint8Array,
): void {
  const owner = agent[from];
  // Structure passed since the last row that delegates.
  let passed: number[] = [];
  const carry = () => {
    for (const row of passed) carrying[row] = 1;
    passed = [];
  };
  for (
    let row = from;
    row !== NONE && agent[row] === owner && kind[row] !== KIND.agent;
    row = tree.parent[row] as number
  ) {
    if (walked[row]) {
      if (delegating[row] || carrying[row]) carry();
      return;
    }
    walked[row] = 1;
    if (canDelegate(kind[row] as number)) {
      delegating[row] = 1;
      carry();
    } else if (isStructural(kind[row] as number)) passed.push(row);
  }
}
