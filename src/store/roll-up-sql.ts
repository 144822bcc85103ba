// Roll-ups as SQL: the statements that make them, and the pieces that a question about a window is put together from.
// The engine merges rows of one group and period in its own time, so whoever reads adds up what is there.

import { PERIODS, type Period, type RollUp } from "../model/roll-ups.ts";

/** Names inside a piece: apart from those of columns, which expressions speak of. */
const inner = (name: string) => `r_${name}`;

/** Which of a roll-up's sums a question is about; of its histogram a question of its own is asked. */
export type Wanted = ReadonlySet<string> | "buckets" | "all";

const isWanted = (wanted: Wanted, name: string) => wanted === "all" || (wanted !== "buckets" && wanted.has(name));

/** What each row of the source contributes, by inner names. */
function contributions({ sums, parts = {}, highest = {}, buckets }: RollUp, sign: string, wanted: Wanted): string[] {
  const chosen = (columns: Readonly<Record<string, string>>) =>
    Object.entries(columns).filter(([name]) => isWanted(wanted, name));
  return [
    ...chosen(sums).map(([name, of]) => `${sign} * toInt64(${of}) AS ${inner(name)}`),
    ...chosen(parts).map(([name, of]) => `${sign} * toFloat64(${of}) AS ${inner(name)}`),
    ...chosen(highest).map(([name, of]) => `toFloat64(${of}) AS ${inner(name)}`),
    ...(buckets === undefined || !(wanted === "buckets" || wanted === "all")
      ? []
      : [
          `arrayMap(i -> toInt16(i), ${buckets.indexes}) AS ${inner("indexes")}`,
          `arrayMap(c -> ${sign} * toInt64(c), ${buckets.counts}) AS ${inner("counts")}`,
        ]),
  ];
}

/** The aggregates over pieces, by the sums' own names. */
export function aggregates({ sums, parts = {}, highest = {} }: RollUp, wanted: Wanted): string[] {
  const chosen = (columns: Readonly<Record<string, string>>) =>
    Object.keys(columns).filter((name) => isWanted(wanted, name));
  return [
    ...[...chosen(sums), ...chosen(parts)].map((name) => `sum(${inner(name)}) AS ${name}`),
    ...chosen(highest).map((name) => `max(${inner(name)}) AS ${name}`),
  ];
}

/** The aggregate of a histogram's count, of pieces that `bucketsOfPiece` opened. */
export const BUCKET_COUNT = `sum(${inner("count")})`;

/** Rows of the source: `condition` says which, `sign` what they count. */
export function rowsPiece(rollUp: RollUp, wanted: Wanted, condition: string, sign = "sign"): string {
  const { source, at, only, by } = rollUp;
  const keys = Object.entries(by).map(([key, type]) => textKey(type, key));
  const where = [condition, ...(only === undefined ? [] : [only])].map((part) => `(${part})`).join(" AND ");
  return (
    `SELECT ${[...keys, `toUnixTimestamp(${at}) AS at_s`, ...contributions(rollUp, sign, wanted)].join(", ")} ` +
    `FROM ${source.name} WHERE ${where}`
  );
}

/** Whole periods of a roll-up. */
export function periodsPiece(rollUp: RollUp, wanted: Wanted, period: Period, condition: string): string {
  const { name, by, sums, parts = {}, highest = {} } = rollUp;
  const chosen = (columns: Readonly<Record<string, string>>) =>
    Object.keys(columns).filter((column) => isWanted(wanted, column));
  return `SELECT ${[
    ...Object.keys(by),
    "toUnixTimestamp(period) AS at_s",
    ...[...chosen(sums), ...chosen(parts)].map((column) => `${column} AS ${inner(column)}`),
    ...chosen(highest).map((column) => `toFloat64(${column}) AS ${inner(column)}`),
    ...(wanted === "buckets" ? [`buckets.1 AS ${inner("indexes")}`, `buckets.2 AS ${inner("counts")}`] : []),
  ].join(", ")} FROM ${name}_${period} WHERE ${condition}`;
}

/** The same piece with a row for each bucket: `bucket` and its count. */
export function bucketsOfPiece({ by }: RollUp, piece: string): string {
  return (
    `SELECT ${[...Object.keys(by), "at_s", "bucket", inner("count")].join(", ")} FROM (${piece}) ` +
    `ARRAY JOIN ${inner("indexes")} AS bucket, ${inner("counts")} AS ${inner("count")}`
  );
}

function textKey(type: string, key: string): string {
  return type.startsWith("Array") ? key : `CAST(${key} AS LowCardinality(String)) AS ${key}`;
}

/**
 * Makes a roll-up's tables, fills them with what is settled already, and keeps them by views from then on. May be
 * repeated after a crash, while nothing else writes.
 */
export function rollUpStatements(rollUp: RollUp): string[] {
  return rollUp.periods.flatMap((period) => {
    const table = `${rollUp.name}_${period}`;
    const filling = fillingQuery(rollUp, period);
    return [
      `DROP VIEW IF EXISTS ${table}_view`,
      `DROP TABLE IF EXISTS ${table}`,
      createTable(rollUp, period, table),
      `INSERT INTO ${table} ${filling}`,
      `CREATE MATERIALIZED VIEW ${table}_view TO ${table} AS ${filling}`,
    ];
  });
}

function createTable(
  { doc, by, sums, parts = {}, highest = {}, buckets }: RollUp,
  period: Period,
  table: string,
): string {
  const columns = [
    "project LowCardinality(String)",
    "day Date COMMENT 'Of receipt'",
    "period DateTime('UTC') CODEC(Delta(4), ZSTD(1))",
    ...Object.entries(by).map(([name, type]) => `${name} ${type}`),
    ...Object.keys(sums).map((name) => `${name} SimpleAggregateFunction(sum, Int64) CODEC(T64, ZSTD(1))`),
    ...Object.keys(parts).map((name) => `${name} SimpleAggregateFunction(sum, Float64) CODEC(ZSTD(1))`),
    ...Object.keys(highest).map((name) => `${name} SimpleAggregateFunction(max, Float64) CODEC(ZSTD(1))`),
    ...(buckets === undefined
      ? []
      : ["buckets SimpleAggregateFunction(sumMap, Tuple(Array(Int16), Array(Int64))) CODEC(ZSTD(1))"]),
  ];
  return (
    `CREATE TABLE ${table} (${columns.join(", ")}) ENGINE = AggregatingMergeTree PARTITION BY day ` +
    `ORDER BY (project, period, ${Object.keys(by).join(", ")}, day) SETTINGS ` +
    "non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1, " +
    `old_parts_lifetime = 60 COMMENT '${doc}: by the ${period.slice(0, -1)}'`
  );
}

function fillingQuery(rollUp: RollUp, period: Period): string {
  const { source, at, only, by, buckets } = rollUp;
  const keys = Object.entries(by).map(([key, type]) => textKey(type, key));
  const group = ["project", "day", "period", ...Object.keys(by)];
  const start = `toDateTime(intDiv(toUnixTimestamp(${at}), ${PERIODS[period]}) * ${PERIODS[period]}, 'UTC') AS period`;
  const rows =
    `SELECT ${["project", "toDate(received) AS day", start, ...keys, ...contributions(rollUp, "sign", "all")].join(", ")} ` +
    `FROM ${source.name}${only === undefined ? "" : ` WHERE ${only}`}`;
  const histogram = buckets === undefined ? [] : [`sumMap(${inner("indexes")}, ${inner("counts")}) AS buckets`];
  return `SELECT ${[...group, ...aggregates(rollUp, "all"), ...histogram].join(", ")} FROM (${rows}) GROUP BY ${group.join(", ")}`;
}
