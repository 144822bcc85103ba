// The first half of analysis: what each span is, whose it is, how it ended and what it used. Everything else is computed
// from this.

import { HINTS } from "../model/draft.ts";
import { LIMITS } from "../model/limits.ts";
import { NONE, type RunColumns, type RunEventRow } from "../model/run-columns.ts";
import { AgentDirectory } from "./agent-directory.ts";
import { resolveAgentSpans } from "./agent-spans.ts";
import { type Attribution, attribute } from "./attribution.ts";
import { type RepeatedCall, resolveCalls } from "./calls.ts";
import { hasTrait, hintOf, STATUS } from "./codes.ts";
import { type Delegation, findDelegation } from "./delegating.ts";
import { factOf, factsByRow, type RowFacts } from "./facts.ts";
import type { RunInput } from "./run-analysis.ts";
import { type ResolvedLink, resolveLinks, SpanIndex } from "./span-index.ts";
import { findTransfers, type Transfer } from "./transfers.ts";
import { buildTree, closedEnds, rowsByStart, type Tree } from "./tree.ts";
import { mergedUsage, type Usage } from "./usage.ts";

export interface ResolvedRun extends Delegation {
  readonly columns: RunColumns;
  readonly index: SpanIndex;
  /** In order of time, then of receipt. */
  readonly events: readonly RunEventRow[];
  readonly facts: RowFacts;
  readonly links: readonly ResolvedLink[];
  /** Rows with hints, ascending. */
  readonly hinted: Int32Array;
  /** All spans as they hang together. */
  readonly tree: Tree;
  /** The spans that count as work: hidden ones are left out and their time is that of the span around them. */
  readonly work: Tree;
  readonly leftOut: Uint8Array;
  readonly hidden: Uint8Array;
  readonly shownParent: Int32Array;
  readonly kind: Uint8Array;
  readonly status: Uint8Array;
  readonly usage: Usage;
  readonly attribution: Attribution;
  readonly directory: AgentDirectory;
  /** Tool calls that hand control to another agent. */
  readonly transfers: readonly Transfer[];
  readonly repeatedCalls: readonly RepeatedCall[];
}

const NS_PER_MS = 1e6;

export function resolveRun(input: RunInput): ResolvedRun {
  const { columns } = input;
  const index = new SpanIndex(columns);
  const facts = factsByRow(columns, input.facts, index);
  const believedUntil = input.lastReceived + LIMITS.openSilenceMs * NS_PER_MS;
  const end = closedEnds(columns.start, columns.end, Math.min(input.now, believedUntil));
  const byStart = rowsByStart(columns.start);
  const tree = buildTree(columns.parent, columns.start, end, byStart);
  const kind = columns.kind.slice();
  const hidden = new Uint8Array(columns.count);
  for (let row = 0; row < columns.count; row++) hidden[row] = isHidden(columns, row) ? 1 : 0;
  // Without an ancestor there is nothing that could stand for the span.
  for (const root of tree.roots) hidden[root] = 0;
  const marks = resolveAgentSpans(columns, tree, kind, hidden, facts);
  const usage = mergedUsage(columns, facts);
  const repeatedCalls = resolveCalls(columns, tree, kind, usage, facts);
  const attribution = attribute(marks, byStart);
  const directory = new AgentDirectory(columns, tree, kind, attribution);
  const transfers = findTransfers(columns, tree, kind, attribution, directory);
  const delegation = findDelegation(tree, kind, attribution);
  const leftOut = new Uint8Array(columns.count);
  for (let row = 0; row < columns.count; row++) {
    leftOut[row] = hidden[row] && !hasTrait(columns, row, "waitsForHuman") ? 1 : 0;
  }
  const shownParent = shownParents(tree, hidden);
  const work = leftOut.includes(1) ? buildTree(shownParent, columns.start, end, byStart, leftOut) : tree;
  const status = resolvedStatus(columns, facts);
  const events = input.events.toSorted((a, b) => a.time - b.time || a.offset - b.offset || a.index - b.index);
  const links = resolveLinks(columns, index);
  const hinted = Int32Array.from(columns.hints.keys()).sort();
  return {
    ...{ links, hinted },
    ...{ columns, index, events, facts, tree, work, leftOut, hidden, shownParent, kind, status, usage },
    ...{ attribution, directory, transfers, repeatedCalls, ...delegation },
  };
}

/** The agent that an event is about: the one it names, else the one whose span it belongs to, or NONE. */
export function agentOfEvent(run: ResolvedRun, event: RunEventRow): number {
  if (event.agent !== "") return run.directory.find(event.agent);
  const row = run.index.rowOf(event.traceId, event.spanId);
  return row === NONE ? NONE : (run.attribution.agent[row] as number);
}

function isHidden(columns: RunColumns, row: number): boolean {
  return hasTrait(columns, row, "hidden") || hintOf(columns, row, HINTS.foldIntoParent) !== "";
}

/** T5: the nearest ancestor that views show. */
function shownParents(tree: Tree, hidden: Uint8Array): Int32Array {
  const shown = new Int32Array(tree.count).fill(NONE);
  for (const row of tree.order) {
    const parent = tree.parent[row] as number;
    if (parent !== NONE) shown[row] = hidden[parent] ? (shown[parent] as number) : parent;
  }
  return shown;
}

/** Control flow that a framework raises as an exception is no error; an error that a record states is one. */
function resolvedStatus(columns: RunColumns, facts: RowFacts): Uint8Array {
  const status = columns.status.slice();
  for (let row = 0; row < columns.count; row++) {
    if (status[row] === STATUS.error && hasTrait(columns, row, "controlFlow")) status[row] = STATUS.unset;
    if (columns.end[row] === Number.POSITIVE_INFINITY) status[row] = STATUS.open;
  }
  for (const row of facts.keys()) {
    if (factOf(facts, row, "error") !== "" && status[row] !== STATUS.open) status[row] = STATUS.error;
  }
  return status;
}
