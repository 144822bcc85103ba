import { fromHex } from "../../base/hex.ts";
import { columnNames, RUN_TRACES, SCHEMA_VERSION } from "../../model/columns.ts";
import { RUN_RULES } from "../../model/vocabulary.ts";
import type { StoreClient } from "../client.ts";
import { encodeBlock, TableBuilder } from "../native/table-builder.ts";
import { Conditions, instantLiteral } from "../sql.ts";

/** A trace of a single span without a parent: a library that loses the context makes one of each span. */
export interface LoneTraceRow {
  readonly traceId: string;
  readonly service: string;
  readonly scope: string;
  readonly session: string;
  readonly startNs: bigint;
  readonly endNs: bigint;
  /** Whether its span is a run or an agent, which others may lie in. */
  readonly contains: boolean;
}

const TRACES_MAX = 100_000;

/** The lone traces of a service and scope within a time. */
export async function loneTraces(
  store: StoreClient,
  project: string,
  around: Pick<LoneTraceRow, "service" | "scope" | "startNs" | "endNs">,
): Promise<LoneTraceRow[]> {
  const where = new Conditions(project);
  where.add(`service = ${where.value(around.service, "String")} AND scope = ${where.value(around.scope, "String")}`);
  where.add(`started_at >= ${instantLiteral(around.startNs)} AND started_at <= ${instantLiteral(around.endNs)}`);
  const rows = await store.rows(
    `SELECT trace_id, any(session) AS of_session, min(started_at) AS start, ` +
      `max(addNanoseconds(started_at, duration_ns)) AS end, any(kind IN ('run', 'agent')) AS contains ` +
      `FROM spans WHERE ${where.sql} GROUP BY trace_id ` +
      `HAVING uniqExact(span_id) = 1 AND max(parent_id) = toFixedString('', 8) LIMIT ${TRACES_MAX}`,
    { params: where.params },
  );
  return rows.map((row) => ({
    traceId: row["trace_id"] as string,
    service: around.service,
    scope: around.scope,
    session: row["of_session"] as string,
    startNs: BigInt(row["start"] as bigint),
    endNs: BigInt(row["end"] as bigint),
    contains: Number(row["contains"]) === 1,
  }));
}

/** Writes that traces lie in others (rule `grouped`). Repeating it with the same token does nothing. */
export async function writeGroups(
  store: StoreClient,
  project: string,
  groups: ReadonlyMap<string, string>,
  offset: number,
  receivedS: number,
  token: string,
): Promise<void> {
  const builder = new TableBuilder(RUN_TRACES);
  const { columns } = builder;
  for (const [traceId, around] of groups) {
    const row = builder.addRow();
    columns.project.put(row, project);
    columns.received.put(row, receivedS);
    columns.offset.put(row, offset);
    columns.trace_id.put(row, fromHex(traceId) as Uint8Array);
    columns.run_id.put(row, around);
    columns.rule.put(row, RUN_RULES.grouped);
  }
  await store.insert(
    RUN_TRACES.name,
    columnNames(RUN_TRACES, SCHEMA_VERSION),
    [encodeBlock(builder as TableBuilder)],
    token,
  );
}
