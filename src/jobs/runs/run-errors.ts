// The errors of a run as they are stored and listed: bounded, with their texts cut, and each kind under a short name.

import { createHash } from "node:crypto";
import { type ErrorOccurrences, errorOccurrences } from "../../analysis/error-occurrences.ts";
import type { RunAnalysis } from "../../analysis/run-analysis.ts";
import { LIMITS } from "../../model/limits.ts";
import type { RunColumns } from "../../model/run-columns.ts";
import { SPAN_KINDS, type SpanKind } from "../../model/vocabulary.ts";

/** Errors of one kind that one agent of a run met at one thing: a row of `run_errors`. */
export interface RunError {
  readonly fingerprint: string;
  readonly type: string;
  readonly message: string;
  readonly agent: string;
  readonly service: string;
  readonly kind: SpanKind;
  readonly name: string;
  readonly spans: number;
  readonly origins: number;
  readonly swallowed: number;
  /** Nanoseconds since 1970. */
  readonly firstNs: bigint;
  readonly lastNs: bigint;
  readonly traceId: string;
  readonly spanId: string;
  readonly isExampleSwallowed: boolean;
}

/** Stands for errors beyond the limit: nothing vanishes silently. */
export const OTHER_ERRORS = "other";
const OTHER_MESSAGE = `More kinds of errors than the ${LIMITS.errorsPerRun} that are kept of one run`;
const FINGERPRINT_DIGITS = 16;

/** The name by which a kind of error is addressed, from the text by which errors are told to be the same. */
export function shortFingerprint(fingerprint: string): string {
  return createHash("sha256").update(fingerprint).digest("hex").slice(0, FINGERPRINT_DIGITS);
}

/** The most frequent ones first; what is beyond the limit together as the last. */
export function runErrors(columns: RunColumns, analysis: RunAnalysis): RunError[] {
  const found = errorOccurrences(columns, analysis).map((occurrences) => runErrorOf(columns, occurrences));
  found.sort((a, b) => b.origins - a.origins || b.spans - a.spans);
  if (found.length <= LIMITS.errorsPerRun) return found;
  const kept = found.slice(0, LIMITS.errorsPerRun - 1);
  return [...kept, together(found.slice(kept.length), analysis.summary.service)];
}

function runErrorOf(columns: RunColumns, occurrences: ErrorOccurrences): RunError {
  const { group, agent, service, kind, name, spans, origins, swallowed, example, isExampleSwallowed } = occurrences;
  const instant = (after: number) => columns.t0Ns + BigInt(Math.round(after));
  return {
    fingerprint: shortFingerprint(group.fingerprint),
    type: group.type.slice(0, LIMITS.errorTypeCharacters),
    message: group.message.slice(0, LIMITS.errorMessageCharacters),
    ...{ agent, service, kind: SPAN_KINDS[kind] as SpanKind, name, spans, origins, swallowed },
    firstNs: instant(occurrences.firstAt),
    lastNs: instant(occurrences.lastAt),
    traceId: columns.traces[columns.trace[example] as number] as string,
    spanId: columns.spanIds[example] as string,
    isExampleSwallowed,
  };
}

function together(errors: readonly RunError[], service: string): RunError {
  const sum = (of: (error: RunError) => number) => errors.reduce((all, error) => all + of(error), 0);
  const last = errors.reduce((a, b) => (b.lastNs > a.lastNs ? b : a));
  return {
    ...last,
    ...{ fingerprint: OTHER_ERRORS, type: "", message: OTHER_MESSAGE, agent: "", service, kind: "other", name: "" },
    ...{ spans: sum(({ spans }) => spans), origins: sum(({ origins }) => origins) },
    swallowed: sum(({ swallowed }) => swallowed),
    firstNs: errors.reduce((first, { firstNs }) => (firstNs < first ? firstNs : first), last.firstNs),
  };
}
