// Rolls points up by series and minute, batch by batch in the order of their offsets. A batch is noted before its rows
// are written and closed after; its insert carries a token made of its offsets. A crash in between repeats it, and the
// token makes what was done before a no-op. Readers take closed batches only, and points after the last one as they are.

import { POINT_MINUTES, ROLL_UPS } from "../../model/columns.ts";
import type { StoreClient } from "../client.ts";
import { encodeBlock, TableBuilder } from "../native/table-builder.ts";
import { NEWEST_KEY } from "./points.ts";
import { sketchKey } from "./points-sketch.ts";

/** More rows than a batch can have. */
const ROWS_MAX = 2_000_000;

/** The points after one offset up to another. */
export interface PointBatch {
  readonly fromOffset: number;
  readonly throughOffset: number;
}

/** The last batch that was noted, and whether it is closed; undefined when there is none. */
export async function lastBatch(store: StoreClient): Promise<(PointBatch & { readonly isDone: boolean }) | undefined> {
  const rows = await store.rows(
    `SELECT from_offset, through_offset, max(done) AS is_done FROM roll_ups ` +
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
): Promise<PointBatch | undefined> {
  const range = `offset > ${Math.floor(fromOffset)} AND offset <= ${Math.floor(throughOffset)}`;
  const [row] = await store.rows(
    `SELECT count() AS found, max(offset) AS last FROM ` +
      `(SELECT offset FROM points WHERE ${range} ORDER BY offset LIMIT ${pointsMax})`,
  );
  const found = Number(row?.["found"] ?? 0);
  if (found === 0) return undefined;
  return { fromOffset, throughOffset: found < pointsMax ? throughOffset : Number(row?.["last"]) };
}

/** Notes that a batch is to be rolled up, or that it is. */
export async function noteBatch(
  store: StoreClient,
  batch: PointBatch,
  receivedS: number,
  isDone: boolean,
): Promise<void> {
  const builder = new TableBuilder(ROLL_UPS);
  const { columns } = builder;
  const row = builder.addRow();
  columns.received.put(row, receivedS);
  columns.from_offset.put(row, batch.fromOffset);
  columns.through_offset.put(row, batch.throughOffset);
  columns.done.put(row, isDone ? 1 : 0);
  const token = `roll-up/${batch.fromOffset}/${batch.throughOffset}/${isDone ? "done" : "open"}`;
  await store.insert(ROLL_UPS.name, Object.keys(ROLL_UPS.columns), [encodeBlock(builder as TableBuilder)], token);
}

/** Writes the rows of a batch. A second time does nothing. */
export async function rollUp(store: StoreClient, { fromOffset, throughOffset }: PointBatch): Promise<void> {
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
  const rows =
    `SELECT project, max(newest_received), toUInt64(${throughOffset}), any(metric), any(metric_kind), ` +
    "max(metric_temporality), any(metric_unit), max(about), series, any(series_labels), any(from_service), any(of_agent), " +
    "minute, sum(amount), sum(total), min(least), max(most), argMax(newest, newest_key), max(newest_time), " +
    "argMax(newest_offset, newest_key), " +
    `if(${isGauge}, groupArray(bucket), []), if(${isGauge}, groupArray(toUInt32(amount)), []) ` +
    `FROM (${byBucket}) GROUP BY project, series, minute, day`;
  await store.command(`INSERT INTO point_minutes (${Object.keys(POINT_MINUTES.columns).join(", ")}) ${rows}`, {
    insert_deduplication_token: `roll-up/${fromOffset}/${throughOffset}`,
    insert_deduplicate: 1,
    async_insert: 0,
    max_insert_threads: "1",
    // All rows in one block, so that the token stands for all of them.
    min_insert_block_size_rows: String(ROWS_MAX),
    min_insert_block_size_bytes: "0",
  });
}
