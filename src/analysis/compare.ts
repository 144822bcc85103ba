// Two runs side by side. Their trees are aligned from the roots down: children of aligned spans are aligned in order by
// kind, agent and name (numbers and ids in names do not count), so that what was added or removed stands out and
// everything else is compared with its counterpart.
//
//   a  boss           b  boss            boss     same
//      ├ llm             ├ llm           llm      slower
//      ├ tool search     ├ tool search   search   failed
//      │                 ├ tool search   search   added     ← the runs part at the earliest difference
//      └ llm             └ llm           llm      same

import { NONE, type RunColumns } from "../model/run-columns.ts";
import { alignByKey } from "./align.ts";
import { STATUS } from "./codes.ts";
import { quantile } from "./quantile.ts";
import type { RunAnalysis, RunSummary } from "./run-analysis.ts";

export interface ComparedRun {
  readonly columns: RunColumns;
  readonly analysis: RunAnalysis;
}

export const CHANGES = ["same", "added", "removed", "failed", "fixed", "slower", "faster"] as const;
export type Change = (typeof CHANGES)[number];

export interface ComparedSpan {
  /** Rows of the two runs; NONE in the one that does not have the span. */
  readonly a: number;
  readonly b: number;
  readonly depth: number;
  readonly change: Change;
  /** b − a; of a span that only one run has, all of it, with its sign. Nanoseconds, tokens, nano-USD. */
  readonly duration: number;
  readonly tokens: number;
  readonly costNano: number;
  /** Whether both said something and not the same. */
  readonly saysOther: boolean;
}

export interface FigureDifference {
  readonly figure: string;
  readonly a: number;
  readonly b: number;
}

export interface RunComparison {
  /** As a tree from the roots down, aligned spans in the order of b. */
  readonly spans: readonly ComparedSpan[];
  /** Where the runs part: the earliest span that only one has, that ended differently, or that said something else. */
  readonly parting: ComparedSpan | undefined;
  readonly figures: readonly FigureDifference[];
  /** Time on the critical path by agent, nanoseconds. */
  readonly pathByAgent: readonly FigureDifference[];
}

/** Differences below both are noise. */
const NOISE_SHARE = 0.1;
const NOISE_NS = 1e6;

export function compareRuns(a: ComparedRun, b: ComparedRun): RunComparison {
  const spans = alignedSpans(a, b);
  return {
    spans,
    parting: partingOf(a, b, spans),
    figures: FIGURES.map(([figure, read]) => ({ figure, a: read(a.analysis), b: read(b.analysis) })),
    pathByAgent: differencesOf(a.analysis.path.byAgent, b.analysis.path.byAgent),
  };
}

const FIGURES: readonly (readonly [string, (analysis: RunAnalysis) => number])[] = [
  ["durationNs", ({ summary }) => summary.durationNs],
  ["inputTokens", ({ summary }) => summary.tokens.input],
  ["outputTokens", ({ summary }) => summary.tokens.output],
  ["costNano", ({ summary }) => summary.costNano],
  ["llmCalls", ({ summary }) => summary.llmCalls],
  ["toolCalls", ({ summary }) => summary.toolCalls],
  ["messages", ({ summary }) => summary.messageCount],
  ["errors", ({ summary }) => summary.errorCount],
  ["spans", ({ summary }) => summary.spanCount],
];

function differencesOf(
  a: Readonly<Record<string, number>>,
  b: Readonly<Record<string, number>>,
): readonly FigureDifference[] {
  const names = [...new Set([...Object.keys(a), ...Object.keys(b)])].sort();
  return names.map((figure) => ({ figure, a: a[figure] ?? 0, b: b[figure] ?? 0 }));
}

/** The children that views show, by start; roots under NONE. */
function shownChildren({ columns, analysis }: ComparedRun): Map<number, number[]> {
  const children = new Map<number, number[]>();
  for (let row = 0; row < columns.count; row++) {
    if (analysis.rows.hidden[row]) continue;
    const parent = analysis.rows.shownParent[row] as number;
    const known = children.get(parent);
    if (known === undefined) children.set(parent, [row]);
    else known.push(row);
  }
  const { start } = columns;
  for (const rows of children.values()) rows.sort((x, y) => (start[x] as number) - (start[y] as number) || x - y);
  return children;
}

function alignedSpans(a: ComparedRun, b: ComparedRun): ComparedSpan[] {
  const childrenA = shownChildren(a);
  const childrenB = shownChildren(b);
  const keyA = keysOf(a);
  const keyB = keysOf(b);
  const spans: ComparedSpan[] = [];
  const waiting = [{ a: NONE, b: NONE, depth: -1 }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (next.depth >= 0) spans.push(compareSpans(a, b, next));
    const below = alignByKey(
      next.depth >= 0 && next.a === NONE ? [] : (childrenA.get(next.a) ?? []),
      next.depth >= 0 && next.b === NONE ? [] : (childrenB.get(next.b) ?? []),
      (row) => keyA[row] as string,
      (row) => keyB[row] as string,
    );
    for (const pair of below.toReversed())
      waiting.push({ a: pair.a ?? NONE, b: pair.b ?? NONE, depth: next.depth + 1 });
  }
  return spans;
}

function keysOf({ columns, analysis }: ComparedRun): string[] {
  const folded = columns.texts.texts.map((text) => text.replace(/\b(?=\w*\d)(?=\w*[a-z])\w{6,}\b|\d+/gi, "#"));
  return Array.from({ length: columns.count }, (_, row) => {
    const agent = analysis.agents[analysis.rows.agent[row] as number];
    // An agent that was made up for one run may be missing in the other.
    const name = agent === undefined || agent.inferred ? "" : agent.name;
    return `${analysis.rows.kind[row]}\n${name}\n${folded[columns.name[row] as number]}`;
  });
}

function compareSpans(
  a: ComparedRun,
  b: ComparedRun,
  pair: { readonly a: number; readonly b: number; readonly depth: number },
): ComparedSpan {
  const before = measuresOf(a, pair.a);
  const after = measuresOf(b, pair.b);
  const duration = after.duration - before.duration;
  const saysOther = before.said !== "" && after.said !== "" && before.said !== after.said;
  return {
    ...pair,
    change: changeOf(pair, before, after),
    ...{ duration, tokens: after.tokens - before.tokens, costNano: after.costNano - before.costNano, saysOther },
  };
}

interface Measures {
  readonly duration: number;
  readonly tokens: number;
  readonly costNano: number;
  readonly failed: boolean;
  readonly said: string;
}

const NOTHING: Measures = { duration: 0, tokens: 0, costNano: 0, failed: false, said: "" };

function measuresOf({ columns, analysis: { rows } }: ComparedRun, row: number): Measures {
  if (row === NONE) return NOTHING;
  const end = columns.end[row] as number;
  const counted = rows.counted[row] === 1;
  return {
    duration: end === Number.POSITIVE_INFINITY ? 0 : end - (columns.start[row] as number),
    tokens: counted ? (rows.tokensInput[row] as number) + (rows.tokensOutput[row] as number) : 0,
    costNano: counted ? (rows.costNano[row] as number) : 0,
    failed: rows.status[row] === STATUS.error,
    said: columns.texts.text(columns.outputPreview[row] as number),
  };
}

function changeOf(pair: { readonly a: number; readonly b: number }, before: Measures, after: Measures): Change {
  if (pair.a === NONE) return "added";
  if (pair.b === NONE) return "removed";
  if (before.failed !== after.failed) return after.failed ? "failed" : "fixed";
  const difference = after.duration - before.duration;
  if (Math.abs(difference) <= Math.max(NOISE_NS, NOISE_SHARE * before.duration)) return "same";
  return difference > 0 ? "slower" : "faster";
}

/** The difference that came first after the beginning of its run; of spans inside one another the innermost. */
function partingOf(a: ComparedRun, b: ComparedRun, spans: readonly ComparedSpan[]): ComparedSpan | undefined {
  let parting: ComparedSpan | undefined;
  let earliest = Number.POSITIVE_INFINITY;
  for (const span of spans) {
    const parts = span.saysOther || ["added", "removed", "failed", "fixed"].includes(span.change);
    if (!parts) continue;
    const at = span.b === NONE ? instantOf(a, span.a, span) : instantOf(b, span.b, span);
    if (at > earliest || (at === earliest && parting !== undefined && span.depth <= parting.depth)) continue;
    earliest = at;
    parting = span;
  }
  return parting;
}

/** A span that only one run has parts the runs when it begins; one that ended differently when it ends. */
function instantOf({ columns, analysis }: ComparedRun, row: number, { change }: ComparedSpan): number {
  const begins = change === "added" || change === "removed";
  return ((begins ? columns.start : columns.end)[row] as number) - analysis.path.start;
}

/** A run's figures (as `a`) against the medians of other runs of its name (as `b`). */
export function compareWithMedian(run: RunSummary, others: readonly RunSummary[]): FigureDifference[] {
  const read: readonly (readonly [string, (summary: RunSummary) => number])[] = [
    ["durationNs", ({ durationNs }) => durationNs],
    ["inputTokens", ({ tokens }) => tokens.input],
    ["outputTokens", ({ tokens }) => tokens.output],
    ["costNano", ({ costNano }) => costNano],
    ["llmCalls", ({ llmCalls }) => llmCalls],
    ["toolCalls", ({ toolCalls }) => toolCalls],
    ["messages", ({ messageCount }) => messageCount],
    ["errors", ({ errorCount }) => errorCount],
  ];
  return read.flatMap(([figure, value]) => {
    const median = quantile(
      others.map(value).sort((x, y) => x - y),
      0.5,
    );
    return median === undefined ? [] : [{ figure, a: value(run), b: median }];
  });
}
