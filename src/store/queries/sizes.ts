import type { StoreClient } from "../client.ts";

/** Rows and bytes of each table, as far as it has any. */
export interface TableSize {
  readonly rows: number;
  readonly bytesOnDisk: number;
}

/** How large each table is: from the list of parts, without reading them. */
export async function tableSizes(store: StoreClient): Promise<ReadonlyMap<string, TableSize>> {
  const rows = await store.rows(
    `SELECT table, sum(rows) AS row_count, sum(bytes_on_disk) AS bytes FROM system.parts ` +
      `WHERE database = currentDatabase() AND active GROUP BY table`,
  );
  return new Map(
    rows.map((row) => [row["table"] as string, { rows: Number(row["row_count"]), bytesOnDisk: Number(row["bytes"]) }]),
  );
}
