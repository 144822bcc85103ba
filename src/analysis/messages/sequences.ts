// Agents one after another under the same parent: each goes on where the one before it ended.
//
//   pipeline  ├──────────────────────────────┤
//   a           ├─────┤
//   b                   ├───────┤                a → b
//   c                   ├────┤                   a → c
//   d                             ├──┤           b → d, c → d: what ran at the same time joins
//
// Under an agent that itself thinks (calls models or tools) they do not flow into each other: it calls each of them.
// An agent that was handed control and is followed by the one that handed it over has given it back (M7).

import { NONE } from "../../model/run-columns.ts";
import { isStructural, KIND } from "../codes.ts";
import { getOrMake } from "../get-or-make.ts";
import type { ResolvedRun } from "../resolved-run.ts";
import { ROUNDING_NS } from "../tree.ts";
import { CONFIDENCE, type MessageCollection } from "./message-draft.ts";
import { agentNameOf, type MessageRule } from "./message-rule.ts";

export const sequences: MessageRule = {
  ids: ["M7", "M12"],
  doc: "Agents one after another under the same parent, and control given back to the agent that handed it over.",
  find(run, messages) {
    for (const siblings of sequencesOf(run)) connect(run, messages, siblings);
  },
};

/** Invocations that flow into each other, by start; those called as tools are not among them. */
export function sequencesOf(run: ResolvedRun): Iterable<number[]> {
  const { kind, attribution, through } = run;
  const thinks = thinkingEntries(run);
  const roots = rootsOf(run);
  const groups = new Map<number, number[]>();
  for (const entry of attribution.entries) {
    const entryKind = kind[entry] as number;
    const isInvocation = entryKind === KIND.agent || entryKind === KIND.task || isStructural(entryKind);
    const caller = attribution.caller[entry] as number;
    const tool = through[entry] as number;
    const called = tool !== NONE && kind[tool] !== KIND.task;
    const invented = attribution.inferred[attribution.agent[entry] as number] === true && entryKind !== KIND.agent;
    if (!isInvocation || called || invented || (caller !== NONE && thinks[caller])) continue;
    // Agents under no agent belong together when they are of one tree.
    const group = caller === NONE ? -2 - (roots[entry] as number) : caller;
    getOrMake(groups, group, () => []).push(entry);
  }
  return groups.values();
}

/** Of entries: whether it calls models or tools itself, or was written by hand to call agents like functions. */
export function thinkingEntries({ columns, kind, attribution }: ResolvedRun): Uint8Array {
  const thinks = new Uint8Array(columns.count);
  const talea = columns.texts.find("talea");
  for (let row = 0; row < columns.count; row++) {
    const entry = attribution.entry[row] as number;
    if (entry === NONE) continue;
    const isCall = kind[row] === KIND.llm || kind[row] === KIND.tool || kind[row] === KIND.retrieval;
    if (isCall || (row === entry && columns.dialect[row] === talea)) thinks[entry] = 1;
  }
  return thinks;
}

/** The root above each row. */
function rootsOf({ tree }: ResolvedRun): Int32Array {
  const roots = new Int32Array(tree.count);
  for (const row of tree.order) {
    const parent = tree.parent[row] as number;
    roots[row] = parent === NONE ? row : (roots[parent] as number);
  }
  return roots;
}

function connect(run: ResolvedRun, messages: MessageCollection, siblings: readonly number[]): void {
  const { start, end } = run.tree;
  const byEnd = [...siblings].sort((a, b) => (end[a] as number) - (end[b] as number) || a - b);
  const joined = new Set<number>();
  let ended = 0;
  for (const entry of siblings) {
    const at = (start[entry] as number) + ROUNDING_NS;
    while (ended < byEnd.length && (end[byEnd[ended] as number] as number) < at) ended++;
    if (messages.into(entry) !== undefined) continue;
    const last = latestBefore(run, byEnd, ended, entry);
    if (last < 0) continue;
    const previous = byEnd[last] as number;
    addFlow(run, messages, previous, entry);
    // The first to follow a parallel stretch joins all of it.
    if (joined.has(previous)) continue;
    joined.add(previous);
    for (
      let i = last - 1;
      i >= 0 && (end[byEnd[i] as number] as number) > (start[previous] as number) + ROUNDING_NS;
      i--
    ) {
      addFlow(run, messages, byEnd[i] as number, entry);
    }
  }
}

/** The index of the sibling that ended last before an entry and began before it. */
function latestBefore({ tree }: ResolvedRun, byEnd: readonly number[], ended: number, entry: number): number {
  const { start } = tree;
  let i = ended - 1;
  while (i >= 0 && (byEnd[i] === entry || (start[byEnd[i] as number] as number) >= (start[entry] as number))) i--;
  return i;
}

function addFlow(run: ResolvedRun, messages: MessageCollection, previous: number, entry: number): void {
  const { start, end } = run.tree;
  const to = agentNameOf(run, entry);
  const before = messages.into(previous);
  const givesBack = before !== undefined && before.from === to && before.kind !== "reply";
  messages.add({
    from: agentNameOf(run, previous),
    to,
    kind: givesBack ? "reply" : "handoff",
    at: end[previous] as number,
    arrived: Math.max(start[entry] as number, end[previous] as number),
    row: NONE,
    fromRow: previous,
    toRow: entry,
    evidence: givesBack ? "M7" : "M12",
    confidence: CONFIDENCE.medium,
  });
}
