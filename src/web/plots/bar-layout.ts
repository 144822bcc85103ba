// Where the bars of a chart stand. Values whose sum means something stand on each other, the first series below; those
// that may not be added (a percentile, a share) stand side by side, and only those that a step has: what is not there
// takes no room from the others.

/** A bar: its sides as shares of the room that its step has, and the values that it reaches from and to. */
export interface Bar {
  readonly left: number;
  readonly right: number;
  readonly from: number;
  readonly to: number;
}

/** Bars by series and step; undefined where a series has no value. */
export type BarLayout = readonly (readonly (Bar | undefined)[])[];

type Columns = readonly (readonly (number | undefined)[])[];

export function barLayout(values: Columns, isStacked: boolean): BarLayout {
  const bars = values.map((column) => new Array<Bar | undefined>(column.length).fill(undefined));
  for (let step = 0; step < (values[0]?.length ?? 0); step++) {
    const known = values.flatMap((column, series) => {
      const value = column[step];
      return value === undefined ? [] : [{ series, value }];
    });
    const placed = isStacked ? stacked(known) : sideBySide(known);
    for (const [i, { series }] of known.entries()) (bars[series] as (Bar | undefined)[])[step] = placed[i];
  }
  return bars;
}

type Known = readonly { readonly value: number }[];

/** What is below 0 hangs down. */
function stacked(known: Known): Bar[] {
  let [above, below] = [0, 0];
  return known.map(({ value }) => {
    const from = value < 0 ? below : above;
    const to = from + value;
    if (value < 0) below = to;
    else above = to;
    return { left: 0, right: 1, from, to };
  });
}

function sideBySide(known: Known): Bar[] {
  return known.map(({ value }, i) => ({ left: i / known.length, right: (i + 1) / known.length, from: 0, to: value }));
}

/** The series whose bar a point lies in: so far into its step (0…1), at a value. */
export function barAt(bars: BarLayout, step: number, share: number, value: number): number | undefined {
  const found = bars.findIndex((column) => {
    const bar = column[step];
    if (bar === undefined || share < bar.left || share >= bar.right) return false;
    return value >= Math.min(bar.from, bar.to) && value <= Math.max(bar.from, bar.to);
  });
  return found < 0 ? undefined : found;
}
