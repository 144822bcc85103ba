// One span beside its counterpart of another run.

import type { SpanChange } from "../model/comparison-words.ts";
import { NONE, type RunColumns } from "../model/run-columns.ts";
import { STATUS } from "./codes.ts";
import { foldIds } from "./fold-ids.ts";
import type { RunAnalysis } from "./run-analysis.ts";

export interface ComparedRun {
  readonly columns: RunColumns;
  readonly analysis: RunAnalysis;
}

/** A measure of both runs; undefined where it is not known. */
export interface Pair {
  readonly a: number | undefined;
  readonly b: number | undefined;
  /** b − a; of what only one run has, all of it, with its sign. */
  readonly difference: number | undefined;
}

/** Rows of the two runs; NONE in the one that does not have the span. */
export interface AlignedRows {
  readonly a: number;
  readonly b: number;
  readonly depth: number;
}

export interface ComparedSpan extends AlignedRows {
  readonly change: SpanChange;
  /** In which runs it failed. */
  readonly failedIn: "a" | "b" | "both" | undefined;
  readonly durationNs: Pair;
  readonly tokens: Pair;
  readonly costNano: Pair;
  /** Whether both were given something, or said something, and not the same; ids and instants are always others. */
  readonly givenOther: boolean;
  readonly saysOther: boolean;
}

/** Differences below both are noise. */
const NOISE_SHARE = 0.1;
const NOISE_NS = 1e6;

interface Measures {
  readonly durationNs: number | undefined;
  readonly tokens: number | undefined;
  readonly costNano: number | undefined;
  readonly failed: boolean;
  readonly given: string;
  readonly said: string;
}

export function compareSpans(runA: ComparedRun, runB: ComparedRun, rows: AlignedRows): ComparedSpan {
  const before = rows.a === NONE ? undefined : measuresOf(runA, rows.a);
  const after = rows.b === NONE ? undefined : measuresOf(runB, rows.b);
  const pair = (measure: "durationNs" | "tokens" | "costNano"): Pair => {
    const [a, b] = [before?.[measure], after?.[measure]];
    return { a, b, difference: differenceOf(before === undefined ? 0 : a, after === undefined ? 0 : b) };
  };
  return {
    ...rows,
    change: changeOf(before, after),
    failedIn: before?.failed ? (after?.failed ? "both" : "a") : after?.failed ? "b" : undefined,
    ...{ durationNs: pair("durationNs"), tokens: pair("tokens"), costNano: pair("costNano") },
    givenOther: isOther(before?.given, after?.given),
    saysOther: isOther(before?.said, after?.said),
  };
}

/** What is known of both. */
export function differenceOf(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? undefined : b - a;
}

function measuresOf({ columns, analysis: { rows } }: ComparedRun, row: number): Measures {
  const end = columns.end[row] as number;
  const tokens = (rows.tokensInput[row] as number) + (rows.tokensOutput[row] as number);
  const cost = rows.costNano[row] as number;
  const isPriced = rows.unpriced[row] === 0 && (cost > 0 || columns.costSource[row] !== 0);
  const counted = rows.counted[row] === 1;
  return {
    durationNs: end === Number.POSITIVE_INFINITY ? undefined : end - (columns.start[row] as number),
    tokens: counted && tokens > 0 ? tokens : undefined,
    costNano: counted && isPriced ? cost : undefined,
    failed: rows.status[row] === STATUS.error,
    given: columns.texts.text(columns.inputPreview[row] as number),
    said: columns.texts.text(columns.outputPreview[row] as number),
  };
}

/** Of a span that goes on nothing is known yet. */
function changeOf(before: Measures | undefined, after: Measures | undefined): SpanChange {
  if (before === undefined) return "added";
  if (after === undefined) return "removed";
  const difference = differenceOf(before.durationNs, after.durationNs);
  if (difference === undefined) return "same";
  if (before.failed !== after.failed) return after.failed ? "failed" : "fixed";
  if (Math.abs(difference) <= Math.max(NOISE_NS, NOISE_SHARE * (before.durationNs ?? 0))) return "same";
  return difference > 0 ? "slower" : "faster";
}

const INSTANT = /\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?/g;

function isOther(a = "", b = ""): boolean {
  if (a === "" || b === "" || a === b) return false;
  return foldMadeAnew(a) !== foldMadeAnew(b);
}

function foldMadeAnew(text: string): string {
  // What is made anew has a digit: most texts need no folding.
  return !/\d/.test(text) ? text : foldIds(text.replace(INSTANT, "<instant>"));
}
