// Which metrics there are, and how many points of each: from the roll-ups, and from the points that are not in them.

import { type PointKind, TEMPORALITIES } from "../../model/vocabulary.ts";
import type { StoreClient } from "../client.ts";
import { instantLiteral } from "../sql.ts";
import {
  isInRollUps,
  labelConditions,
  type PointFilter,
  type PointState,
  pointConditions,
  pointKind,
  rawWindow,
} from "./points.ts";

export interface CatalogEntry {
  readonly metric: string;
  readonly kind: PointKind;
  readonly unit: string;
  /** In the window widened to whole minutes. */
  readonly points: number;
  readonly series: number;
  readonly temporalities: readonly (typeof TEMPORALITIES)[number][];
  readonly description: string;
  readonly labels: readonly string[];
  readonly lastNs: bigint;
}

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
  const isRolled = isInRollUps(filter, state);
  const fresh = rawWindow(where, project, filter, state) + (isRolled ? ` AND offset > ${state.through}` : "");
  const common = `${SERIES_COLUMNS}, any(labels) AS series_labels, any(description) AS about, groupUniqArray(temporality) AS sums`;
  const parts = [
    `SELECT ${common}, count() AS points, max(time) AS last FROM points WHERE ${where.sql} AND ${fresh} GROUP BY series`,
  ];
  if (isRolled) {
    parts.push(
      `SELECT ${common}, sum(point_count), max(last_time) FROM point_minutes ` +
        `WHERE ${where.sql} AND ${minuteWindow(filter, state)} GROUP BY series`,
    );
  }
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

/** The minutes that overlap the window, of the batches that are rolled up. */
function minuteWindow({ sinceNs, untilNs }: PointFilter, { through }: PointState): string {
  return [
    `through_offset <= ${through}`,
    `minute >= toStartOfMinute(${instantLiteral(sinceNs)}) AND minute < ${instantLiteral(untilNs)}`,
    `toStartOfHour(minute) >= toStartOfHour(${instantLiteral(sinceNs)})`,
  ].join(" AND ");
}
