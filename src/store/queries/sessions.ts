import type { StoreClient } from "../client.ts";
import type { Row } from "../native/block-reader.ts";
import { instantLiteral } from "../sql.ts";
import { type RunFilter, standingConditions } from "./runs.ts";

/** Where the next page begins. */
export interface SessionCursor {
  readonly last: string;
  readonly id: string;
}

/** Which of the sessions, besides the filter of their runs. */
export interface SessionChoice {
  readonly exceptRunIds: readonly string[];
  readonly only?: readonly string[];
  readonly except?: readonly string[];
  readonly limit: number;
  readonly cursor?: SessionCursor | undefined;
}

const SUMS = [
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

/** Sessions of settled runs, the one that was heard of last first. */
export async function settledSessions(
  store: StoreClient,
  project: string,
  filter: RunFilter,
  { exceptRunIds, only, except = [], limit, cursor }: SessionChoice,
): Promise<Row[]> {
  const where = standingConditions(project, filter, exceptRunIds);
  where.add("session != ''");
  where.oneOf("session", only);
  if (except.length > 0) where.add(`session NOT IN ${where.value(except, "Array(String)")}`);
  const after =
    cursor === undefined
      ? ""
      : ` AND (last_at, session) < (${instantLiteral(BigInt(cursor.last))}, ${where.value(cursor.id, "String")})`;
  // A run that was settled again has rows of each settling: the newest tells, and may only take back what was.
  const newest = `SELECT * FROM runs WHERE ${where.sql} ORDER BY n DESC, sign DESC LIMIT 1 BY run_id`;
  return store.rows(
    `SELECT session, count() AS runs, min(started_at) AS first_at, ` +
      `max(addNanoseconds(started_at, duration_ns)) AS last_at, ` +
      `argMaxIf(user, (started_at, run_id), user != '') AS last_user, ` +
      `groupUniqArrayArray(agents) AS all_agents, ${SUMS.map((column) => `sum(${column}) AS total_${column}`).join(", ")} ` +
      `FROM (${newest}) WHERE sign = 1 GROUP BY session HAVING runs > 0${after} ` +
      `ORDER BY last_at DESC, session DESC LIMIT ${limit}`,
    { params: where.params },
  );
}
