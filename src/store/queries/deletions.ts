import { fromHex } from "../../base/hex.ts";
import { DELETIONS, SIGNED_TABLES, type Table } from "../../model/columns.ts";
import { isTraceId } from "../../model/ids.ts";
import type { StoreClient } from "../client.ts";
import { encodeBlock, TableBuilder } from "../native/table-builder.ts";

/** Something that was deleted: a trace, or a run id by which events name a run. */
export interface Deletion {
  readonly project: string;
  readonly traceId: string;
  readonly runId: string;
}

export async function allDeletions(store: StoreClient): Promise<Deletion[]> {
  const rows = await store.rows(`SELECT DISTINCT project, trace_id, run_id FROM deletions`);
  return rows.map((row) => ({
    project: row["project"] as string,
    traceId: row["trace_id"] as string,
    runId: row["run_id"] as string,
  }));
}

/** Notes what is deleted: every question leaves it out from then on. */
export async function writeDeletions(
  store: StoreClient,
  deletions: readonly Deletion[],
  receivedS: number,
  throughOffset: number,
  token: string,
): Promise<void> {
  const builder = new TableBuilder(DELETIONS);
  const { columns } = builder;
  for (const { project, traceId, runId } of deletions) {
    const row = builder.addRow();
    columns.project.put(row, project);
    columns.received.put(row, receivedS);
    if (isTraceId(traceId)) columns.trace_id.put(row, fromHex(traceId) as Uint8Array);
    columns.run_id.put(row, runId);
    columns.through_offset.put(row, throughOffset);
  }
  const names = Object.keys((DELETIONS as Table).columns);
  await store.insert(DELETIONS.name, names, [encodeBlock(builder as TableBuilder)], token);
}

const BY_TRACE = ["spans", "contents", "span_facts", "run_traces", "events", "points"];
const BY_RUN = ["events", "points", "run_traces", ...SIGNED_TABLES.map(({ name }) => name)];

/** Rewrites the parts that hold deleted records, so that they are gone from disk. Heavy: for quiet hours. */
export async function purgeDeleted(store: StoreClient): Promise<void> {
  const settings = { mutations_sync: "1" } as const;
  for (const table of BY_TRACE) {
    const deleted = `SELECT project, trace_id FROM deletions WHERE trace_id != toFixedString('', 16)`;
    await store.command(`ALTER TABLE ${table} DELETE WHERE (project, trace_id) IN (${deleted})`, settings);
  }
  for (const table of BY_RUN) {
    const deleted = `SELECT project, run_id FROM deletions WHERE run_id != ''`;
    await store.command(`ALTER TABLE ${table} DELETE WHERE (project, run_id) IN (${deleted})`, settings);
  }
}
