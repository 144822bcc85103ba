// Which metrics there are, and how many points of each: from the roll-ups, and from the points that are not in them.

import { type PointKind, TEMPORALITIES } from "../../model/vocabulary.ts";
import type { StoreClient } from "../client.ts";
import {
  isInRollUps,
  labelConditions,
  type PointFilter,
  type PointState,
  pointConditions,
  pointKind,
  rawConditions,
} from "./points.ts";
import { windowPieces } from "./points-pieces.ts";

export interface CatalogEntry {
  readonly metric: string;
  readonly kind: PointKind;
  readonly unit: string;
  readonly points: number;
  readonly series: number;
  readonly temporalities: readonly (typeof TEMPORALITIES)[number][];
  readonly description: string;
  readonly labels: readonly string[];
  readonly lastNs: bigint;
}

/** Roll-ups know no runs. */
const NOT_ROLLED_UP: PointState = { through: 0, hoursThrough: 0, hasDeletions: false };
const METRICS_MAX = 10_000;
const SERIES_COLUMNS = "series, any(name) AS metric, any(kind) AS metric_kind, any(unit) AS metric_unit";

/** The metrics of a window, by name. With `details` also descriptions and the keys of labels, which take longer. */
export async function metricCatalog(
  store: StoreClient,
  project: string,
  filter: PointFilter,
  state: PointState,
  details: boolean,
): Promise<CatalogEntry[]> {
  const where = pointConditions(project, filter);
  const pieces = windowPieces(filter, isInRollUps(filter, state) ? state : NOT_ROLLED_UP);
  const more = rawConditions(where, project, filter, state);
  const common = `${SERIES_COLUMNS}, any(labels) AS series_labels, any(description) AS about, groupUniqArray(temporality) AS sums`;
  const rolled = (table: string) => (piece: string) =>
    `SELECT ${common}, sum(point_count) AS points, max(last_time) AS last FROM ${table} WHERE ${where.sql} AND ${piece} GROUP BY series`;
  const fresh = (piece: string) =>
    `SELECT ${common}, count() AS points, max(time) AS last FROM points WHERE ${[where.sql, ...more, piece].join(" AND ")} GROUP BY series`;
  const parts = [
    ...pieces.points.map(fresh),
    ...pieces.minutes.map(rolled("point_minutes")),
    ...pieces.hours.map(rolled("point_hours")),
  ];
  const labels = labelConditions(where, filter);
  const detail = details
    ? ", groupUniqArrayArray(JSONExtractKeys(series_labels)) AS label_keys, max(about) AS described"
    : "";
  const rows = await store.rows(
    `SELECT metric, metric_kind, metric_unit, sum(points) AS point_count, uniqExact(series) AS series_count, ` +
      `groupUniqArrayArray(sums) AS temporalities, max(last) AS last_seen${detail} ` +
      `FROM (${parts.join(" UNION ALL ")})${labels} ` +
      `GROUP BY metric, metric_kind, metric_unit ORDER BY metric, metric_kind, metric_unit LIMIT ${METRICS_MAX}`,
    { params: where.params },
  );
  return rows.map((row) => ({
    metric: row["metric"] as string,
    kind: pointKind(row["metric_kind"] as number),
    unit: row["metric_unit"] as string,
    points: Number(row["point_count"]),
    series: Number(row["series_count"]),
    temporalities: (row["temporalities"] as number[]).map((number) => TEMPORALITIES[number] ?? "unspecified"),
    description: (row["described"] as string | undefined) ?? "",
    labels: ((row["label_keys"] as string[] | undefined) ?? []).toSorted(),
    lastNs: BigInt(row["last_seen"] as bigint),
  }));
}
