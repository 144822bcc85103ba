// The lines of two aligned trees: what differs and what it hangs on, while what is the same is folded to one line, as
// unchanged lines are between the changes of a text.
//
//   boss      slower
//     llm     slower
//     … 12 spans are the same
//     search  added

import type { ComparedSpan } from "../../model/comparison-shapes.ts";
import type { SpanChange } from "../../model/comparison-words.ts";

/** What lines can be chosen by: a change, or `words`: given or said something else. */
export type RowChoice = SpanChange | "words";

export type ComparedRow =
  | {
      readonly type: "span";
      readonly key: string;
      readonly span: ComparedSpan;
      /** Only there because a chosen one hangs on it. */
      readonly isContext: boolean;
    }
  | { readonly type: "same"; readonly key: string; readonly count: number; readonly depth: number };

export interface RowsShown {
  /** Only these; none: everything. */
  readonly choices: ReadonlySet<RowChoice>;
  readonly isSameShown: boolean;
  /** Keys of the folds that the reader opened. */
  readonly unfolded: ReadonlySet<string>;
}

/** Names a span in this comparison: by its id in b, or in a where only a has it. */
export function keyOfSpan({ aId, bId }: Pick<ComparedSpan, "aId" | "bId">): string {
  return bId ?? `a:${aId}`;
}

/** Spans that must differ from their counterparts in nothing to be folded. */
function isTelling({ change, givenOther, saysOther }: ComparedSpan): boolean {
  return change !== "same" || givenOther === true || saysOther === true;
}

export function isChosen(span: ComparedSpan, choices: ReadonlySet<RowChoice>): boolean {
  return choices.has(span.change) || (choices.has("words") && (span.givenOther === true || span.saysOther === true));
}

export function comparedRows(spans: readonly ComparedSpan[], shown: RowsShown): ComparedRow[] {
  const { choices, isSameShown, unfolded } = shown;
  if (choices.size > 0) {
    const kept = withAncestors(spans, (span) => isChosen(span, choices));
    return spans.flatMap((span, i) => (kept[i] ? [spanRow(span, !isChosen(span, choices))] : []));
  }
  if (isSameShown) return spans.map((span) => spanRow(span, false));
  const kept = withAncestors(spans, isTelling);
  const rows: ComparedRow[] = [];
  for (let i = 0; i < spans.length; ) {
    const first = spans[i] as ComparedSpan;
    let end = i + 1;
    if (!kept[i]) while (end < spans.length && !kept[end]) end++;
    const key = `same:${keyOfSpan(first)}`;
    if (end - i === 1 || unfolded.has(key)) {
      for (const span of spans.slice(i, end)) rows.push(spanRow(span, false));
    } else {
      const depth = spans.slice(i, end).reduce((least, span) => Math.min(least, span.depth), first.depth);
      rows.push({ type: "same", key, count: end - i, depth });
    }
    i = end;
  }
  return rows;
}

function spanRow(span: ComparedSpan, isContext: boolean): ComparedRow {
  return { type: "span", key: keyOfSpan(span), span, isContext };
}

/** By index: 1 for what passes and for all that it hangs on. */
function withAncestors(spans: readonly ComparedSpan[], passes: (span: ComparedSpan) => boolean): Uint8Array {
  const kept = new Uint8Array(spans.length);
  /** Of the spans behind: whether one at this depth or below is kept and still needs what it hangs on. */
  let wanted = -1;
  for (let i = spans.length - 1; i >= 0; i--) {
    const span = spans[i] as ComparedSpan;
    if (span.depth !== wanted && !passes(span)) continue;
    kept[i] = 1;
    wanted = span.depth - 1;
  }
  return kept;
}
