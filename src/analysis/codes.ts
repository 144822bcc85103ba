// The numbers by which columns name the words of the vocabulary.

import type { RunColumns } from "../model/run-columns.ts";
import {
  SPAN_KINDS,
  SPAN_STATUSES,
  SPAN_TRAITS,
  type SpanKind,
  type SpanStatus,
  type SpanTrait,
} from "../model/vocabulary.ts";

function codesOf<W extends string>(words: readonly W[]): Readonly<Record<W, number>> {
  return Object.fromEntries(words.map((word, index) => [word, index])) as Record<W, number>;
}

/** The number of a span kind in the column `kind`. */
export const KIND: Readonly<Record<SpanKind, number>> = codesOf(SPAN_KINDS);
/** The number of a span status in the column `status`. */
export const STATUS: Readonly<Record<SpanStatus, number>> = codesOf(SPAN_STATUSES);

export function hasTrait(columns: RunColumns, row: number, trait: SpanTrait): boolean {
  return ((columns.traits[row] as number) & SPAN_TRAITS[trait]) !== 0;
}

/** What a dialect noted about a row under a name of HINTS; empty when it noted nothing. */
export function hintOf(columns: RunColumns, row: number, name: string): string {
  return columns.hints.get(row)?.get(name) ?? "";
}

/** Spans that only give structure: no call, no tool, nobody's task. */
export function isStructural(kind: number): boolean {
  return kind === KIND.other || kind === KIND.step || kind === KIND.run;
}
