import type { SpanChange } from "../model/comparison-words.ts";
import type { ComparedSpan } from "./compared-spans.ts";

/** What tells most comes first: the outcome, then what only one run has, then how much the times differ. */
const RANKS: Readonly<Record<SpanChange, number>> = {
  ...{ failed: 0, fixed: 0, added: 1, removed: 1, slower: 2, faster: 2, same: 3 },
};
/** Says the same, but not in the same words. */
const OTHER_WORDS_RANK = 2.5;

/** At most so many aligned spans, one of them `first`, those that tell most and what they hang on, in their order. */
export function tellingSpans(
  spans: readonly ComparedSpan[],
  limit: number,
  first: ComparedSpan | undefined,
): readonly ComparedSpan[] {
  if (spans.length <= limit) return spans;
  const parents = parentsOf(spans);
  const kept = new Uint8Array(spans.length);
  let room = limit;
  for (const index of [...(first === undefined ? [] : [spans.indexOf(first)]), ...byRank(spans)]) {
    const missing: number[] = [];
    for (let at = index; at >= 0 && !kept[at]; at = parents[at] as number) missing.push(at);
    if (missing.length > room) continue;
    for (const at of missing) kept[at] = 1;
    room -= missing.length;
    if (room === 0) break;
  }
  return spans.filter((_, index) => kept[index]);
}

function byRank(spans: readonly ComparedSpan[]): Uint32Array {
  const rank = Float64Array.from(spans, rankOf);
  const weight = Float64Array.from(spans, ({ durationNs }) => Math.abs(durationNs.difference ?? 0));
  return Uint32Array.from(spans.keys()).sort(
    (x, y) => (rank[x] as number) - (rank[y] as number) || (weight[y] as number) - (weight[x] as number) || x - y,
  );
}

function rankOf({ change, givenOther, saysOther }: ComparedSpan): number {
  const rank = RANKS[change];
  return givenOther || saysOther ? Math.min(rank, OTHER_WORDS_RANK) : rank;
}

/** Of each span the index of the one that it hangs on, −1: none. */
function parentsOf(spans: readonly ComparedSpan[]): Int32Array {
  const open: number[] = [];
  return Int32Array.from(spans, ({ depth }, index) => {
    open[depth] = index;
    return depth === 0 ? -1 : (open[depth - 1] as number);
  });
}
