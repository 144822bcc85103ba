import type { RunOfName } from "../model/run-of-name.ts";
import { quantile } from "./quantile.ts";

export interface Middle {
  readonly p50: number;
  readonly p90: number;
}

export interface MedianRun {
  /** The run with the median duration: one of them, so that its spans can be looked at. */
  readonly id: string;
  readonly runs: number;
  readonly durationNs: Middle;
  readonly tokens: Middle | undefined;
  readonly costNano: Middle | undefined;
}

/** The median of some runs; undefined of none. */
export function medianRun(runs: readonly RunOfName[]): MedianRun | undefined {
  const byDuration = runs.toSorted((a, b) => a.durationNs - b.durationNs || (a.id < b.id ? -1 : 1));
  const median = byDuration[Math.floor((runs.length - 1) / 2)];
  const durationNs = middleOf(runs.map((run) => run.durationNs));
  if (median === undefined || durationNs === undefined) return undefined;
  return {
    ...{ id: median.id, runs: runs.length, durationNs },
    tokens: middleOf(runs.flatMap(({ tokens }) => tokens ?? [])),
    costNano: middleOf(runs.flatMap(({ costNano }) => costNano ?? [])),
  };
}

function middleOf(values: readonly number[]): Middle | undefined {
  const ascending = values.toSorted((a, b) => a - b);
  const [p50, p90] = [quantile(ascending, 0.5), quantile(ascending, 0.9)];
  return p50 === undefined || p90 === undefined ? undefined : { p50, p90 };
}
