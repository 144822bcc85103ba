// A row of values as shapes of an SVG. Values are evenly spaced; the scale has zero in it, so that heights compare; a value
// that is not known is a gap and never a zero.

export type SparkValues = readonly (number | undefined)[];

/** Where the shapes are drawn, in pixels. */
export interface SparkBox {
  readonly width: number;
  readonly height: number;
  /** The value at the top, when it is not the largest one: for rows that are compared with each other. */
  readonly max?: number | undefined;
}

export interface SparkPoint {
  readonly x: number;
  readonly y: number;
}

export interface SparkBar extends SparkPoint {
  /** Which of the values. */
  readonly index: number;
  readonly width: number;
  readonly height: number;
}

/** Half the width of the line, so that it is not cut at the edges. */
const EDGE = 1;
const BAR_HEIGHT_MIN = 1.5;
/** Bars that are wider than this have a pixel between them. */
const BAR_GAP_FROM = 3;

interface Scale {
  readonly x: (index: number) => number;
  readonly y: (value: number) => number;
}

function scaleOf(values: SparkValues, { width, height, max = 0 }: SparkBox): Scale {
  let low = 0;
  let high = max;
  for (const value of values) {
    if (value === undefined) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  const perStep = (width - 2 * EDGE) / Math.max(1, values.length - 1);
  const perUnit = high === low ? 0 : (height - 2 * EDGE) / (high - low);
  const zeroAt = high === low ? height - EDGE : EDGE + high * perUnit;
  return { x: (index) => rounded(EDGE + index * perStep), y: (value) => rounded(zeroAt - value * perUnit) };
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}

/** Stretches of known values: from the first to behind the last index. */
function stretches(values: SparkValues): [from: number, to: number][] {
  const found: [number, number][] = [];
  for (let i = 0; i < values.length; i++) {
    if (values[i] === undefined) continue;
    const last = found.at(-1);
    if (last?.[1] === i) last[1] = i + 1;
    else found.push([i, i + 1]);
  }
  return found;
}

/** The line as the `d` of a path; a value alone between gaps is a dot (with round caps). */
export function sparkLine(values: SparkValues, box: SparkBox): string {
  const { x, y } = scaleOf(values, box);
  return stretches(values)
    .map(([from, to]) => {
      const points = values.slice(from, to).map((value, i) => `${x(from + i)} ${y(value as number)}`);
      return points.length === 1 ? `M${points[0]}h0` : `M${points.join("L")}`;
    })
    .join("");
}

/** What lies between the line and zero, as the `d` of a path. */
export function sparkArea(values: SparkValues, box: SparkBox): string {
  const { x, y } = scaleOf(values, box);
  return stretches(values)
    .filter(([from, to]) => to - from > 1)
    .map(([from, to]) => {
      const points = values.slice(from, to).map((value, i) => `${x(from + i)} ${y(value as number)}`);
      return `M${x(from)} ${y(0)}L${points.join("L")}L${x(to - 1)} ${y(0)}Z`;
    })
    .join("");
}

/** A bar from zero for each value that is known and not zero; the smallest still shows. */
export function sparkBars(values: SparkValues, box: SparkBox): SparkBar[] {
  const { y } = scaleOf(values, box);
  const perBar = box.width / Math.max(1, values.length);
  const width = rounded(perBar > BAR_GAP_FROM ? perBar - 1 : perBar);
  return values.flatMap((value, index) => {
    if (value === undefined || value === 0) return [];
    const zero = y(0);
    const height = Math.max(BAR_HEIGHT_MIN, Math.abs(y(value) - zero));
    return [
      {
        index,
        x: rounded(index * perBar),
        y: rounded(value > 0 ? zero - height : zero),
        width,
        height: rounded(height),
      },
    ];
  });
}

/** Where a value stands on the line; undefined for a gap. */
export function sparkPoint(values: SparkValues, index: number, box: SparkBox): SparkPoint | undefined {
  const value = values[index];
  if (value === undefined) return undefined;
  const { x, y } = scaleOf(values, box);
  return { x: x(index), y: y(value) };
}
