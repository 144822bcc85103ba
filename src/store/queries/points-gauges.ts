// Figures of gauges: exact over the points themselves, or from the minutes that are rolled up. Of a window that begins
// or ends within a minute, and of what is not rolled up, the points are read in either case:
//
//   since    ┌ whole minutes, batches up to `through` ┐    until
//     ├ raw ─┼───────────── point_minutes ────────────┼─ raw ─┤     and raw: every point after `through`

import type { StoreClient } from "../client.ts";
import type { Row } from "../native/block-reader.ts";
import { type Conditions, instantLiteral } from "../sql.ts";
import {
  groupedSql,
  NEWEST_KEY,
  NS,
  type PointFilter,
  type PointGroup,
  type PointGrouping,
  type PointState,
  pointConditions,
  rawWindow,
  SERIES_COLUMNS,
  stepOf,
} from "./points.ts";
import { sketchKey, sketchValue } from "./points-sketch.ts";

/** Where the figures come from: the points, with exact quantiles or a sketch of 1 %, or the roll-ups. */
export type GaugeSource = "exact" | "sketch" | "roll-ups";

export interface GaugeFigures extends PointGroup {
  readonly count: number;
  readonly sum: number;
  readonly min: number;
  readonly max: number;
  readonly last: number;
  /** The quantiles that were asked for, in their order. */
  readonly quantiles: readonly number[];
}

const NS_PER_MIN = 60_000_000_000n;
/** A quantile's estimate is not beyond what was measured. */
const WITHIN = (value: string) => `greatest(least(${value}, max(most)), min(least_value))`;

/** Figures of gauges by group and step, with the quantiles of these levels. */
export async function gaugeFigures(
  store: StoreClient,
  project: string,
  filter: PointFilter,
  grouping: PointGrouping,
  levels: readonly number[],
  source: GaugeSource,
  state: PointState,
  limit: number,
): Promise<GaugeFigures[]> {
  const where = pointConditions(project, filter);
  where.add("kind = 'gauge'");
  const { inner, quantiles } =
    source === "roll-ups"
      ? rolledUp(where, project, filter, grouping, levels, state)
      : fromPoints(where, project, filter, grouping, levels, state, source);
  const figures =
    "sum(n) AS point_count, sum(total) AS value_sum, min(least_value) AS value_min, max(most) AS value_max, " +
    `argMax(newest, newest_key) AS last_value, ${levels.length === 0 ? "CAST([], 'Array(Float64)')" : quantiles} AS quantile_values`;
  const sql = groupedSql(inner, figures, where, grouping, filter);
  const rows = await store.rows(`${sql} LIMIT ${limit}`, { params: where.params });
  return rows.map(toFigures);
}

interface Source {
  readonly inner: string;
  /** The quantiles of a group, as SQL over the inner rows. */
  readonly quantiles: string;
}

const SUMS =
  "count() AS n, sum(value) AS total, min(value) AS least_value, max(value) AS most, " +
  `argMax(value, ${NEWEST_KEY}) AS newest, max(${NEWEST_KEY}) AS newest_key`;

function fromPoints(
  where: Conditions,
  project: string,
  filter: PointFilter,
  grouping: PointGrouping,
  levels: readonly number[],
  state: PointState,
  source: "exact" | "sketch",
): Source {
  const parameters = levels.join(", ");
  const name = source === "exact" ? "quantilesExactInclusive" : "quantilesDD";
  const arguments_ = source === "exact" ? parameters : `0.01, ${parameters}`;
  const sketch = levels.length === 0 ? "" : `, ${name}State(${arguments_})(value) AS sketch`;
  const merged = `${name}Merge(${arguments_})(sketch)`;
  return {
    inner:
      `SELECT ${SERIES_COLUMNS}, ${stepOf(NS, grouping)} AS step, ${SUMS}${sketch} FROM points ` +
      `WHERE ${where.sql} AND ${rawWindow(where, project, filter, state)} GROUP BY series, step`,
    quantiles: source === "exact" ? merged : `arrayMap(q -> ${WITHIN("q")}, ${merged})`,
  };
}

function rolledUp(
  where: Conditions,
  project: string,
  filter: PointFilter,
  grouping: PointGrouping,
  levels: readonly number[],
  state: PointState,
): Source {
  const { raw, minutes } = splitWindow(filter, state);
  const names = "series, name, unit, labels";
  const rolled =
    `SELECT ${names}, ${stepOf("toInt64(toUnixTimestamp(minute)) * 1000000000", grouping)} AS step, point_count AS part_n, ` +
    "value_sum AS part_total, value_min AS part_least, value_max AS part_most, last_value AS part_newest, " +
    "bitShiftLeft(toUInt128(toUnixTimestamp64Nano(last_time)), 64) + last_offset AS part_key, " +
    `sketch_keys AS keys, sketch_counts AS amounts FROM point_minutes WHERE ${where.sql} AND ${minutes}`;
  const fresh =
    `SELECT ${names}, ${stepOf(NS, grouping)}, 1, value, value, value, value, ${NEWEST_KEY}, ` +
    `[${sketchKey("value")}], [toUInt32(1)] FROM points ` +
    `WHERE ${where.sql} AND ${rawWindow(where, project, filter, state)} AND (${raw})`;
  const parameters = levels.join(", ");
  const sketch =
    levels.length === 0 ? "" : `, quantilesExactWeightedArrayState(${parameters})(keys, amounts) AS sketch`;
  return {
    inner:
      `SELECT ${SERIES_COLUMNS}, step, sum(part_n) AS n, sum(part_total) AS total, min(part_least) AS least_value, ` +
      `max(part_most) AS most, argMax(part_newest, part_key) AS newest, max(part_key) AS newest_key${sketch} ` +
      `FROM (${rolled} UNION ALL ${fresh}) GROUP BY series, step`,
    quantiles: `arrayMap(k -> ${WITHIN(sketchValue("k"))}, quantilesExactWeightedArrayMerge(${parameters})(sketch))`,
  };
}

/** The whole minutes of a window, and the points besides them. */
function splitWindow(
  { sinceNs, untilNs }: PointFilter,
  { through }: PointState,
): { readonly raw: string; readonly minutes: string } {
  const first = ((sinceNs + NS_PER_MIN - 1n) / NS_PER_MIN) * NS_PER_MIN;
  const end = (untilNs / NS_PER_MIN) * NS_PER_MIN;
  const [from, to] = [instantLiteral(first), instantLiteral(end < first ? first : end)];
  return {
    raw: `offset > ${through} OR time < ${from} OR time >= ${to}`,
    minutes:
      `through_offset <= ${through} AND minute >= ${from} AND minute < ${to} ` +
      `AND toStartOfHour(minute) >= toStartOfHour(${from})`,
  };
}

function toFigures(row: Row): GaugeFigures {
  return {
    ...toGroup(row),
    count: Number(row["point_count"]),
    sum: row["value_sum"] as number,
    min: row["value_min"] as number,
    max: row["value_max"] as number,
    last: row["last_value"] as number,
    quantiles: row["quantile_values"] as number[],
  };
}

/** The columns of `groupedSql` that say whose figures a row holds. */
export function toGroup(row: Row): PointGroup {
  return {
    metric: row["metric"] as string,
    unit: row["metric_unit"] as string,
    group: row["group_values"] as string[],
    step: Number(row["step"]),
  };
}
