import { DERIVED_TABLES, JOURNALED_TABLES } from "../../model/columns.ts";
import { rollUpTables } from "../../model/roll-ups.ts";
import type { StoreClient } from "../client.ts";

/** What the records of one day take on disk, over all tables. */
export interface DayPartition {
  /** The day of receipt, such as 2026-11-23. */
  readonly day: string;
  readonly bytesOnDisk: number;
  readonly rows: number;
  readonly tables: readonly string[];
}

const TABLES: ReadonlySet<string> = new Set([
  ...[...JOURNALED_TABLES, ...DERIVED_TABLES].map(({ name }) => name),
  ...rollUpTables(),
]);
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** The days of which anything is stored, oldest first. */
export async function dayPartitions(store: StoreClient): Promise<DayPartition[]> {
  const rows = await store.rows(
    `SELECT partition, sum(bytes_on_disk) AS bytes, sum(rows) AS row_count, groupUniqArray(table) AS tables FROM system.parts ` +
      `WHERE database = currentDatabase() AND active GROUP BY partition ORDER BY partition`,
  );
  return rows
    .map((row) => ({
      day: String(row["partition"]).replaceAll("'", ""),
      bytesOnDisk: Number(row["bytes"]),
      rows: Number(row["row_count"]),
      tables: (row["tables"] as string[]).filter((name) => TABLES.has(name)),
    }))
    .filter(({ day }) => DAY.test(day));
}

const DROPPED_MAX = 30;

/** The days that were dropped last, newest first. */
export async function droppedDays(store: StoreClient): Promise<{ readonly day: string; readonly atMs: number }[]> {
  const rows = await store.rows(
    `SELECT day, toUnixTimestamp(max(received)) AS at_s FROM expirations GROUP BY day ` +
      `ORDER BY at_s DESC, day DESC LIMIT ${DROPPED_MAX}`,
  );
  return rows.map((row) => ({ day: String(row["day"]), atMs: Number(row["at_s"]) * 1000 }));
}

/** Deletes everything that was received on a day, and keeps in mind that it was there. */
export async function dropDay(store: StoreClient, { day, tables }: DayPartition): Promise<void> {
  const newest = ["spans", "events"].map(
    (table) => `SELECT max(offset) FROM ${table} WHERE toDate(received) = '${day}'`,
  );
  await store.command(
    `INSERT INTO expirations (received, day, through_offset) SELECT now('UTC'), '${day}', greatest((${newest.join("), (")}))`,
  );
  for (const table of tables) await store.command(`ALTER TABLE ${table} DROP PARTITION '${day}'`);
}
