// What stored spans take on disk once their parts are merged: opens the data of a stopped Talea, merges, and asks the
// engine. That is the state in which spans lie for most of their time.

import { startEngine } from "../src/engine/engine.ts";
import { LIMITS } from "../src/model/limits.ts";
import { StoreClient } from "../src/store/client.ts";

const COLUMNS_LISTED = 16;
const MERGE_TIME_S = 1800;

export interface DiskUse {
  /** Everything in the table's parts, indexes and projections included. */
  readonly bytesPerSpan: number;
  readonly indexBytesPerSpan: number;
  readonly projectionBytesPerSpan: number;
  /** The largest columns, bytes a span. */
  readonly columns: Readonly<Record<string, number>>;
  readonly mergeS: number;
}

/** Merges the spans of a data directory that no server runs on, and measures them. */
export async function diskUseAfterMerges(dataDirectory: string): Promise<DiskUse> {
  const engine = await startEngine({
    dataDirectory,
    owner: "the benchmark",
    log: () => undefined,
    memoryBytes: LIMITS.engineMemoryBytes,
    readers: 1,
    queryMemoryBytes: LIMITS.queryMemoryBytes,
    queryTimeMs: MERGE_TIME_S * 1000,
    queriesWaitingMax: 1,
  });
  const store = new StoreClient({ kind: "embedded", socketPath: engine.socketPath });
  try {
    const before = performance.now();
    await store.command(`OPTIMIZE TABLE spans FINAL`, { max_execution_time: MERGE_TIME_S });
    const mergeS = round((performance.now() - before) / 1000);
    return { mergeS, ...(await measure(store)) };
  } finally {
    await store.close();
    await engine.close();
  }
}

async function measure(store: StoreClient): Promise<Omit<DiskUse, "mergeS">> {
  const where = `WHERE database = currentDatabase() AND table = 'spans'`;
  const [parts] = await store.rows(
    "SELECT sum(rows) AS spans, sum(bytes_on_disk) AS bytes, sum(secondary_indices_compressed_bytes) AS index_bytes " +
      `FROM system.parts ${where} AND active`,
  );
  const [projections] = await store.rows(
    `SELECT sum(bytes_on_disk) AS bytes FROM system.projection_parts ${where} AND active`,
  );
  const columns = await store.rows(
    `SELECT name, data_compressed_bytes AS bytes FROM system.columns ${where} ORDER BY bytes DESC LIMIT ${COLUMNS_LISTED}`,
  );
  const spans = Number(parts?.["spans"]);
  const each = (bytes: unknown) => round(Number(bytes) / spans);
  return {
    bytesPerSpan: each(parts?.["bytes"]),
    indexBytesPerSpan: each(parts?.["index_bytes"]),
    projectionBytesPerSpan: each(projections?.["bytes"]),
    columns: Object.fromEntries(columns.map(({ name, bytes }) => [name as string, each(bytes)])),
  };
}

function round(value: number): number {
  return Number(value.toFixed(2));
}
