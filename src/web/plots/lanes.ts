// One lane per agent: what it does at each instant (a strip), and below it its spans, stacked so that none covers
// another. The strip follows the rules of agent activity (analysis/activity.ts): a span's own time is llm, tool or
// working, and where only others work below it, waiting. It is painted in the order waiting, working, tool, llm, so that
// the strongest state of overlapping ones is seen.

import { unionOf } from "../../base/intervals.ts";
import { SPAN_KINDS, SPAN_STATUSES, type SpanKind } from "../../model/vocabulary.ts";
import type { OwnTime } from "./own-time.ts";
import type { SpanColumns } from "./skeleton.ts";
import type { SpanTree } from "./span-tree.ts";

/** In the order of painting. */
export const LANE_STATES = ["waiting", "working", "tool", "llm"] as const;
export type LaneState = (typeof LANE_STATES)[number];

export interface Lane {
  readonly agent: string;
  /** Intervals by state, flat: start0, end0, … in ms, in order and without overlap within one state. */
  readonly activity: Readonly<Record<LaneState, Float64Array>>;
  readonly levels: readonly LaneLevel[];
}

/** Spans side by side; only at the last level they may overlap. */
export interface LaneLevel {
  /** By start. */
  readonly positions: Int32Array;
  /** The same spans as flat intervals by what they are, for when there are too many to draw each. */
  readonly intervals: Readonly<Record<SpanLook, Float64Array>>;
  /** Those of them that failed. */
  readonly failed: Float64Array;
}

/** Model calls, tools, and what only holds others together. */
export const SPAN_LOOKS = ["holder", "tool", "model"] as const;
export type SpanLook = (typeof SPAN_LOOKS)[number];

export function lookOf(kind: SpanKind): SpanLook {
  return kind === "llm" ? "model" : kind === "tool" || kind === "retrieval" ? "tool" : "holder";
}

const ERROR = SPAN_STATUSES.indexOf("error");
const LEVELS_MAX = 5;
const ANCESTORS_MAX = 64;
/** Kinds that are work; steps and the like only wrap it. */
const WORK: ReadonlySet<SpanKind> = new Set(["agent", "task", "llm", "tool", "retrieval", "message", "guardrail"]);
const STATE_OF_KIND: Readonly<Record<SpanKind, LaneState>> = {
  other: "working",
  run: "working",
  agent: "working",
  task: "working",
  step: "working",
  llm: "llm",
  tool: "tool",
  retrieval: "tool",
  message: "working",
  guardrail: "working",
};
/** Kinds that hand work over when another agent's span lies below them. */
const DELEGATES: ReadonlySet<SpanKind> = new Set(["tool", "task", "message"]);

/** By the number of a kind. */
const IS_WORK = Uint8Array.from(SPAN_KINDS, (kind) => (WORK.has(kind) ? 1 : 0));
const STATE_NUMBERS = Uint8Array.from(SPAN_KINDS, (kind) => LANE_STATES.indexOf(STATE_OF_KIND[kind]));
const LOOK_NUMBERS = Uint8Array.from(SPAN_KINDS, (kind) => SPAN_LOOKS.indexOf(lookOf(kind)));
const WAITING = LANE_STATES.indexOf("waiting");

/** Lanes in the order in which the agents begin. */
export function buildLanes(columns: SpanColumns, tree: SpanTree, own: OwnTime, ends: Float64Array): Lane[] {
  const agentAt = agentsInOrder(columns, tree);
  const delegates = delegatingPositions(columns, tree, agentAt);
  const drafts = draftsOf(columns, tree, own, delegates);
  const draftOf: (LaneDraft | undefined)[] = [];
  for (const [agent, draft] of drafts) draftOf[agent] = draft;
  const { positions } = tree;
  for (let row = 0; row < columns.count; row++) {
    const position = positions[row] as number;
    const draft = draftOf[columns.agent[row] as number];
    if (position < 0 || draft === undefined) continue;
    const kind = columns.kind[row] as number;
    if (IS_WORK[kind] === 1) draft.rows[draft.rowCount++] = row;
    // Wherever one of its spans is open and nothing stronger is painted over it, the agent waits.
    draft.states[WAITING]?.add(columns.start[row] as number, ends[row] as number);
    if (delegates[position] === 1) continue;
    const state = draft.states[STATE_NUMBERS[kind] as number] as IntervalList;
    const last = own.first[position + 1] as number;
    for (let i = own.first[position] as number; i < last; i++) {
      state.add(own.segments[2 * i] as number, own.segments[2 * i + 1] as number);
    }
  }
  const levelOf = new Int8Array(tree.rows.length).fill(-1);
  return [...drafts].map(([agent, draft]) => ({
    agent: columns.strings[agent] ?? "",
    activity: Object.fromEntries(
      LANE_STATES.map((state, i) => [state, draft.states[i]?.union() ?? new Float64Array(0)]),
    ) as Record<LaneState, Float64Array>,
    levels: stack(columns, tree, ends, draft.rows, { agentAt, levelOf }),
  }));
}

/** Intervals in any order, of which there are at most so many. */
class IntervalList {
  readonly #starts: Float64Array;
  readonly #ends: Float64Array;
  #count = 0;

  constructor(most: number) {
    this.#starts = new Float64Array(most);
    this.#ends = new Float64Array(most);
  }

  add(start: number, end: number): void {
    if (end <= start) return;
    this.#starts[this.#count] = start;
    this.#ends[this.#count++] = end;
  }

  /** Flat, in order and without overlap. */
  union(): Float64Array {
    return unionOf(this.#starts.subarray(0, this.#count), this.#ends.subarray(0, this.#count));
  }
}

interface LaneDraft {
  /** By the number of a state. */
  readonly states: readonly IntervalList[];
  /** Of its work, by start. */
  readonly rows: Int32Array;
  rowCount: number;
}

/** By agent, in the order in which they begin; as large as what will be put in. */
function draftsOf(
  { agent, kind, count }: SpanColumns,
  { positions }: SpanTree,
  { first }: OwnTime,
  delegates: Uint8Array,
): Map<number, LaneDraft> {
  const sizes = new Map<number, { readonly states: number[]; work: number }>();
  for (let row = 0; row < count; row++) {
    const position = positions[row] as number;
    const owner = agent[row] as number;
    if (position < 0 || owner < 0) continue;
    let size = sizes.get(owner);
    if (size === undefined) {
      size = { states: LANE_STATES.map(() => 0), work: 0 };
      sizes.set(owner, size);
    }
    size.work += IS_WORK[kind[row] as number] as number;
    size.states[WAITING] = (size.states[WAITING] as number) + 1;
    if (delegates[position] === 1) continue;
    const state = STATE_NUMBERS[kind[row] as number] as number;
    const segments = (first[position + 1] as number) - (first[position] as number);
    size.states[state] = (size.states[state] as number) + segments;
  }
  return new Map(
    [...sizes].map(([owner, { states, work }]) => [
      owner,
      { states: states.map((most) => new IntervalList(most)), rows: new Int32Array(work), rowCount: 0 },
    ]),
  );
}

/** By the number of a kind: 1 what delegates; the others are not looked at again once they were passed. */
const PASSED = 2;
const DELEGATE_NUMBERS = Uint8Array.from(SPAN_KINDS, (kind) => (DELEGATES.has(kind) ? 1 : PASSED));

/** Agents by position: there parents are near, while by row each look at one of them would be a leap. */
function agentsInOrder({ agent }: SpanColumns, { rows }: SpanTree): Int32Array {
  const agentAt = new Int32Array(rows.length);
  for (let p = 0; p < rows.length; p++) agentAt[p] = agent[rows[p] as number] as number;
  return agentAt;
}

/** Which positions hand work to another agent: 1 where a span below belongs to another agent and is not below a third. */
function delegatingPositions({ kind }: SpanColumns, { rows, parent }: SpanTree, agentAt: Int32Array): Uint8Array {
  const delegates = new Uint8Array(rows.length);
  for (let p = 0; p < rows.length; p++) {
    const mine = agentAt[p] as number;
    // Up through the spans of one other agent: where it changes, the hand-over is found.
    let up = parent[p] as number;
    if (mine < 0 || up < 0 || agentAt[up] === mine) continue;
    const caller = agentAt[up];
    while (up >= 0 && agentAt[up] === caller && delegates[up] === 0) {
      delegates[up] = DELEGATE_NUMBERS[kind[rows[up] as number] as number] as number;
      up = parent[up] as number;
    }
  }
  return delegates;
}

interface Stacking {
  readonly agentAt: Int32Array;
  /** By position, −1 where no level was found yet. */
  readonly levelOf: Int8Array;
}

/** The first level below its own ancestors where a span finds room. `rows` by start. */
function stack(
  columns: SpanColumns,
  tree: SpanTree,
  ends: Float64Array,
  rows: Int32Array,
  stacking: Stacking,
): LaneLevel[] {
  const { start } = columns;
  const lastEnd: number[] = [];
  const counts: number[] = [];
  const levelAt = new Uint8Array(rows.length);
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] as number;
    const position = tree.positions[row] as number;
    let level = levelBelowAncestor(tree, stacking, position);
    while (level < LEVELS_MAX - 1 && (lastEnd[level] ?? Number.NEGATIVE_INFINITY) > (start[row] as number)) level++;
    level = Math.min(level, LEVELS_MAX - 1);
    stacking.levelOf[position] = level;
    levelAt[i] = level;
    lastEnd[level] = Math.max(lastEnd[level] ?? Number.NEGATIVE_INFINITY, ends[row] as number);
    for (let empty = counts.length; empty <= level; empty++) counts[empty] = 0;
    counts[level] = (counts[level] as number) + 1;
  }
  const levels = counts.map((count) => new Int32Array(count));
  const filled = counts.map(() => 0);
  for (let i = 0; i < rows.length; i++) {
    const level = levelAt[i] as number;
    (levels[level] as Int32Array)[filled[level] as number] = rows[i] as number;
    filled[level] = (filled[level] as number) + 1;
  }
  return levels.map((level) => laneLevel(columns, tree, ends, level));
}

/** One below the nearest ancestor in the same lane, looked for not too far up. */
function levelBelowAncestor({ parent }: SpanTree, { agentAt, levelOf }: Stacking, position: number): number {
  const own = agentAt[position];
  let up = parent[position] as number;
  for (let steps = 0; up >= 0 && steps < ANCESTORS_MAX; steps++) {
    if ((levelOf[up] as number) >= 0 && agentAt[up] === own) return (levelOf[up] as number) + 1;
    up = parent[up] as number;
  }
  return 0;
}

const FAILED = SPAN_LOOKS.length;

function laneLevel(
  { start, kind, status }: SpanColumns,
  { positions }: SpanTree,
  ends: Float64Array,
  rows: Int32Array,
): LaneLevel {
  const counts = [...SPAN_LOOKS.map(() => 0), 0];
  const count = (list: number) => {
    counts[list] = (counts[list] as number) + 1;
  };
  for (const row of rows) {
    count(LOOK_NUMBERS[kind[row] as number] as number);
    if (status[row] === ERROR) count(FAILED);
  }
  const lists = counts.map((length) => new Float64Array(2 * length));
  const filled = counts.map(() => 0);
  const put = (list: number, row: number) => {
    const at = filled[list] as number;
    const into = lists[list] as Float64Array;
    into[at] = start[row] as number;
    into[at + 1] = ends[row] as number;
    filled[list] = at + 2;
  };
  for (const row of rows) {
    put(LOOK_NUMBERS[kind[row] as number] as number, row);
    if (status[row] === ERROR) put(FAILED, row);
  }
  return {
    positions: rows.map((row) => positions[row] as number),
    intervals: Object.fromEntries(SPAN_LOOKS.map((look, i) => [look, lists[i]])) as Record<SpanLook, Float64Array>,
    failed: lists[FAILED] as Float64Array,
  };
}
