// Rolls points up by series and minute, and the minutes by the hour, batch by batch in the order of offsets. A batch is
// noted before its rows are written and closed after; its insert carries a token made of its offsets. A crash in between
// repeats it, and the token makes what was done before a no-op. Readers take closed batches only; what comes after the
// last one of a level they read from the level below:
//
//   offset   0 ──────────── hours ────────────┬──── minutes ────┬──── points ────▶
//                                        last of hours     last of minutes

import { HOUR_ROLL_UPS, POINT_HOURS, POINT_MINUTES, ROLL_UPS } from "../../model/columns.ts";
import type { StoreClient } from "../client.ts";
import { encodeBlock, TableBuilder } from "../native/table-builder.ts";
import { NEWEST_KEY } from "./points.ts";
import { sketchKey } from "./points-sketch.ts";

/** Of which length a rolled up row is. */
export type RollUpLevel = "minutes" | "hours";

const TABLES = {
  minutes: { rows: POINT_MINUTES, notes: ROLL_UPS },
  hours: { rows: POINT_HOURS, notes: HOUR_ROLL_UPS },
} as const;
/** More rows than a batch can have. */
const ROWS_MAX = 2_000_000;

/** The points after one offset up to another. */
export interface PointBatch {
  readonly fromOffset: number;
  readonly throughOffset: number;
}

/** The last batch that was noted, and whether it is closed; undefined when there is none. */
export async function lastBatch(
  store: StoreClient,
  level: RollUpLevel,
): Promise<(PointBatch & { readonly isDone: boolean }) | undefined> {
  const rows = await store.rows(
    `SELECT from_offset, through_offset, max(done) AS is_done FROM ${TABLES[level].notes.name} ` +
      "GROUP BY from_offset, through_offset ORDER BY through_offset DESC LIMIT 1",
  );
  const [row] = rows;
  if (row === undefined) return undefined;
  return {
    fromOffset: Number(row["from_offset"]),
    throughOffset: Number(row["through_offset"]),
    isDone: row["is_done"] === 1,
  };
}

/** The next batch: at most `pointsMax` points after one offset and up to another. Undefined when there are none. */
export async function nextBatch(
  store: StoreClient,
  fromOffset: number,
  throughOffset: number,
  pointsMax: number,
): Promise<(PointBatch & { readonly points: number }) | undefined> {
  const range = `offset > ${Math.floor(fromOffset)} AND offset <= ${Math.floor(throughOffset)}`;
  const [row] = await store.rows(
    `SELECT count() AS found, max(offset) AS last FROM ` +
      `(SELECT offset FROM points WHERE ${range} ORDER BY offset LIMIT ${pointsMax})`,
  );
  const found = Number(row?.["found"] ?? 0);
  if (found === 0) return undefined;
  const last = found < pointsMax ? throughOffset : Number(row?.["last"]);
  return { fromOffset, throughOffset: last, points: found };
}

/**
 * The next batch of hours: whole batches of minutes, those that follow one offset up to another, until they have
 * `rowsMax` rows. Undefined when there are none.
 */
export async function nextHours(
  store: StoreClient,
  fromOffset: number,
  throughOffset: number,
  rowsMax: number,
): Promise<PointBatch | undefined> {
  const rows = await store.rows(
    `SELECT through_offset, count() AS found FROM point_minutes WHERE through_offset > ${Math.floor(fromOffset)} ` +
      `AND through_offset <= ${Math.floor(throughOffset)} GROUP BY through_offset ORDER BY through_offset`,
  );
  let [last, found]: [number | undefined, number] = [undefined, 0];
  for (const row of rows) {
    found += Number(row["found"]);
    if (last !== undefined && found > rowsMax) break;
    last = Number(row["through_offset"]);
  }
  return last === undefined ? undefined : { fromOffset, throughOffset: last };
}

/** Notes that a batch is to be rolled up, or that it is. */
export async function noteBatch(
  store: StoreClient,
  level: RollUpLevel,
  batch: PointBatch,
  receivedS: number,
  isDone: boolean,
): Promise<void> {
  const { notes } = TABLES[level];
  const builder = new TableBuilder(notes);
  const { columns } = builder;
  const row = builder.addRow();
  columns.received.put(row, receivedS);
  columns.from_offset.put(row, batch.fromOffset);
  columns.through_offset.put(row, batch.throughOffset);
  columns.done.put(row, isDone ? 1 : 0);
  const token = `${tokenOf(level, batch)}/${isDone ? "done" : "open"}`;
  await store.insert(notes.name, Object.keys(notes.columns), [encodeBlock(builder as TableBuilder)], token);
}

/** Writes the rows of a batch. A second time does nothing. */
export async function rollUp(store: StoreClient, level: RollUpLevel, batch: PointBatch): Promise<void> {
  const { rows } = TABLES[level];
  const select = level === "minutes" ? minutesOf(batch) : hoursOf(batch);
  await store.command(`INSERT INTO ${rows.name} (${Object.keys(rows.columns).join(", ")}) ${select}`, {
    insert_deduplication_token: tokenOf(level, batch),
    insert_deduplicate: 1,
    async_insert: 0,
    max_insert_threads: "1",
    // All rows in one block, so that the token stands for all of them.
    min_insert_block_size_rows: String(ROWS_MAX),
    min_insert_block_size_bytes: "0",
  });
}

function tokenOf(level: RollUpLevel, { fromOffset, throughOffset }: PointBatch): string {
  return `${level === "minutes" ? "roll-up" : "roll-up-hours"}/${fromOffset}/${throughOffset}`;
}

function minutesOf({ fromOffset, throughOffset }: PointBatch): string {
  const day = "toDate(received)";
  const batch = `offset > ${Math.floor(fromOffset)} AND offset <= ${Math.floor(throughOffset)}`;
  // First by bucket of the sketch, then the buckets of a minute side by side.
  const byBucket =
    `SELECT project, series, toStartOfMinute(time) AS minute, ${day} AS day, ` +
    `if(kind = 'gauge', ${sketchKey("value")}, toInt16(0)) AS bucket, ` +
    "any(name) AS metric, any(kind) AS metric_kind, max(temporality) AS metric_temporality, any(unit) AS metric_unit, " +
    "max(description) AS about, any(labels) AS series_labels, any(service) AS from_service, any(agent) AS of_agent, " +
    "max(received) AS newest_received, count() AS amount, sum(value) AS total, min(value) AS least, max(value) AS most, " +
    `argMax(value, ${NEWEST_KEY}) AS newest, max(${NEWEST_KEY}) AS newest_key, max(time) AS newest_time, ` +
    `argMax(offset, ${NEWEST_KEY}) AS newest_offset ` +
    `FROM points WHERE ${batch} GROUP BY project, series, minute, day, bucket`;
  const isGauge = "any(metric_kind) = 'gauge'";
  return (
    `SELECT project, max(newest_received), toUInt64(${throughOffset}), any(metric), any(metric_kind), ` +
    "max(metric_temporality), any(metric_unit), max(about), series, any(series_labels), any(from_service), any(of_agent), " +
    "minute, sum(amount), sum(total), min(least), max(most), argMax(newest, newest_key), max(newest_time), " +
    "argMax(newest_offset, newest_key), " +
    `if(${isGauge}, groupArray(bucket), []), if(${isGauge}, groupArray(toUInt32(amount)), []) ` +
    `FROM (${byBucket}) GROUP BY project, series, minute, day`
  );
}

/** The newest point of rolled up rows, as NEWEST_KEY is for points. */
export const NEWEST_ROLLED_KEY = "bitShiftLeft(toUInt128(toUnixTimestamp64Nano(last_time)), 64) + last_offset";

function hoursOf({ fromOffset, throughOffset }: PointBatch): string {
  const batch = `through_offset > ${Math.floor(fromOffset)} AND through_offset <= ${Math.floor(throughOffset)}`;
  const sketch = "sumMap(sketch_keys, sketch_counts)";
  return (
    `SELECT project, max(received), toUInt64(${throughOffset}), any(name), any(kind), max(temporality), any(unit), ` +
    "max(description), series, any(labels), any(service), any(agent), toStartOfHour(minute) AS hour, sum(point_count), " +
    "sum(value_sum), min(value_min), max(value_max), " +
    `argMax(last_value, ${NEWEST_ROLLED_KEY}), max(last_time), argMax(last_offset, ${NEWEST_ROLLED_KEY}), ` +
    `${sketch}.1, arrayMap(c -> toUInt32(c), ${sketch}.2) ` +
    `FROM point_minutes WHERE ${batch} GROUP BY project, series, hour, toDate(received)`
  );
}
