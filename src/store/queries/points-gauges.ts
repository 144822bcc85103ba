// Figures of gauges: exact over the points themselves, or from the hours and minutes that are rolled up, with the points
// themselves where the window cuts a minute and where they are not rolled up (points-pieces.ts).

import type { StoreClient } from "../client.ts";
import type { Row } from "../native/block-reader.ts";
import type { Conditions } from "../sql.ts";
import {
  groupedSql,
  NEWEST_KEY,
  NS,
  type PointFilter,
  type PointGroup,
  type PointGrouping,
  type PointState,
  pointConditions,
  rawConditions,
  rawWindow,
  seriesColumns,
  stepOf,
} from "./points.ts";
import { windowPieces } from "./points-pieces.ts";
import { NEWEST_ROLLED_KEY } from "./points-roll-ups.ts";
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
      `SELECT ${seriesColumns(where, filter, grouping)}, ${stepOf(NS, grouping)} AS step, ${SUMS}${sketch} FROM points ` +
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
  const pieces = windowPieces(filter, state, grouping.stepMs);
  const more = rawConditions(where, project, filter, state);
  const names = "series, name, unit, labels";
  const stepOfPeriod = (period: string) => stepOf(`toInt64(toUnixTimestamp(${period})) * 1000000000`, grouping);
  const rolled = (table: string, period: string) => (piece: string) =>
    `SELECT ${names}, ${stepOfPeriod(period)} AS step, point_count AS part_n, value_sum AS part_total, ` +
    "value_min AS part_least, value_max AS part_most, last_value AS part_newest, " +
    `${NEWEST_ROLLED_KEY} AS part_key, sketch_keys AS keys, sketch_counts AS amounts FROM ${table} ` +
    `WHERE ${where.sql} AND ${piece}`;
  const fresh = (piece: string) =>
    `SELECT ${names}, ${stepOf(NS, grouping)} AS step, 1 AS part_n, value AS part_total, value AS part_least, ` +
    `value AS part_most, value AS part_newest, ${NEWEST_KEY} AS part_key, ` +
    `[${sketchKey("value")}] AS keys, [toUInt32(1)] AS amounts FROM points WHERE ${[where.sql, ...more, piece].join(" AND ")}`;
  const parts = [
    ...pieces.hours.map(rolled("point_hours", "hour")),
    ...pieces.minutes.map(rolled("point_minutes", "minute")),
    ...pieces.points.map(fresh),
  ];
  const parameters = levels.join(", ");
  const sketch =
    levels.length === 0 ? "" : `, quantilesExactWeightedArrayState(${parameters})(keys, amounts) AS sketch`;
  return {
    inner:
      `SELECT ${seriesColumns(where, filter, grouping)}, step, sum(part_n) AS n, sum(part_total) AS total, min(part_least) AS least_value, ` +
      `max(part_most) AS most, argMax(part_newest, part_key) AS newest, max(part_key) AS newest_key${sketch} ` +
      `FROM (${parts.join(" UNION ALL ")}) GROUP BY series, step`,
    quantiles: `arrayMap(k -> ${WITHIN(sketchValue("k"))}, quantilesExactWeightedArrayMerge(${parameters})(sketch))`,
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
