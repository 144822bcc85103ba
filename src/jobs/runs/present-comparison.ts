// A comparison of two runs in the shape of the API.

import { compareRuns, type PathDifference } from "../../analysis/compare.ts";
import { COMPARED_FIGURES, compareFigure } from "../../analysis/compared-figures.ts";
import type { ComparedRun, ComparedSpan, Pair } from "../../analysis/compared-spans.ts";
import type { Parting } from "../../analysis/parting.ts";
import { tellingSpans } from "../../analysis/telling-spans.ts";
import { present } from "../../base/present.ts";
import type { Comparison, RunMedian } from "../../model/comparison-shapes.ts";
import { SPAN_CHANGES } from "../../model/comparison-words.ts";
import { LIMITS } from "../../model/limits.ts";
import { NONE } from "../../model/run-columns.ts";
import { SPAN_KINDS, type SpanKind } from "../../model/vocabulary.ts";
import { presentRun } from "./present.ts";

const NS_PER_MS = 1e6;
const NANO_PER_USD = 1e9;

/** As JSON in UTF-8: a large answer does not become objects on the main thread. */
export function encodeComparison(a: ComparedRun, b: ComparedRun, median: RunMedian | undefined): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(presentComparison(a, b, median)));
}

function presentComparison(a: ComparedRun, b: ComparedRun, median: RunMedian | undefined): Comparison {
  const { spans, parting, pathByAgent } = compareRuns(a, b);
  const shown = tellingSpans(spans, LIMITS.comparedSpans, parting?.span);
  const [runA, runB] = [presentRun(a.columns, a.analysis), presentRun(b.columns, b.analysis)];
  return {
    ...{ a: runA, b: runB },
    ...present({ median }),
    figures: COMPARED_FIGURES.map((figure) => ({
      figure: figure.id,
      unit: figure.unit,
      ...present(compareFigure(figure, runA, runB)),
    })),
    pathByAgent: pathByAgent.map(presentPath),
    counts: countsOf(spans),
    otherWords: spans.filter(({ givenOther, saysOther }) => givenOther || saysOther).length,
    ...(parting === undefined ? {} : { parting: presentParting(a, b, parting) }),
    spans: shown.map((span) => presentSpan(a, b, span)),
    spanCount: spans.length,
    truncated: shown.length < spans.length,
  };
}

function presentPath({ agent, ns: { a, b, difference = 0 } }: PathDifference): Comparison["pathByAgent"][number] {
  return {
    ...present({ agent }),
    ...present({ aMs: inUnit(a, NS_PER_MS), bMs: inUnit(b, NS_PER_MS) }),
    differenceMs: difference / NS_PER_MS,
  };
}

function countsOf(spans: readonly ComparedSpan[]): Comparison["counts"] {
  const counts = Object.fromEntries(SPAN_CHANGES.map((change) => [change, 0])) as Comparison["counts"];
  for (const { change } of spans) counts[change]++;
  return counts;
}

function presentParting(a: ComparedRun, b: ComparedRun, { span, reason, after, sentence }: Parting) {
  return { ...presentPlace(a, b, span), reason, afterMs: after / NS_PER_MS, sentence };
}

function presentSpan(a: ComparedRun, b: ComparedRun, span: ComparedSpan): Comparison["spans"][number] {
  const { depth, change, failedIn, durationNs, tokens, costNano, givenOther, saysOther } = span;
  return {
    ...presentPlace(a, b, span),
    ...{ depth, change },
    ...(failedIn === undefined ? {} : { failedIn }),
    durationMs: presentPair(durationNs, NS_PER_MS),
    ...(isKnown(tokens) ? { tokens: presentPair(tokens, 1) } : {}),
    ...(isKnown(costNano) ? { costUsd: presentPair(costNano, NANO_PER_USD) } : {}),
    ...(givenOther ? { givenOther } : {}),
    ...(saysOther ? { saysOther } : {}),
  };
}

/** Which span it is. */
function presentPlace(a: ComparedRun, b: ComparedRun, span: ComparedSpan) {
  const [{ columns, analysis }, row] = span.b === NONE ? [a, span.a] : [b, span.b];
  return {
    ...present({ aId: a.columns.spanIds[span.a], bId: b.columns.spanIds[span.b] }),
    kind: SPAN_KINDS[analysis.rows.kind[row] as number] as SpanKind,
    name: columns.texts.text(columns.name[row] as number),
    ...present({ agent: analysis.agents[analysis.rows.agent[row] as number]?.name }),
  };
}

function isKnown({ a, b }: Pair): boolean {
  return a !== undefined || b !== undefined;
}

function presentPair({ a, b, difference }: Pair, unit: number) {
  return present({ a: inUnit(a, unit), b: inUnit(b, unit), difference: inUnit(difference, unit) });
}

function inUnit(value: number | undefined, unit: number): number | undefined {
  return value === undefined ? undefined : value / unit;
}
