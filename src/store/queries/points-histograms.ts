// Histograms of delta temporality: each point counts what came since the one before it, so points add up.

import type { StoreClient } from "../client.ts";
import type { Row } from "../native/block-reader.ts";
import {
  groupedSql,
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

/** What histograms counted. */
export interface HistogramFigures extends PointGroup {
  readonly count: number;
  readonly sum: number;
  /** NaN when a point did not say. */
  readonly min: number;
  readonly max: number;
}

/** Histograms of equal bounds, added up. */
export interface ExplicitFigures extends HistogramFigures {
  readonly bounds: readonly number[];
  readonly buckets: readonly number[];
}

/** Exponential histograms, added up, without their buckets. */
export interface ExponentialFigures extends HistogramFigures {
  readonly zeroCount: number;
}

/** Buckets of exponential histograms of one scale and sign, added up. */
export interface ExponentialCounts extends PointGroup {
  readonly scale: number;
  readonly isNegative: boolean;
  readonly indexes: readonly number[];
  readonly counts: readonly number[];
}

/** Finer buckets are joined: at this scale a quantile errs by at most 0.5 %. */
const SCALE_MAX = 6;

const TOTALS =
  "sum(count) AS amount, sum(sum) AS total, countIf(count > 0 AND isNaN(min)) AS without_min, " +
  "countIf(count > 0 AND isNaN(max)) AS without_max, minIf(min, count > 0) AS least, maxIf(max, count > 0) AS most";
const TOTAL_FIGURES =
  "sum(amount) AS value_count, sum(total) AS value_sum, " +
  "if(sum(without_min) > 0, nan, minIf(least, amount > 0)) AS value_min, " +
  "if(sum(without_max) > 0, nan, maxIf(most, amount > 0)) AS value_max";

/** Explicit histograms by group, step and bounds. */
export async function explicitHistograms(
  store: StoreClient,
  project: string,
  filter: PointFilter,
  grouping: PointGrouping,
  state: PointState,
  limit: number,
): Promise<ExplicitFigures[]> {
  const { where, conditions } = source(project, "histogram", filter, state);
  const inner =
    `SELECT ${seriesColumns(where, filter, grouping)}, ${stepOf(NS, grouping)} AS step, any(bounds) AS series_bounds, ` +
    `sumForEach(buckets) AS amounts, ${TOTALS} FROM points WHERE ${conditions} ` +
    "GROUP BY series, step, cityHash64(bounds)";
  const figures = `any(series_bounds) AS all_bounds, sumForEach(amounts) AS all_buckets, ${TOTAL_FIGURES}`;
  const sql = groupedSql(inner, figures, where, grouping, filter, "cityHash64(series_bounds)");
  const rows = await store.rows(`${sql} LIMIT ${limit}`, { params: where.params });
  return rows.map((row) => ({
    ...figuresOf(row),
    bounds: row["all_bounds"] as number[],
    buckets: (row["all_buckets"] as (number | bigint)[]).map(Number),
  }));
}

/** Exponential histograms by group and step. */
export async function exponentialTotals(
  store: StoreClient,
  project: string,
  filter: PointFilter,
  grouping: PointGrouping,
  state: PointState,
  limit: number,
): Promise<ExponentialFigures[]> {
  const { where, conditions } = source(project, "exponential", filter, state);
  const inner =
    `SELECT ${seriesColumns(where, filter, grouping)}, ${stepOf(NS, grouping)} AS step, sum(zero_count) AS zeros, ${TOTALS} ` +
    `FROM points WHERE ${conditions} GROUP BY series, step`;
  const sql = groupedSql(inner, `sum(zeros) AS zero_sum, ${TOTAL_FIGURES}`, where, grouping, filter);
  const rows = await store.rows(`${sql} LIMIT ${limit}`, { params: where.params });
  return rows.map((row) => ({ ...figuresOf(row), zeroCount: Number(row["zero_sum"]) }));
}

/** The buckets of exponential histograms by group, step, scale and sign. */
export async function exponentialBuckets(
  store: StoreClient,
  project: string,
  filter: PointFilter,
  grouping: PointGrouping,
  state: PointState,
  limit: number,
): Promise<ExponentialCounts[]> {
  const { where, conditions } = source(project, "exponential", filter, state);
  const counts = (isNegative: boolean, buckets: string, offset: string) =>
    `SELECT ${seriesColumns(where, filter, grouping)}, ${stepOf(NS, grouping)} AS step, ${isNegative ? 1 : 0} AS is_negative, ` +
    `least(scale, ${SCALE_MAX}) AS joined_scale, ` +
    `toInt32(floor((${offset} + position - 1) / exp2(scale - joined_scale))) AS bucket, sum(amount) AS total ` +
    `FROM points ARRAY JOIN ${buckets} AS amount, arrayEnumerate(${buckets}) AS position ` +
    `WHERE amount > 0 AND ${conditions} GROUP BY series, step, joined_scale, bucket`;
  const inner =
    `${counts(false, "buckets", "positive_offset")} ` +
    `UNION ALL ${counts(true, "negative_buckets", "negative_offset")}`;
  const keys = "joined_scale, is_negative, bucket";
  const added = groupedSql(inner, `${keys}, sum(total) AS amount`, where, grouping, filter, keys);
  const rows = await store.rows(
    `SELECT metric, metric_unit, group_values, step, joined_scale, is_negative, groupArray(bucket) AS indexes, ` +
      `groupArray(amount) AS counts FROM (${added}) ` +
      `GROUP BY metric, metric_unit, group_values, step, joined_scale, is_negative LIMIT ${limit}`,
    { params: where.params },
  );
  return rows.map((row) => ({
    ...toGroup(row),
    scale: row["joined_scale"] as number,
    isNegative: row["is_negative"] === 1,
    indexes: row["indexes"] as number[],
    counts: (row["counts"] as (number | bigint)[]).map(Number),
  }));
}

function source(project: string, kind: "histogram" | "exponential", filter: PointFilter, state: PointState) {
  const where = pointConditions(project, filter);
  where.add(`kind = '${kind}' AND temporality = 'delta'`);
  return { where, conditions: `${where.sql} AND ${rawWindow(where, project, filter, state)}` };
}

function figuresOf(row: Row): HistogramFigures {
  return {
    ...toGroup(row),
    count: Number(row["value_count"]),
    sum: row["value_sum"] as number,
    min: row["value_min"] as number,
    max: row["value_max"] as number,
  };
}
