// Counts by time and value as a heatmap: bands of values above each other on a logarithmic scale, steps of time beside
// each other. A band is a bucket as it was counted; where there are too many, neighbours are joined on a grid of powers of
// two, which joins the buckets of exponential histograms exactly.

/** `count` values above `low` and up to `high`; an absent end is open. */
export interface CountedRange {
  readonly low?: number;
  readonly high?: number;
  readonly count: number;
}

export interface CountedStep {
  readonly atMs: number;
  readonly buckets: readonly CountedRange[];
}

/** A band of values: its ends, and where it lies, 0 at the bottom and 1 at the top. */
export interface HeatBand {
  readonly low?: number;
  readonly high?: number;
  readonly bottom: number;
  readonly top: number;
}

export interface ValueCell {
  readonly atMs: number;
  readonly band: number;
  readonly count: number;
}

export interface ValueHeat {
  /** Lowest first. */
  readonly bands: readonly HeatBand[];
  readonly cells: readonly ValueCell[];
  readonly mostCount: number;
}

/** More bands are too thin to point at. */
const BANDS_MAX = 40;
/** How many bands a doubling of the value may have, finest first. */
const DIVISIONS = [8, 4, 2, 1, 0.5, 0.25];

/** The heatmap of steps; bands that nothing ever fell into are there only between others. */
export function valueHeat(steps: readonly CountedStep[]): ValueHeat {
  const ranges = new Map<string, CountedRange>();
  for (const { buckets } of steps) for (const bucket of buckets) ranges.set(rangeKey(bucket), bucket);
  const nameOf = joiner([...ranges.values()]);
  const named = new Map([...ranges].map(([key, range]) => [key, nameOf(range)] as const));
  const found = new Map([...named.values()].map((range) => [rangeKey(range), range] as const));
  const bands = placeBands([...found.values()].sort(compareRanges));
  const bandOf = new Map(bands.map((band, i) => [rangeKey(band), i] as const));
  const counts = new Map<string, ValueCell>();
  for (const { atMs, buckets } of steps) {
    for (const bucket of buckets) {
      const band = bandOf.get(rangeKey(named.get(rangeKey(bucket)) ?? bucket)) as number;
      const key = `${atMs} ${band}`;
      counts.set(key, { atMs, band, count: (counts.get(key)?.count ?? 0) + bucket.count });
    }
  }
  const cells = [...counts.values()];
  return { bands, cells, mostCount: cells.reduce((most, { count }) => Math.max(most, count), 0) };
}

/** Steps of several groups as one: what fell into equal buckets adds up. */
export function addSteps(all: readonly (readonly CountedStep[])[]): CountedStep[] {
  const byStep = Map.groupBy(all.flat(), ({ atMs }) => atMs);
  return [...byStep]
    .sort(([a], [b]) => a - b)
    .map(([atMs, steps]) => ({ atMs, buckets: steps.flatMap(({ buckets }) => buckets) }));
}

/** The band at a height, 0…1. */
export function bandAt({ bands }: ValueHeat, height: number): number | undefined {
  const index = bands.findIndex(({ bottom, top }) => height >= bottom && height < top);
  return index < 0 ? undefined : index;
}

type Range = Pick<CountedRange, "low" | "high">;

function rangeKey({ low, high }: Range): string {
  return `${low} ${high}`;
}

function compareRanges(a: Range, b: Range): number {
  const [aLow, bLow] = [a.low ?? Number.NEGATIVE_INFINITY, b.low ?? Number.NEGATIVE_INFINITY];
  if (aLow !== bLow) return aLow - bLow;
  return (a.high ?? Number.POSITIVE_INFINITY) - (b.high ?? Number.POSITIVE_INFINITY);
}

/** The band that a bucket belongs to: itself, or one of a grid when there are too many. */
function joiner(ranges: readonly Range[]): (range: Range) => Range {
  if (ranges.length <= BANDS_MAX) return ({ low, high }) => ends(low, high);
  for (const divisions of DIVISIONS) {
    const join = (range: Range) => onGrid(range, divisions);
    if (new Set(ranges.map((range) => rangeKey(join(range)))).size <= BANDS_MAX) return join;
  }
  return (range) => onGrid(range, 1 / 16);
}

/** The part of the grid that a bucket's middle lies in, by the logarithm; open ends and what is not positive stay. */
function onGrid({ low, high }: Range, divisions: number): Range {
  const [size, sign] = low !== undefined && low < 0 ? [-(high ?? 0), -1] : [low, 1];
  const other = sign < 0 ? -(low ?? 0) : high;
  if (size === undefined || other === undefined || size <= 0 || other <= 0) return ends(low, high);
  const index = Math.floor(((Math.log2(size) + Math.log2(other)) / 2) * divisions);
  const edge = (at: number) => 2 ** (at / divisions);
  return sign < 0 ? ends(-edge(index + 1), -edge(index)) : ends(edge(index), edge(index + 1));
}

function ends(low: number | undefined, high: number | undefined): Range {
  return { ...(low === undefined ? {} : { low }), ...(high === undefined ? {} : { high }) };
}

/** Heights by the logarithm; a band without one (an open end, 0, below 0) is as high as a usual one. */
function placeBands(ranges: readonly Range[]): HeatBand[] {
  const filled = withGaps(ranges);
  const heights = filled.map(logHeight);
  const known = heights.filter((height) => height !== undefined).sort((a, b) => a - b);
  const usual = known[Math.floor(known.length / 2)] ?? 1;
  const sizes = heights.map((height) => height ?? usual);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  let at = 0;
  return filled.map((range, i) => {
    const bottom = at / total;
    at += sizes[i] as number;
    return { ...range, bottom, top: i === filled.length - 1 ? 1 : at / total };
  });
}

/** Between bands that do not meet lies an empty one, so that the scale is true. */
function withGaps(ranges: readonly Range[]): Range[] {
  return ranges.flatMap((range, i) => {
    const before = ranges[i - 1]?.high;
    const isGap = before !== undefined && range.low !== undefined && before < range.low;
    return isGap ? [ends(before, range.low), range] : [range];
  });
}

function logHeight({ low, high }: Range): number | undefined {
  if (low === undefined || high === undefined) return undefined;
  const [small, large] = low < 0 ? [-high, -low] : [low, high];
  return small > 0 && large > small ? Math.log2(large / small) : undefined;
}
