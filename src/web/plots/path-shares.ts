import type { RunPath } from "../../analysis/run-analysis.ts";

/** How much of the critical path an agent has, in ms. */
export interface PathShare {
  /** Undefined: nobody's. */
  readonly agent: string | undefined;
  readonly beforeMs: number;
  readonly afterMs: number;
}

export interface PathShares {
  /** Those with most of either path, most first. */
  readonly lines: readonly PathShare[];
  /** The others, added up. */
  readonly rest: { readonly count: number; readonly beforeMs: number; readonly afterMs: number };
}

const NS_PER_MS = 1e6;
/** Sums of fractions are that far from 0. */
const NOTHING_MS = 1e-6;

export function pathShares(before: RunPath, after: RunPath, linesMax: number): PathShares {
  const agents = new Set([...Object.keys(before.byAgent), ...Object.keys(after.byAgent)]);
  const all = [...agents].map((agent) => shareOf(agent, before.byAgent[agent] ?? 0, after.byAgent[agent] ?? 0));
  const nobody = shareOf(undefined, nobodys(before), nobodys(after));
  const sorted = [...all, nobody].filter((share) => sizeOf(share) > NOTHING_MS).sort((a, b) => sizeOf(b) - sizeOf(a));
  const others = sorted.slice(linesMax);
  return {
    lines: sorted.slice(0, linesMax),
    rest: {
      count: others.length,
      beforeMs: others.reduce((sum, { beforeMs }) => sum + beforeMs, 0),
      afterMs: others.reduce((sum, { afterMs }) => sum + afterMs, 0),
    },
  };
}

function shareOf(agent: string | undefined, beforeNs: number, afterNs: number): PathShare {
  return { agent, beforeMs: beforeNs / NS_PER_MS, afterMs: afterNs / NS_PER_MS };
}

function sizeOf({ beforeMs, afterMs }: PathShare): number {
  return Math.max(beforeMs, afterMs);
}

function nobodys({ total, byAgent }: RunPath): number {
  return Math.max(0, total - Object.values(byAgent).reduce((sum, ns) => sum + ns, 0));
}
