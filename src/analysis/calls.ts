// Which spans are model calls, each real call once. The same call is often told on two to four levels:
//
//   agent  usage 280/50        never counted: an agent's usage repeats its calls'
//   └ step usage 100/30        not counted: there is a call below
//     └ llm  usage 100/30      → step: an llm with usage lies inside it
//       └ llm  usage 100/30    counted: innermost with usage
//   llm responseId=r1          counted: the fuller of two that name one response
//   llm responseId=r1          → step (two instrumentations side by side)
//
// A step with usage but no call below stands for the call itself: OpenAI Agents' turn over a model of one's own.

import { NONE, type RunColumns, TextTable } from "../model/run-columns.ts";
import { hasTrait, KIND, STATUS } from "./codes.ts";
import { factOf, type RowFacts } from "./facts.ts";
import type { Tree } from "./tree.ts";
import { hasUsage, type Usage, usageFieldCount } from "./usage.ts";

/** Two spans that report the same call. */
export interface RepeatedCall {
  readonly kept: number;
  readonly dropped: number;
}

const CALL = 1;
const CALL_WITH_USAGE = 2;

/** Corrects `kind` in place, and `usage` of steps that stand for a call. Returns repeated calls side by side. */
export function resolveCalls(
  columns: RunColumns,
  tree: Tree,
  kind: Uint8Array,
  usage: Usage,
  facts: RowFacts,
): RepeatedCall[] {
  unwrapNested(columns, tree, kind, usage);
  const repeated = dropRepeated(columns, kind, usage, facts);
  countTurns(columns, tree, kind, usage);
  return repeated;
}

/** Whether calls below such a span may be the call that an llm span above it reports. */
function isTransparent(kind: number): boolean {
  return kind === KIND.step || kind === KIND.other;
}

function unwrapNested(columns: RunColumns, tree: Tree, kind: Uint8Array, usage: Usage): void {
  // Per row: what lies below it through transparent spans; chat in the low bits, embeddings above them.
  const below = new Uint8Array(tree.count);
  let nested = false;
  for (let i = tree.order.length - 1; i >= 0; i--) {
    const row = tree.order[i] as number;
    const rowKind = kind[row] as number;
    let passed = 0;
    if (rowKind === KIND.llm) {
      const shift = hasTrait(columns, row, "embedding") ? 2 : 0;
      const inner = ((below[row] as number) >> shift) & (CALL | CALL_WITH_USAGE);
      const used = hasUsage(usage, row);
      if (inner & CALL_WITH_USAGE || (inner && !used)) kind[row] = KIND.step;
      else if (inner) nested = true;
      passed = (below[row] as number) | ((used ? CALL | CALL_WITH_USAGE : CALL) << shift);
    } else if (isTransparent(rowKind)) passed = below[row] as number;
    const parent = tree.parent[row] as number;
    if (parent !== NONE) below[parent] = (below[parent] as number) | passed;
  }
  if (nested) demoteInner(columns, tree, kind, usage);
}

/** Below a call that has the usage, spans of the same call without usage are steps; failed attempts stay calls. */
function demoteInner(columns: RunColumns, tree: Tree, kind: Uint8Array, usage: Usage): void {
  const inside = new Uint8Array(tree.count);
  for (const row of tree.order) {
    const parent = tree.parent[row] as number;
    const above = parent === NONE ? 0 : (inside[parent] as number);
    const rowKind = kind[row] as number;
    if (rowKind === KIND.llm) {
      const flag = hasTrait(columns, row, "embedding") ? 2 : 1;
      const attempt = columns.status[row] === STATUS.error;
      if (above & flag && !attempt && !hasUsage(usage, row)) kind[row] = KIND.step;
      inside[row] = above | (hasUsage(usage, row) ? flag : 0);
    } else if (isTransparent(rowKind)) inside[row] = above;
  }
}

const TEXTS_MAX = 2 ** 32;

/** Of the calls of a trace that name one response, all but the fullest become steps. */
function dropRepeated(columns: RunColumns, kind: Uint8Array, usage: Usage, facts: RowFacts): RepeatedCall[] {
  const best = new Map<number, number>();
  const repeated: RepeatedCall[] = [];
  const { texts } = columns;
  // Ids that only records state have no place in the table of the rows' texts.
  const stated = new TextTable();
  const indexOf = (id: string) => (texts.find(id) === NONE ? texts.texts.length + stated.indexOf(id) : texts.find(id));
  for (let row = 0; row < columns.count; row++) {
    if (kind[row] !== KIND.llm) continue;
    const response = (columns.responseId[row] as number) || indexOf(factOf(facts, row, "responseId"));
    if (response === 0) continue;
    const key = (columns.trace[row] as number) * TEXTS_MAX + response;
    const known = best.get(key);
    if (known === undefined) {
      best.set(key, row);
      continue;
    }
    const fuller = usageFieldCount(usage, row) > usageFieldCount(usage, known);
    const [kept, dropped] = fuller ? [row, known] : [known, row];
    kind[dropped] = KIND.step;
    best.set(key, kept);
    repeated.push({ kept, dropped });
  }
  return repeated;
}

/** Makes steps that carry the only report of a call into calls, less what calls of other agents below them used. */
function countTurns(columns: RunColumns, tree: Tree, kind: Uint8Array, usage: Usage): void {
  const isTurn = (row: number) => columns.kind[row] === KIND.step && kind[row] === KIND.step && hasUsage(usage, row);
  let any = false;
  for (let row = 0; row < columns.count && !any; row++) any = isTurn(row);
  if (!any) return;
  const sums = new SubtreeSums(usage, tree.count);
  // Whether the agent that the row belongs to has a call at or below it.
  const covered = new Uint8Array(tree.count);
  for (let i = tree.order.length - 1; i >= 0; i--) {
    const row = tree.order[i] as number;
    if (covered[row] === 0 && isTurn(row) && sums.leaveRest(row)) kind[row] = KIND.llm;
    if (kind[row] === KIND.llm) {
      covered[row] = 1;
      sums.count(row);
    }
    const parent = tree.parent[row] as number;
    if (parent === NONE) continue;
    sums.pass(row, parent);
    if (kind[row] !== KIND.agent && covered[row]) covered[parent] = 1;
  }
}

/** Counted usage of whole subtrees, summed from the leaves up. */
class SubtreeSums {
  readonly #fields: readonly { readonly own: Float64Array; readonly below: Float64Array }[];

  constructor(usage: Usage, count: number) {
    const { input, output, cacheRead, cacheWrite, reasoning, cost, costInput } = usage;
    this.#fields = [input, output, cacheRead, cacheWrite, reasoning, cost, costInput].map((own) => ({
      own,
      below: new Float64Array(count),
    }));
  }

  /** Takes from a row's own usage what was counted below it. Whether anything is left; if not, nothing is taken. */
  leaveRest(row: number): boolean {
    const rests = this.#fields.map(({ own, below }) => Math.max(0, (own[row] as number) - (below[row] as number)));
    if (rests.every((rest) => rest === 0)) return false;
    for (const [f, { own }] of this.#fields.entries()) own[row] = rests[f] as number;
    return true;
  }

  count(row: number): void {
    for (const { own, below } of this.#fields) below[row] = (below[row] as number) + (own[row] as number);
  }

  pass(row: number, parent: number): void {
    for (const { below } of this.#fields) below[parent] = (below[parent] as number) + (below[row] as number);
  }
}
