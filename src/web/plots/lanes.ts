// One lane per agent: what it does at each instant (a strip), and below it its spans, stacked so that none covers
// another. The strip follows the rules of agent activity (analysis/activity.ts): a span's own time is llm, tool or
// working, and where only others work below it, waiting. It is painted in the order waiting, working, tool, llm, so that
// the strongest state of overlapping ones is seen.

import { union } from "../../base/intervals.ts";
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

interface LaneDraft {
  readonly activity: Record<LaneState, number[]>;
  readonly positions: number[];
}

/** Lanes in the order in which the agents begin. */
export function buildLanes(columns: SpanColumns, tree: SpanTree, own: OwnTime, ends: Float64Array): Lane[] {
  const drafts = new Map<number, LaneDraft>();
  const delegates = delegatingPositions(columns, tree);
  for (const row of rowsByStart(tree)) {
    const agent = columns.agent[row] as number;
    if (agent < 0) continue;
    let draft = drafts.get(agent);
    if (draft === undefined) {
      draft = { activity: { waiting: [], working: [], tool: [], llm: [] }, positions: [] };
      drafts.set(agent, draft);
    }
    const position = tree.positions[row] as number;
    const kind = SPAN_KINDS[columns.kind[row] as number] as SpanKind;
    if (WORK.has(kind)) draft.positions.push(position);
    addActivity(draft, columns, ends, own, { row, position, kind, delegates: delegates[position] === 1 });
  }
  return [...drafts].map(([agent, { activity, positions }]) => ({
    agent: columns.strings[agent] ?? "",
    activity: {
      waiting: Float64Array.from(union(activity.waiting)),
      working: Float64Array.from(union(activity.working)),
      tool: Float64Array.from(union(activity.tool)),
      llm: Float64Array.from(union(activity.llm)),
    },
    levels: stack(columns, tree, ends, positions),
  }));
}

function* rowsByStart({ positions }: SpanTree): Generator<number> {
  for (let row = 0; row < positions.length; row++) if ((positions[row] as number) >= 0) yield row;
}

/** Not delegating, but already walked over. */
const PASSED = 2;

/** Which positions hand work to another agent: 1 where a span below belongs to another agent and is not below a third. */
function delegatingPositions({ agent, kind }: SpanColumns, { rows, parent }: SpanTree): Uint8Array {
  const delegates = new Uint8Array(rows.length);
  for (let p = 0; p < rows.length; p++) {
    const mine = agent[rows[p] as number] as number;
    if (mine < 0) continue;
    // Up through the spans of one other agent: where it changes, the hand-over is found.
    let up = parent[p] as number;
    if (up < 0 || agent[rows[up] as number] === mine) continue;
    const caller = agent[rows[up] as number] as number;
    while (up >= 0 && agent[rows[up] as number] === caller && delegates[up] === 0) {
      const kindName = SPAN_KINDS[kind[rows[up] as number] as number] as SpanKind;
      delegates[up] = DELEGATES.has(kindName) ? 1 : PASSED;
      up = parent[up] as number;
    }
  }
  return delegates;
}

interface OneSpan {
  readonly row: number;
  readonly position: number;
  readonly kind: SpanKind;
  readonly delegates: boolean;
}

function addActivity(
  { activity }: LaneDraft,
  { start }: SpanColumns,
  ends: Float64Array,
  { first, segments }: OwnTime,
  { row, position, kind, delegates }: OneSpan,
): void {
  // Wherever one of its spans is open and nothing stronger is painted over it, the agent waits.
  activity.waiting.push(start[row] as number, ends[row] as number);
  if (delegates) return;
  const into = activity[STATE_OF_KIND[kind]];
  for (let i = 2 * (first[position] as number); i < 2 * (first[position + 1] as number); i++) {
    into.push(segments[i] as number);
  }
}

/** The first level below its own ancestors where a span finds room. `positions` by start. */
function stack(columns: SpanColumns, tree: SpanTree, ends: Float64Array, positions: readonly number[]): LaneLevel[] {
  const { start } = columns;
  const levels: number[][] = [];
  const lastEnd: number[] = [];
  const levelOfPosition = new Map<number, number>();
  for (const position of positions) {
    const row = tree.rows[position] as number;
    let level = levelBelowAncestor(tree, levelOfPosition, position);
    while (level < LEVELS_MAX - 1 && (lastEnd[level] ?? Number.NEGATIVE_INFINITY) > (start[row] as number)) level++;
    level = Math.min(level, LEVELS_MAX - 1);
    levelOfPosition.set(position, level);
    lastEnd[level] = Math.max(lastEnd[level] ?? Number.NEGATIVE_INFINITY, ends[row] as number);
    for (let empty = levels.length; empty <= level; empty++) levels[empty] = [];
    levels[level]?.push(position);
  }
  return levels.map((level) => levelOf(columns, tree, ends, level));
}

function levelOf(
  columns: SpanColumns,
  { rows }: SpanTree,
  ends: Float64Array,
  positions: readonly number[],
): LaneLevel {
  const intervals: Record<SpanLook, number[]> = { holder: [], tool: [], model: [] };
  const failed: number[] = [];
  for (const position of positions) {
    const row = rows[position] as number;
    const look = lookOf(SPAN_KINDS[columns.kind[row] as number] as SpanKind);
    intervals[look].push(columns.start[row] as number, ends[row] as number);
    if (columns.status[row] === ERROR) failed.push(columns.start[row] as number, ends[row] as number);
  }
  return {
    positions: Int32Array.from(positions),
    intervals: {
      holder: Float64Array.from(intervals.holder),
      tool: Float64Array.from(intervals.tool),
      model: Float64Array.from(intervals.model),
    },
    failed: Float64Array.from(failed),
  };
}

/** One below the nearest ancestor in the same lane, looked for not too far up. */
function levelBelowAncestor({ parent }: SpanTree, levelOf: ReadonlyMap<number, number>, position: number): number {
  let up = parent[position] as number;
  for (let steps = 0; up >= 0 && steps < ANCESTORS_MAX; steps++) {
    const above = levelOf.get(up);
    if (above !== undefined) return above + 1;
    up = parent[up] as number;
  }
  return 0;
}
