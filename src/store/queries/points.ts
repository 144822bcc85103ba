// Questions to the points of metrics: which points, and how they are grouped.
//
// Every question has two levels. The inner one reads points and makes one row per series and step, because grouping by
// the 8 bytes of `series` is several times as fast as by texts; the outer one takes labels apart, once per series
// instead of once per point, and adds up the series of a group:
//
//   points ─▶ GROUP BY series, step ─▶ labels of the series ─▶ GROUP BY metric, unit, group, step

import { POINT_KINDS, type PointKind } from "../../model/vocabulary.ts";
import type { StoreClient } from "../client.ts";
import { Conditions, instantLiteral } from "../sql.ts";

/** Which points. Values of one filter are alternatives, different filters hold together. */
export interface PointFilter {
  readonly sinceNs: bigint;
  readonly untilNs: bigint;
  readonly name?: readonly string[];
  readonly kind?: readonly PointKind[];
  readonly unit?: readonly string[];
  readonly service?: readonly string[];
  readonly agent?: readonly string[];
  readonly runId?: readonly string[];
  /** Values of labels by their key. */
  readonly labels?: ReadonlyMap<string, readonly string[]>;
}

export interface PointGrouping {
  /** Keys of labels; `service` and `agentId` are labels too. */
  readonly by: readonly string[];
  /** Length of a step; absent: the whole window is one. */
  readonly stepMs?: number;
}

/** Whose figures a row holds. */
export interface PointGroup {
  readonly metric: string;
  readonly unit: string;
  /** The values of the labels that it is grouped by, in their order; empty where a series lacks one. */
  readonly group: readonly string[];
  /** Steps since 1970; 0 without steps. */
  readonly step: number;
}

/** How a point is placed in time: of two at one instant the later record is the newer. */
export const NEWEST_KEY = "bitShiftLeft(toUInt128(toUnixTimestamp64Nano(time)), 64) + offset";

export const NS = "toUnixTimestamp64Nano(time)";
const NS_PER_MS = 1_000_000n;

/** The conditions that hold for `points` and for `point_minutes`; labels are left to `labelConditions`. */
export function pointConditions(project: string, filter: PointFilter): Conditions {
  const where = new Conditions(project);
  where.oneOf("name", filter.name);
  where.oneOf("unit", filter.unit);
  where.oneOf("service", filter.service);
  where.oneOf("agent", filter.agent);
  if (filter.kind !== undefined) where.add(`kind IN (${filter.kind.map((kind) => `'${kind}'`).join(", ")})`);
  return where;
}

/** What else holds for `points`: the window, and what `rawConditions` says. */
export function rawWindow(where: Conditions, project: string, filter: PointFilter, state: PointState): string {
  const since = instantLiteral(filter.sinceNs);
  // The sort key has the hour: it is what granules are left out by.
  const window = `time >= ${since} AND time < ${instantLiteral(filter.untilNs)} AND toStartOfHour(time) >= toStartOfHour(${since})`;
  return [window, ...rawConditions(where, project, filter, state)].join(" AND ");
}

/** The run of points, and that they were not deleted with it. */
export function rawConditions(
  where: Conditions,
  project: string,
  { runId }: PointFilter,
  state: PointState,
): readonly string[] {
  const conditions: string[] = [];
  if (runId !== undefined && runId.length > 0) conditions.push(`run_id IN ${where.value(runId, "Array(String)")}`);
  if (state.hasDeletions) {
    const deletions = `FROM deletions WHERE project = ${where.value(project, "String")}`;
    conditions.push(
      `(run_id = '' OR run_id NOT IN (SELECT run_id ${deletions}))`,
      `(trace_id = toFixedString('', 16) OR trace_id NOT IN (SELECT trace_id ${deletions}))`,
    );
  }
  return conditions;
}

/** Whether roll-ups can answer: they know no runs. */
export function isInRollUps({ runId }: PointFilter, { through }: PointState): boolean {
  return through > 0 && (runId === undefined || runId.length === 0);
}

/** The step that an instant falls into, from its nanoseconds as SQL. */
export function stepOf(nanoseconds: string, { stepMs }: PointGrouping): string {
  if (stepMs === undefined) return "toInt64(0)";
  return `intDiv(${nanoseconds}, ${BigInt(stepMs) * NS_PER_MS})`;
}

/**
 * What the inner level says of a series besides its figures. Of a million points each text costs 10 ms: what everybody
 * knows and what nobody asks for is not read.
 */
export function seriesColumns(
  where: Conditions,
  { name, labels }: PointFilter,
  { by }: Pick<PointGrouping, "by">,
): string {
  const [only, ...others] = name ?? [];
  const metric = only !== undefined && others.length === 0 ? where.value(only, "String") : "any(name)";
  const needsLabels = by.length > 0 || (labels?.size ?? 0) > 0;
  return `series, ${metric} AS metric, any(unit) AS metric_unit, ${needsLabels ? "any(labels)" : "''"} AS series_labels`;
}

/**
 * Adds up the series of a group. `inner` has seriesColumns, `step` and what `figures` needs; `where` holds the inner
 * one's parameters, to which those of the outer one are added; `keys` are further columns to group by.
 */
export function groupedSql(
  inner: string,
  figures: string,
  where: Conditions,
  { by }: PointGrouping,
  filter: PointFilter,
  keys = "",
): string {
  return (
    `SELECT metric, metric_unit, ${groupValues(where, by)} AS group_values, step, ${figures} FROM (${inner})` +
    `${labelConditions(where, filter)} GROUP BY metric, metric_unit, group_values, step${keys === "" ? "" : `, ${keys}`} ` +
    "ORDER BY metric, metric_unit, group_values, step"
  );
}

/** The values of labels by which series are grouped, as SQL over `series_labels`. */
export function groupValues(where: Conditions, by: readonly string[]): string {
  if (by.length === 0) return "CAST([], 'Array(String)')";
  return `[${by.map((key) => `JSONExtractString(series_labels, ${where.value(key, "String")})`).join(", ")}]`;
}

/** ` WHERE …` over `series_labels`, or nothing. */
export function labelConditions(where: Conditions, { labels }: PointFilter): string {
  const conditions = [...(labels ?? [])].map(
    ([key, values]) =>
      `JSONExtractString(series_labels, ${where.value(key, "String")}) IN ${where.value(values, "Array(String)")}`,
  );
  return conditions.length === 0 ? "" : ` WHERE ${conditions.join(" AND ")}`;
}

/** What has to be known before points are asked for. */
export interface PointState {
  /** The points up to this offset are rolled up by the minute, 0 when none are. */
  readonly through: number;
  /** The points up to this offset are rolled up by the hour, too. */
  readonly hoursThrough: number;
  /** Whether anything was deleted at all: looking for it costs more than the rest. */
  readonly hasDeletions: boolean;
}

export async function pointState(store: StoreClient, project: string): Promise<PointState> {
  const where = new Conditions(project);
  const rows = await store.rows(
    `SELECT max(minutes) AS through, max(hours) AS hours_through, max(found) AS deleted FROM (` +
      `SELECT max(through_offset) AS minutes, 0 AS hours, 0 AS found FROM roll_ups WHERE done = 1 ` +
      "UNION ALL SELECT 0, max(through_offset), 0 FROM hour_roll_ups WHERE done = 1 " +
      `UNION ALL SELECT 0, 0, count() FROM deletions WHERE ${where.sql})`,
    { params: where.params },
  );
  const of = (name: string) => Number(rows[0]?.[name] ?? 0);
  return { through: of("through"), hoursThrough: of("hours_through"), hasDeletions: of("deleted") > 0 };
}

export function pointKind(number: number): PointKind {
  return POINT_KINDS[number] as PointKind;
}
