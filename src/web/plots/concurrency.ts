// How many spans work at once, over the whole run, by agent: what the minimap shows. A bin's value is the mean number
// of spans in own time during it.

import type { OwnTime } from "./own-time.ts";
import type { SpanColumns } from "./skeleton.ts";
import type { SpanTree } from "./span-tree.ts";
import { lengthMs, type Viewport } from "./viewport.ts";

export interface Concurrency {
  readonly bins: number;
  /** The highest sum over agents. */
  readonly max: number;
  /** By agent (index into the columns' strings, −1: none), one value a bin, the longest-working agent first. */
  readonly layers: readonly { readonly agent: number; readonly values: Float64Array }[];
}

export function concurrency(
  { agent }: SpanColumns,
  { rows }: SpanTree,
  { first, segments }: OwnTime,
  bounds: Viewport,
  bins: number,
): Concurrency {
  const layers = new Map<number, Layer>();
  const binsPerMs = bins / Math.max(lengthMs(bounds), Number.MIN_VALUE);
  for (let p = 0; p < rows.length; p++) {
    const owner = agent[rows[p] as number] as number;
    let layer = layers.get(owner);
    if (layer === undefined) {
      layer = { partial: new Float64Array(bins), change: new Float64Array(bins + 1) };
      layers.set(owner, layer);
    }
    for (let i = first[p] as number; i < (first[p + 1] as number); i++) {
      const from = ((segments[2 * i] as number) - bounds.startMs) * binsPerMs;
      const to = ((segments[2 * i + 1] as number) - bounds.startMs) * binsPerMs;
      addInterval(layer, Math.max(0, from), Math.min(bins, to));
    }
  }
  const summed = [...layers].map(([owner, layer]) => {
    const values = binValues(layer);
    return { agent: owner, values, sum: values.reduce((a, b) => a + b, 0) };
  });
  return { bins, max: highest(summed, bins), layers: summed.sort((a, b) => b.sum - a.sum) };
}

/** What lies in the bins at the ends of intervals, and where whole bins begin (+1) and cease (−1) to be covered. */
interface Layer {
  readonly partial: Float64Array;
  readonly change: Float64Array;
}

function addInterval({ partial, change }: Layer, from: number, to: number): void {
  if (to <= from) return;
  const firstBin = Math.min(partial.length - 1, Math.floor(from));
  const lastBin = Math.min(partial.length - 1, Math.floor(to));
  if (firstBin === lastBin) {
    partial[firstBin] = (partial[firstBin] as number) + to - from;
    return;
  }
  partial[firstBin] = (partial[firstBin] as number) + firstBin + 1 - from;
  partial[lastBin] = (partial[lastBin] as number) + to - lastBin;
  change[firstBin + 1] = (change[firstBin + 1] as number) + 1;
  change[lastBin] = (change[lastBin] as number) - 1;
}

function binValues({ partial, change }: Layer): Float64Array {
  let covered = 0;
  return partial.map((part, bin) => {
    covered += change[bin] as number;
    return part + covered;
  });
}

function highest(layers: readonly { readonly values: Float64Array }[], bins: number): number {
  let max = 0;
  for (let bin = 0; bin < bins; bin++) {
    let sum = 0;
    for (const { values } of layers) sum += values[bin] as number;
    max = Math.max(max, sum);
  }
  return max;
}
