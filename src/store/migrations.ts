// The schema's versions. Migrations only add: a frame of an older version loads into newer tables, and an older writer
// goes on working beside a newer one. A change that cannot be an addition is a new table and a copy.

import {
  AGENT_MINUTES,
  CONFIG,
  DERIVED_TABLES,
  EXPIRATIONS,
  HOUR_ROLL_UPS,
  JOURNALED_TABLES,
  MINMAX_ENDED,
  POINT_HOURS,
  POINT_MINUTES,
  REPEATS,
  ROLL_UPS,
  RUN_CALLS,
  RUN_EDGES,
  RUN_ERRORS,
} from "../model/columns.ts";
import { ROLL_UP_FAMILIES } from "../model/roll-ups.ts";
import type { StoreClient } from "./client.ts";
import { rollUpStatements } from "./roll-up-sql.ts";
import { createTableSql } from "./schema.ts";

interface Migration {
  readonly version: number;
  readonly what: string;
  readonly statements: readonly string[];
}

/** What is known of edges from their messages: tokens and cost of an edge are more than what its messages say. */
const EDGES_OF_OLD_RUNS = `INSERT INTO run_edges (project, received, run_id, n, sign, ended_at, from_agent, to_agent,
  messages, delegates, replies, handoffs, sends, broadcasts, bytes, tokens, cost_nano)
SELECT project, received, run_id, n, sign, max(at) AS ended_at, from_agent, to_agent, count(), countIf(kind = 'delegate'),
  countIf(kind = 'reply'), countIf(kind = 'handoff'), countIf(kind = 'send'), countIf(kind = 'broadcast'),
  if(countIf(isFinite(bytes)) = 0, nan, sumIf(bytes, isFinite(bytes))), nan, nan
FROM messages WHERE kind NOT IN ('input', 'output') AND (SELECT count() FROM run_edges) = 0
GROUP BY project, received, run_id, n, sign, from_agent, to_agent`;

const MIGRATIONS: readonly Migration[] = [
  {
    version: 1,
    what: "the tables",
    statements: [...JOURNALED_TABLES, ...DERIVED_TABLES].map((table) => createTableSql(table)),
  },
  {
    version: 2,
    what: "agents by the minute, calls by model and tool, points by the minute",
    statements: [AGENT_MINUTES, RUN_CALLS, POINT_MINUTES, ROLL_UPS].map((table) => createTableSql(table)),
  },
  { version: 3, what: "which days were dropped", statements: [createTableSql(EXPIRATIONS)] },
  {
    version: 4,
    what: "sums by the hour and by the day",
    statements: [
      "ALTER TABLE runs ADD COLUMN IF NOT EXISTS ended_at DateTime64(9, 'UTC') DEFAULT addNanoseconds(started_at, duration_ns)",
      ...["tasks", "task_errors", "llm_errors", "tool_errors"].map(
        (name) => `ALTER TABLE runs ADD COLUMN IF NOT EXISTS ${name} UInt32 CODEC(T64, ZSTD(1))`,
      ),
      ...["runs", "run_agents"].map((name) => `ALTER TABLE ${name} ADD INDEX IF NOT EXISTS ${MINMAX_ENDED.slice(6)}`),
      createTableSql(RUN_EDGES),
      EDGES_OF_OLD_RUNS,
      ...ROLL_UP_FAMILIES.flatMap(rollUpStatements),
    ],
  },
  { version: 5, what: "errors of ended runs", statements: [createTableSql(RUN_ERRORS)] },
  { version: 6, what: "which records are repeats", statements: [createTableSql(REPEATS)] },
  { version: 7, what: "what people keep", statements: [createTableSql(CONFIG)] },
  {
    version: 8,
    what: "points by the hour",
    statements: [POINT_HOURS, HOUR_ROLL_UPS].map((table) => createTableSql(table)),
  },
];

const VERSIONS_TABLE = `CREATE TABLE IF NOT EXISTS schema_versions (
  version UInt32, what String, applied_at DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC')
) ENGINE = MergeTree ORDER BY version`;

export const NEWEST_SCHEMA = MIGRATIONS[MIGRATIONS.length - 1]?.version ?? 0;

/** The store was written by a newer Talea. */
export class DowngradeError extends Error {
  override readonly name = "DowngradeError";
}

/** Brings the schema up to date. Safe to repeat after a crash. Throws DowngradeError or StoreError. */
export async function migrate(store: StoreClient): Promise<void> {
  await store.ensureDatabase();
  await store.command(VERSIONS_TABLE);
  const [newest] = await store.rows(`SELECT max(version) AS version FROM schema_versions`);
  const applied = Number(newest?.["version"]);
  if (applied > NEWEST_SCHEMA) {
    throw new DowngradeError(
      `The data was written by a newer Talea (schema ${applied}; this one knows ${NEWEST_SCHEMA}). ` +
        "Start that version again, or use another --data directory.",
    );
  }
  for (const { version, what, statements } of MIGRATIONS) {
    if (version <= applied) continue;
    for (const statement of statements) await store.command(statement);
    await store.command(`INSERT INTO schema_versions (version, what) VALUES (${version}, '${what}')`);
  }
}
