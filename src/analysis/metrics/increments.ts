// What happened in a window, from points that count since a start.

/** Points of one series since one start, oldest first. */
export interface CumulativeWalk {
  /** Nanoseconds since 1970, 0 when the sender does not say. */
  readonly startNs: bigint;
  readonly times: ArrayLike<bigint>;
  /** The step of each point. */
  readonly steps: readonly number[];
  /** Points between which the count only rose have one number. */
  readonly stretches: readonly number[];
}

/** In `step` the count grew from that of the point `before` to that of the point `at`; `before` −1: from nothing. */
export interface Increment {
  readonly at: number;
  readonly before: number;
  readonly step: number;
}

/**
 * The increments from `sinceNs` on. Each point counts from the one before it, or from nothing after a fall. The very
 * first point counts from nothing when the count began in the window; when it began before, nobody knows what it was at
 * the beginning of the window, and the point only says from where the next one counts. A first point without a start
 * time counts only if `countsUnknownStart`.
 */
export function increments(walk: CumulativeWalk, sinceNs: bigint, countsUnknownStart: boolean): Increment[] {
  const found: Increment[] = [];
  for (let at = 0; at < walk.times.length; at++) {
    if ((walk.times[at] as bigint) < sinceNs) continue;
    const step = walk.steps[at] as number;
    if (at === 0) {
      const countsFromZero = walk.startNs === 0n ? countsUnknownStart : walk.startNs >= sinceNs;
      if (countsFromZero) found.push({ at, before: -1, step });
      continue;
    }
    const isReset = walk.stretches[at] !== walk.stretches[at - 1];
    found.push({ at, before: isReset ? -1 : at - 1, step });
  }
  return found;
}
