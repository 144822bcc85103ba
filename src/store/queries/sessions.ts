import { DATABASE, type StoreClient } from "../client.ts";
import type { Row } from "../native/block-reader.ts";
import { instantLiteral } from "../sql.ts";
import { filterConditions, type RunFilter } from "./runs.ts";

/** Where the next page begins. */
export interface SessionCursor {
  readonly last: string;
  readonly id: string;
}

/** Sessions of settled runs, the one that was heard of last first: Σ sign · x. */
export async function settledSessions(
  store: StoreClient,
  project: string,
  filter: RunFilter,
  limit: number,
  cursor: SessionCursor | undefined,
): Promise<Row[]> {
  const where = filterConditions(project, filter);
  where.add("session != ''");
  const sums = [
    "error_count",
    "tokens_input",
    "tokens_output",
    "tokens_cache_read",
    "tokens_cache_write",
    "tokens_reasoning",
    "cost_nano",
    "unpriced_calls",
    "priced",
  ];
  const after =
    cursor === undefined
      ? ""
      : ` AND (last_at, session) < (${instantLiteral(BigInt(cursor.last))}, ${where.value(cursor.id, "String")})`;
  // A run that was settled again has a row of each settling: the newest stands for it.
  const newest = `SELECT * FROM ${DATABASE}.runs WHERE ${where.sql} ORDER BY n DESC LIMIT 1 BY run_id`;
  return store.rows(
    `SELECT session, count() AS runs, min(started_at) AS first_at, ` +
      `max(addNanoseconds(started_at, duration_ns)) AS last_at, anyLast(user) AS last_user, ` +
      `groupUniqArrayArray(agents) AS all_agents, ${sums.map((column) => `sum(${column}) AS total_${column}`).join(", ")} ` +
      `FROM (${newest}) GROUP BY session HAVING runs > 0${after} ORDER BY last_at DESC, session DESC LIMIT ${limit}`,
    { params: where.params },
  );
}
