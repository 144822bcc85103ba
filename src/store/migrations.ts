// The schema's versions. Migrations only add: a frame of an older version loads into newer tables, and an older writer
// goes on working beside a newer one. A change that cannot be an addition is a new table and a copy.

import {
  AGENT_MINUTES,
  DERIVED_TABLES,
  EXPIRATIONS,
  JOURNALED_TABLES,
  POINT_MINUTES,
  ROLL_UPS,
  RUN_CALLS,
} from "../model/columns.ts";
import type { StoreClient } from "./client.ts";
import { createTableSql } from "./schema.ts";

interface Migration {
  readonly version: number;
  readonly what: string;
  readonly statements: readonly string[];
}

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
