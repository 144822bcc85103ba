// Two runs side by side. Their trees are aligned from the roots down: children of aligned spans are aligned in order by
// kind, agent and name (numbers and ids in names do not count), so that what was added or removed stands out and
// everything else is compared with its counterpart. Among siblings that ran at once the order is chance and counts for
// nothing.
//
//   a  boss           b  boss            boss     same
//      ├ llm             ├ llm           llm      slower
//      ├ tool search     ├ tool search   search   failed
//      │                 ├ tool search   search   added     ← the runs part at the earliest difference
//      └ llm             └ llm           llm      same

import { NONE } from "../model/run-columns.ts";
import { type AlignedPair, alignByKey } from "./align.ts";
import {
  type AlignedRows,
  type ComparedRun,
  type ComparedSpan,
  compareSpans,
  differenceOf,
  type Pair,
} from "./compared-spans.ts";
import { foldIds } from "./fold-ids.ts";
import { getOrMake } from "./get-or-make.ts";
import { type Parting, partingOf } from "./parting.ts";

export interface PathDifference {
  /** Undefined: time that is nobody's. */
  readonly agent: string | undefined;
  /** Nanoseconds; undefined in a run without the agent. */
  readonly ns: Pair;
}

export interface RunComparison {
  /** As a tree from the roots down, aligned spans in the order of b. */
  readonly spans: readonly ComparedSpan[];
  /** Where the runs part, if they do. */
  readonly parting: Parting | undefined;
  /** Time on the critical path by agent, the largest difference first: they add up to that of the whole path. */
  readonly pathByAgent: readonly PathDifference[];
}

export function compareRuns(a: ComparedRun, b: ComparedRun): RunComparison {
  const spans = alignedRows(a, b).map((rows) => compareSpans(a, b, rows));
  return { spans, parting: partingOf(a, b, spans), pathByAgent: pathByAgent(a, b) };
}

function pathByAgent(a: ComparedRun, b: ComparedRun): PathDifference[] {
  const timesA = pathTimes(a);
  const timesB = pathTimes(b);
  const agents = new Set([...timesA.keys(), ...timesB.keys()]);
  return [...agents]
    .map((agent) => {
      const [of, to] = [timesA.get(agent), timesB.get(agent)];
      return { agent, ns: { a: of, b: to, difference: differenceOf(of ?? 0, to ?? 0) } };
    })
    .sort((one, other) => Math.abs(other.ns.difference ?? 0) - Math.abs(one.ns.difference ?? 0));
}

/** Time on the path of every agent of the run, and nobody's under undefined. */
function pathTimes({ analysis: { agents, path } }: ComparedRun): Map<string | undefined, number> {
  const times = new Map<string | undefined, number>(agents.map(({ name }) => [name, 0]));
  for (const { agent, duration } of path.segments) {
    const name = agents[agent]?.name;
    times.set(name, (times.get(name) ?? 0) + duration);
  }
  return times;
}

/** The rows of one run as they are aligned. */
interface Siblings {
  /** The children that views show, by start; roots under NONE. */
  readonly children: ReadonlyMap<number, readonly number[]>;
  /** By row: kind, agent and name as a number that means the same in both runs. */
  readonly keys: Int32Array;
  /** By row: 1 where a sibling ran at the same time. */
  readonly isAtOnce: Uint8Array;
}

function alignedRows(a: ComparedRun, b: ComparedRun): AlignedRows[] {
  const numbers = new Map<string, number>();
  const [inA, inB] = [siblingsOf(a, numbers), siblingsOf(b, numbers)];
  const aligned: AlignedRows[] = [];
  const waiting: AlignedRows[] = [{ a: NONE, b: NONE, depth: -1 }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const isTop = next.depth < 0;
    if (!isTop) aligned.push(next);
    const below = alignSiblings(
      inA,
      inB,
      next.a === NONE && !isTop ? [] : (inA.children.get(next.a) ?? []),
      next.b === NONE && !isTop ? [] : (inB.children.get(next.b) ?? []),
    );
    for (const pair of below.toReversed()) {
      waiting.push({ a: pair.a ?? NONE, b: pair.b ?? NONE, depth: next.depth + 1 });
    }
  }
  return aligned;
}

/** In order; what is left over on both sides is matched in any order where it ran beside its siblings. */
function alignSiblings(
  inA: Siblings,
  inB: Siblings,
  rowsA: readonly number[],
  rowsB: readonly number[],
): AlignedPair<number>[] {
  const pairs = alignByKey(
    rowsA,
    rowsB,
    (row) => inA.keys[row] as number,
    (row) => inB.keys[row] as number,
  );
  const onlyA = new Map<number, number[]>();
  for (const { a, b } of pairs) {
    if (a !== undefined && b === undefined) getOrMake(onlyA, inA.keys[a] as number, () => []).push(a);
  }
  if (onlyA.size === 0) return pairs;
  const moved = new Set<number>();
  const matched = pairs.map((pair): AlignedPair<number> => {
    const { a, b } = pair;
    const [candidate] = b === undefined || a !== undefined ? [] : (onlyA.get(inB.keys[b] as number) ?? []);
    if (b === undefined || candidate === undefined || !(inA.isAtOnce[candidate] || inB.isAtOnce[b])) return pair;
    onlyA.get(inB.keys[b] as number)?.shift();
    moved.add(candidate);
    return { a: candidate, b };
  });
  return matched.filter(({ a, b }) => b !== undefined || a === undefined || !moved.has(a));
}

function siblingsOf(run: ComparedRun, numbers: Map<string, number>): Siblings {
  const { columns, analysis } = run;
  const children = new Map<number, number[]>();
  for (let row = 0; row < columns.count; row++) {
    if (!analysis.rows.hidden[row]) getOrMake(children, analysis.rows.shownParent[row] as number, () => []).push(row);
  }
  const { start, end } = columns;
  const isAtOnce = new Uint8Array(columns.count);
  for (const rows of children.values()) {
    rows.sort((x, y) => (start[x] as number) - (start[y] as number) || x - y);
    let last = rows[0] as number;
    for (const row of rows.slice(1)) {
      if ((start[row] as number) < (end[last] as number)) isAtOnce[row] = isAtOnce[last] = 1;
      if ((end[row] as number) > (end[last] as number)) last = row;
    }
  }
  return { children, keys: keysOf(run, numbers), isAtOnce };
}

function keysOf({ columns, analysis }: ComparedRun, numbers: Map<string, number>): Int32Array {
  const names = new Map<number, string>();
  const nameOf = (index: number) => foldIds(columns.texts.text(index)).replace(/\d+/g, "#");
  return Int32Array.from({ length: columns.count }, (_, row) => {
    const agent = analysis.agents[analysis.rows.agent[row] as number];
    // An agent that was made up for one run may be missing in the other.
    const agentName = agent === undefined || agent.inferred ? "" : agent.name;
    const index = columns.name[row] as number;
    const key = `${analysis.rows.kind[row]}\n${agentName}\n${getOrMake(names, index, () => nameOf(index))}`;
    return getOrMake(numbers, key, () => numbers.size);
  });
}
