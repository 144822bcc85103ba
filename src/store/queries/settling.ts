import { SIGNED_TABLES } from "../../model/columns.ts";
import type { StoreClient } from "../client.ts";
import { Conditions } from "../sql.ts";

/** Everything that a SELECT finds is inserted at once. */
const ONE_BLOCK = {
  max_insert_threads: "1",
  min_insert_block_size_rows: "1000000000",
  min_insert_block_size_bytes: "0",
} as const;

/** An intention to settle, or a settling that is done. */
export interface Intention {
  readonly project: string;
  readonly runId: string;
  readonly n: number;
  readonly throughOffset: number;
  readonly batch: string;
  readonly asOfMs: number;
  readonly traceIds: readonly string[];
  readonly runIds: readonly string[];
}

/** How often a run was settled, and whether its rows still stand: they do not when it became part of another run. */
export interface TimesSettled {
  readonly n: number;
  readonly stands: boolean;
}

/** How often each of some runs was settled; runs that never were are absent. */
export async function timesSettled(
  store: StoreClient,
  project: string,
  runIds: readonly string[],
): Promise<ReadonlyMap<string, TimesSettled>> {
  const where = new Conditions(project);
  where.oneOf("run_id", runIds);
  const rows = await store.rows(
    `SELECT run_id, max(n) AS times, argMax(length(traces) + length(names), n) AS members ` +
      `FROM settled WHERE ${where.sql} GROUP BY run_id`,
    { params: where.params },
  );
  return new Map(
    rows.map((row) => [row["run_id"] as string, { n: Number(row["times"]), stands: Number(row["members"]) > 0 }]),
  );
}

/** Intentions that a crash left open, of all projects. */
export async function openIntentions(store: StoreClient): Promise<Intention[]> {
  const rows = await store.rows(
    `SELECT project, run_id, n, any(through_offset) AS through, any(batch) AS batch_id, any(as_of_ms) AS as_of, ` +
      `any(traces) AS trace_ids, any(names) AS run_names ` +
      `FROM settled WHERE run_id != '' GROUP BY project, run_id, n HAVING max(done) = 0`,
  );
  return rows.map((row) => ({
    project: row["project"] as string,
    runId: row["run_id"] as string,
    n: Number(row["n"]),
    throughOffset: Number(row["through"]),
    batch: row["batch_id"] as string,
    asOfMs: Number(row["as_of"]),
    traceIds: row["trace_ids"] as string[],
    runIds: row["run_names"] as string[],
  }));
}

/** Everything up to this offset is settled, as far as the settling job has noted it. */
export async function settledThrough(store: StoreClient): Promise<number> {
  const rows = await store.rows(`SELECT max(through_offset) AS through FROM settled WHERE run_id = ''`);
  return Number(rows[0]?.["through"] ?? 0);
}

/**
 * Takes the rows of earlier settlings of runs back, with sign −1, in the name of a later one. All rows of a statement
 * go in as one block, so that its token tells whether they did; the same runs in any order make the same statements.
 */
export async function takeBack(
  store: StoreClient,
  project: string,
  runs: readonly { readonly runId: string; readonly n: number }[],
  batch: string,
): Promise<void> {
  const byTimes = Map.groupBy(runs, ({ n }) => n);
  for (const { name, columns } of SIGNED_TABLES) {
    const names = Object.keys(columns);
    const values = names.map((column) =>
      column === "sign" ? "toInt8(-1)" : column === "n" ? "toUInt32(n + 1)" : column,
    );
    for (const [n, ofTimes] of byTimes) {
      const where = new Conditions(project);
      where.oneOf("run_id", ofTimes.map(({ runId }) => runId).sort());
      where.add(`n = ${n - 1} AND sign = 1`);
      await store.command(
        `INSERT INTO ${name} (${names.join(", ")}) SELECT ${values.join(", ")} ` + `FROM ${name} WHERE ${where.sql}`,
        {
          insert_deduplication_token: `settle/${batch}/${name}/back/${n}`,
          insert_deduplicate: 1,
          deduplicate_blocks_in_dependent_materialized_views: 1,
          async_insert: 0,
          ...ONE_BLOCK,
        },
        where.params,
      );
    }
  }
}

/** What was taken in after an offset and belongs to traces and runs: how the settling job goes on after a restart. */
export interface UnsettledTrace {
  readonly traceId: string;
  readonly firstOffset: number;
  readonly lastOffset: number;
  readonly lastReceivedS: number;
  readonly startedMs: number;
  readonly records: number;
}

export async function tracesSince(store: StoreClient, offset: number): Promise<UnsettledTrace[]> {
  const rows = await store.rows(
    `SELECT trace_id, min(offset) AS first, max(offset) AS last, toUInt32(max(received)) AS seen, ` +
      `toInt64(toUnixTimestamp64Milli(min(started_at))) AS started, count() AS records ` +
      `FROM spans WHERE offset > ${Math.floor(offset)} GROUP BY trace_id`,
    { settings: { max_result_rows: "0" } },
  );
  return rows.map((row) => ({
    traceId: row["trace_id"] as string,
    firstOffset: Number(row["first"]),
    lastOffset: Number(row["last"]),
    lastReceivedS: Number(row["seen"]),
    startedMs: Number(row["started"]),
    records: Number(row["records"]),
  }));
}

export interface UnsettledName {
  readonly runId: string;
  readonly firstOffset: number;
  readonly lastOffset: number;
  readonly lastReceivedS: number;
}

export async function namedRunsSince(store: StoreClient, offset: number): Promise<UnsettledName[]> {
  const rows = await store.rows(
    `SELECT run_id, min(offset) AS first, max(offset) AS last, toUInt32(max(received)) AS seen ` +
      `FROM events WHERE offset > ${Math.floor(offset)} AND run_id != '' GROUP BY run_id`,
  );
  return rows.map((row) => ({
    runId: row["run_id"] as string,
    firstOffset: Number(row["first"]),
    lastOffset: Number(row["last"]),
    lastReceivedS: Number(row["seen"]),
  }));
}

/** Through which offset traces, and runs that events name, are settled: those with settlings beyond an offset. */
export async function settledSince(
  store: StoreClient,
  offset: number,
): Promise<{ readonly traces: ReadonlyMap<string, number>; readonly names: ReadonlyMap<string, number> }> {
  const from = `FROM settled WHERE done = 1 AND run_id != '' AND through_offset > ${Math.floor(offset)}`;
  const read = async (column: string) => {
    const sql = `SELECT arrayJoin(${column}) AS key, max(through_offset) AS through ${from} GROUP BY key`;
    const rows = await store.rows(sql, { settings: { max_result_rows: "0" } });
    return new Map(rows.map((row) => [row["key"] as string, Number(row["through"])]));
  };
  return { traces: await read("traces"), names: await read("names") };
}
