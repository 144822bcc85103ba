// Rounds that repeat in a list: a few items that come again in the same order right after them. Pure.

export interface Round {
  /** Items. */
  readonly length: number;
  readonly count: number;
}

export interface RoundLimits {
  readonly lengthMax: number;
  /** Fewer are no repetition. */
  readonly countMin: number;
}

/**
 * The round at a place of a list of `count` items that covers most, the shorter one of two; one item once where nothing
 * repeats.
 */
export function roundAt(
  count: number,
  at: number,
  isSame: (a: number, b: number) => boolean,
  { lengthMax, countMin }: RoundLimits,
): Round {
  let best: Round = { length: 1, count: 1 };
  for (let length = 1; length <= lengthMax; length++) {
    let same = at;
    while (same + length < count && isSame(same, same + length)) same++;
    const times = 1 + Math.floor((same - at) / length);
    if (times >= countMin && times * length > best.count * best.length) best = { length, count: times };
  }
  return best;
}
