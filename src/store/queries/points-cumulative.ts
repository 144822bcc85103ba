// Points that count since a start: counters, histograms and summaries of cumulative temporality.
//
// What happened in a window is the difference between a value and the one before it. Within a stretch in which the
// count only rises, differences add up to last − first, so of each series only the points at which a stretch or a step
// ends are needed. A stretch begins with a new start time or a fall (the sender began again). Series of one service may
// come from several processes at once: those differ in their start times, and are walked apart.
//
//   value     3   5   9 │ 2   4   8 │ 1            ──▶  kept: 3 (the first), 9, 4 (a step ends), 8, 1
//             └ stretch ┘ └ stretch ┘ └
//
// The points of an hour before the window are read for the value that it begins with.

import type { PointKind } from "../../model/vocabulary.ts";
import type { StoreClient } from "../client.ts";
import type { Block, NestedColumn } from "../native/block-reader.ts";
import type { Conditions } from "../sql.ts";
import {
  groupValues,
  labelConditions,
  NS,
  type PointFilter,
  type PointGroup,
  type PointGrouping,
  type PointState,
  pointConditions,
  rawWindow,
  seriesColumns,
  stepOf,
} from "./points.ts";

/** A series since one start: its points that are needed, oldest first. */
export interface CumulativeSeries extends Omit<PointGroup, "step"> {
  readonly series: string;
  /** Tells the series, and its start, apart from others. */
  readonly key: string;
  /** 0 when the sender does not say. */
  readonly startNs: bigint;
  readonly times: BigInt64Array;
  /** The step of each point; −1 before the window. */
  readonly steps: readonly number[];
  /** Points of one stretch have one number. */
  readonly stretches: readonly number[];
  /** The counter's value, or how many values a histogram or summary has counted. */
  readonly values: readonly number[];
}

/** What a histogram or summary said at one of those points. */
export interface CumulativePoint {
  readonly count: number;
  readonly sum: number;
  readonly min: number;
  readonly max: number;
  readonly bounds: readonly number[];
  readonly buckets: readonly number[];
  readonly quantileValues: readonly number[];
  readonly scale: number;
  readonly zeroCount: number;
  readonly positiveOffset: number;
  readonly negativeOffset: number;
  readonly negativeBuckets: readonly number[];
}

export const LOOKBACK_NS = 3_600_000_000_000n;
const ROWS_MAX = 500_000;
const PAYLOAD = [
  "count",
  "sum",
  "min",
  "max",
  "bounds",
  "buckets",
  "quantile_values",
  "scale",
  "zero_count",
  "positive_offset",
  "negative_offset",
  "negative_buckets",
] as const;

/** The walk along the cumulative series of a kind. */
export async function cumulativeSeries(
  store: StoreClient,
  project: string,
  kind: Exclude<PointKind, "gauge" | "updown">,
  filter: PointFilter,
  grouping: PointGrouping,
  state: PointState,
): Promise<CumulativeSeries[]> {
  const where = cumulativeConditions(project, kind, filter);
  const walk = walkSql(where, project, kind, filter, grouping, state);
  const blocks = await store.blocks(
    `SELECT concat(toString(series), ' ', toString(started)) AS series_key, metric, metric_unit, ` +
      `${groupValues(where, grouping.by)} AS group_values, started, ${KEPT} FROM (${walk})` +
      `${labelConditions(where, filter)} ORDER BY metric, metric_unit, group_values LIMIT ${ROWS_MAX}`,
    { params: where.params },
  );
  return blocks.flatMap((block) => Array.from({ length: block.rows }, (_, row) => seriesAt(block, row)));
}

/** The points at which the walk stopped, by the series' key and the time. */
export async function cumulativePoints(
  store: StoreClient,
  project: string,
  kind: Exclude<PointKind, "gauge" | "updown" | "counter">,
  filter: PointFilter,
  grouping: PointGrouping,
  state: PointState,
): Promise<ReadonlyMap<string, CumulativePoint>> {
  const where = cumulativeConditions(project, kind, filter);
  const walk = walkSql(where, project, kind, filter, grouping, state);
  const stops =
    `SELECT series, fromUnixTimestamp64Nano(started, 'UTC'), fromUnixTimestamp64Nano(arrayJoin(kept_times), 'UTC') ` +
    `FROM (SELECT series, started, ${KEPT} FROM (${walk})${labelConditions(where, filter)})`;
  const window = rawWindow(where, project, withLookback(filter), state);
  const blocks = await store.blocks(
    `SELECT concat(toString(series), ' ', toString(toUnixTimestamp64Nano(start_time)), ' ', toString(${NS})) AS point_key, ` +
      `${PAYLOAD.join(", ")} FROM points ` +
      `WHERE ${where.sql} AND ${window} AND (series, start_time, time) IN (${stops}) LIMIT ${ROWS_MAX}`,
    { params: where.params },
  );
  const points = new Map<string, CumulativePoint>();
  for (const block of blocks) {
    const keys = block.texts("point_key");
    for (let row = 0; row < block.rows; row++) points.set(keys.text(row), pointAt(block, row));
  }
  return points;
}

function cumulativeConditions(project: string, kind: PointKind, filter: PointFilter): Conditions {
  const where = pointConditions(project, filter);
  where.add(`kind = '${kind}' AND temporality != 'delta'`);
  return where;
}

function withLookback(filter: PointFilter): PointFilter {
  return { ...filter, sinceNs: filter.sinceNs > LOOKBACK_NS ? filter.sinceNs - LOOKBACK_NS : 0n };
}

/** A row per series and start: times, values and steps in order, and the number of the stretch of each. */
function walkSql(
  where: Conditions,
  project: string,
  kind: PointKind,
  filter: PointFilter,
  grouping: PointGrouping,
  state: PointState,
): string {
  const value = kind === "counter" ? "value" : "toFloat64(count)";
  const step = `if(x < ${filter.sinceNs}, -1, ${stepOf("x", grouping)})`;
  return (
    `SELECT ${seriesColumns(where, filter, grouping)}, toUnixTimestamp64Nano(start_time) AS started, ` +
    `arraySort((v, t) -> t, groupArray(${value}) AS unsorted, groupArray(${NS}) AS unsorted_times) AS sorted, ` +
    `arraySort(unsorted_times) AS times, ` +
    `arrayMap(x -> ${step}, times) AS steps, arrayCumSum(d -> d < 0, arrayDifference(sorted)) AS stretches ` +
    `FROM points WHERE ${where.sql} AND ${rawWindow(where, project, withLookback(filter), state)} ` +
    "GROUP BY series, start_time"
  );
}

/** Of the walk's arrays: the first point, and each after which a stretch or a step ends. */
const KEPT =
  "arrayMap((s, c, i) -> i = 1 OR s != stretches[i + 1] OR c != steps[i + 1] OR i = length(times), " +
  "stretches, steps, arrayEnumerate(times)) AS keeps, " +
  "arrayFilter((x, k) -> k, times, keeps) AS kept_times, arrayFilter((x, k) -> k, steps, keeps) AS kept_steps, " +
  "arrayFilter((x, k) -> k, stretches, keeps) AS kept_stretches, arrayFilter((x, k) -> k, sorted, keeps) AS kept_values";

function seriesAt(block: Block, row: number): CumulativeSeries {
  const group = block.nested("group_values");
  const texts = group.items as { text(row: number): string };
  const times = block.nested("kept_times");
  const key = block.texts("series_key").text(row);
  return {
    series: key.split(" ")[0] as string,
    key,
    metric: block.texts("metric").text(row),
    unit: block.texts("metric_unit").text(row),
    group: Array.from({ length: group.end(row) - group.start(row) }, (_, i) => texts.text(group.start(row) + i)),
    startNs: block.bigints("started")[row] as bigint,
    times: (times.items as BigInt64Array).subarray(times.start(row), times.end(row)),
    steps: numbersAt(block.nested("kept_steps"), row),
    stretches: numbersAt(block.nested("kept_stretches"), row),
    values: numbersAt(block.nested("kept_values"), row),
  };
}

function pointAt(block: Block, row: number): CumulativePoint {
  const number = (name: (typeof PAYLOAD)[number]) => block.numbers(name)[row] as number;
  const list = (name: (typeof PAYLOAD)[number]) => numbersAt(block.nested(name), row);
  return {
    count: number("count"),
    sum: number("sum"),
    min: number("min"),
    max: number("max"),
    bounds: list("bounds"),
    buckets: list("buckets"),
    quantileValues: list("quantile_values"),
    scale: number("scale"),
    zeroCount: number("zero_count"),
    positiveOffset: number("positive_offset"),
    negativeOffset: number("negative_offset"),
    negativeBuckets: list("negative_buckets"),
  };
}

function numbersAt(column: NestedColumn, row: number): number[] {
  const items = column.items as ArrayLike<number | bigint>;
  return Array.from({ length: column.end(row) - column.start(row) }, (_, i) => Number(items[column.start(row) + i]));
}
