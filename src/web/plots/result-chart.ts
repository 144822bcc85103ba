// What a result of SQL looks like as a chart: lines over time when its first column is a time, bars when it is a text;
// each column of numbers is a series. A text behind a time tells series apart: (hour, agent, busy) is a line an agent.

/** A column as the server tells it. */
export interface ResultColumn {
  readonly name: string;
  /** ClickHouse's type. */
  readonly type: string;
}

export type ResultRow = Readonly<Record<string, unknown>>;

export interface ChartSeries {
  readonly name: string;
  /** By place on the x axis. */
  readonly values: readonly (number | undefined)[];
}

export interface ResultChart {
  readonly kind: "line" | "bar";
  /** What the x axis is. */
  readonly x: string;
  /** Of lines: seconds since 1970, ascending; of bars: 0, 1, 2 … */
  readonly xs: readonly number[];
  /** Of bars: what stands below each. */
  readonly names: readonly string[];
  readonly series: readonly ChartSeries[];
  /** How many series or bars are not drawn. */
  readonly left: number;
}

const SERIES_MAX = 12;
const BARS_MAX = 60;

const TIME = /^(?:Date|DateTime)/;
const TEXT = /^(?:String|FixedString|Enum|UUID|IPv)/;
const NUMBER = /^(?:U?Int|Float|BFloat|Decimal)/;

/** The type without what says that it may be NULL or is stored in a dictionary. */
export function plainType(type: string): string {
  const inner = /^(?:Nullable|LowCardinality)\((.*)\)$/.exec(type)?.[1];
  return inner === undefined ? type : plainType(inner);
}

export function isNumberType(type: string): boolean {
  return NUMBER.test(plainType(type));
}

export function isTimeType(type: string): boolean {
  return TIME.test(plainType(type));
}

/** The chart of a result; undefined when it has none. */
export function chartOf(columns: readonly ResultColumn[], rows: readonly ResultRow[]): ResultChart | undefined {
  const [first, second] = columns;
  const numbers = columns.slice(1).filter(({ type }) => isNumberType(type));
  const [value] = numbers;
  if (first === undefined || value === undefined || rows.length === 0) return undefined;
  if (TEXT.test(plainType(first.type))) return bars(first, numbers, rows);
  if (!isTimeType(first.type)) return undefined;
  if (second !== undefined && TEXT.test(plainType(second.type))) return linesByName(first, second, value, rows);
  return lines(first, numbers, rows);
}

function bars(names: ResultColumn, numbers: readonly ResultColumn[], rows: readonly ResultRow[]): ResultChart {
  const shown = rows.slice(0, BARS_MAX);
  return {
    kind: "bar",
    x: names.name,
    xs: shown.map((_, place) => place),
    names: shown.map((row) => String(row[names.name] ?? "NULL")),
    series: numbers.slice(0, SERIES_MAX).map(({ name }) => ({ name, values: shown.map((row) => numberOf(row[name])) })),
    left: rows.length - shown.length,
  };
}

function lines(time: ResultColumn, numbers: readonly ResultColumn[], rows: readonly ResultRow[]): ResultChart {
  const inOrder = rows
    .map((row) => ({ at: secondsOf(row[time.name]), row }))
    .filter(({ at }) => Number.isFinite(at))
    .sort((a, b) => a.at - b.at);
  return {
    kind: "line",
    x: time.name,
    xs: inOrder.map(({ at }) => at),
    names: [],
    series: numbers
      .slice(0, SERIES_MAX)
      .map(({ name }) => ({ name, values: inOrder.map(({ row }) => numberOf(row[name])) })),
    left: Math.max(0, numbers.length - SERIES_MAX),
  };
}

function linesByName(
  time: ResultColumn,
  names: ResultColumn,
  value: ResultColumn,
  rows: readonly ResultRow[],
): ResultChart {
  const byName = new Map<string, Map<number, number>>();
  const times = new Set<number>();
  for (const row of rows) {
    const at = secondsOf(row[time.name]);
    const found = numberOf(row[value.name]);
    if (!Number.isFinite(at) || found === undefined) continue;
    const name = String(row[names.name] ?? "NULL");
    const values = byName.get(name) ?? new Map<number, number>();
    byName.set(name, values.set(at, found));
    times.add(at);
  }
  const xs = [...times].sort((a, b) => a - b);
  // The largest ones are drawn.
  const largest = [...byName].sort(([, a], [, b]) => sumOf(b) - sumOf(a)).slice(0, SERIES_MAX);
  return {
    kind: "line",
    x: time.name,
    xs,
    names: [],
    series: largest.map(([name, values]) => ({ name, values: xs.map((at) => values.get(at)) })),
    left: byName.size - largest.length,
  };
}

function sumOf(values: ReadonlyMap<number, number>): number {
  let sum = 0;
  for (const value of values.values()) sum += Math.abs(value);
  return sum;
}

function secondsOf(value: unknown): number {
  return Date.parse(String(value)) / 1000;
}

/** Decimals come as texts. */
function numberOf(value: unknown): number | undefined {
  if (value === null || value === undefined || value === "") return undefined;
  const number = Number(value);
  return Number.isFinite(number) ? number : undefined;
}
