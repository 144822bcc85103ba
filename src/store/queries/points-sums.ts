// Figures of counters and updowns that need no walk along a series: points, newest values, changes of delta temporality.

import type { StoreClient } from "../client.ts";
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
  seriesColumns,
  stepOf,
} from "./points.ts";
import { toGroup } from "./points-gauges.ts";

export interface SumFigures extends PointGroup {
  /** Points, and those that are changes since the last one (delta temporality). */
  readonly count: number;
  readonly deltaCount: number;
  /** Sum of the changes. */
  readonly deltaSum: number;
  /** The newest value of each series, added up: sums of a group are sums. */
  readonly last: number;
  readonly sum: number;
  readonly min: number;
  readonly max: number;
}

/** Figures of counters or updowns by group and step. */
export async function sumFigures(
  store: StoreClient,
  project: string,
  kind: "counter" | "updown",
  filter: PointFilter,
  grouping: PointGrouping,
  state: PointState,
  limit: number,
): Promise<SumFigures[]> {
  const where = pointConditions(project, filter);
  where.add(`kind = '${kind}'`);
  const inner =
    `SELECT ${seriesColumns(where, filter, grouping)}, ${stepOf(NS, grouping)} AS step, count() AS n, countIf(temporality = 'delta') AS deltas, ` +
    "sumIf(value, temporality = 'delta') AS changes, sum(value) AS total, min(value) AS least_value, max(value) AS most, " +
    `argMax(value, ${NEWEST_KEY}) AS newest FROM points ` +
    `WHERE ${where.sql} AND ${rawWindow(where, project, filter, state)} GROUP BY series, step`;
  const figures =
    "sum(n) AS point_count, sum(deltas) AS delta_count, sum(changes) AS delta_sum, sum(newest) AS last_sum, " +
    "sum(total) AS value_sum, min(least_value) AS value_min, max(most) AS value_max";
  const sql = groupedSql(inner, figures, where, grouping, filter);
  const rows = await store.rows(`${sql} LIMIT ${limit}`, { params: where.params });
  return rows.map((row) => ({
    ...toGroup(row),
    count: Number(row["point_count"]),
    deltaCount: Number(row["delta_count"]),
    deltaSum: row["delta_sum"] as number,
    last: row["last_sum"] as number,
    sum: row["value_sum"] as number,
    min: row["value_min"] as number,
    max: row["value_max"] as number,
  }));
}
