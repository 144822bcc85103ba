import type { StoreClient } from "../client.ts";
import type { Block } from "../native/block-reader.ts";
import { Conditions, containsPattern, instantLiteral } from "../sql.ts";
import { RUN_EVENT_COLUMNS } from "./run-rows.ts";

/** Which events, over all runs. Types may end in `*`. */
export interface EventFilter {
  readonly types: readonly string[];
  readonly agent?: readonly string[];
  readonly runId?: readonly string[];
  readonly level?: readonly string[];
  readonly service?: readonly string[];
  readonly text?: string;
  readonly sinceNs: bigint;
  readonly untilNs: bigint;
}

/** Where the next page begins. */
export interface EventCursor {
  readonly time: string;
  readonly offset: string;
}

/** Events that pass a filter, newest first, each id once. */
export async function searchEvents(
  store: StoreClient,
  project: string,
  filter: EventFilter,
  limit: number,
  cursor: EventCursor | undefined,
): Promise<Block[]> {
  const where = new Conditions(project);
  where.add(`time >= ${instantLiteral(filter.sinceNs)} AND time < ${instantLiteral(filter.untilNs)}`);
  const deleted = `FROM deletions WHERE project = ${where.value(project, "String")}`;
  where.add(`run_id = '' OR run_id NOT IN (SELECT run_id ${deleted})`);
  where.add(`trace_id = toFixedString('', 16) OR trace_id NOT IN (SELECT trace_id ${deleted})`);
  if (filter.types.length > 0) where.add(filter.types.map((type) => typeCondition(where, type)).join(" OR "));
  where.oneOf("agent", filter.agent);
  where.oneOf("run_id", filter.runId);
  where.oneOf("level", filter.level);
  where.oneOf("service", filter.service);
  if (filter.text !== undefined) {
    const pattern = where.value(containsPattern(filter.text), "String");
    where.add(["type", "agent", "message", "data"].map((column) => `${column} ILIKE ${pattern}`).join(" OR "));
  }
  if (cursor !== undefined) {
    where.add(`(time, offset) < (${instantLiteral(BigInt(cursor.time))}, ${where.value(cursor.offset, "UInt64")})`);
  }
  return store.blocks(
    `SELECT ${RUN_EVENT_COLUMNS.join(", ")} FROM events WHERE ${where.sql} ` +
      `ORDER BY time DESC, offset DESC LIMIT 1 BY id LIMIT ${limit}`,
    { params: where.params },
  );
}

function typeCondition(where: Conditions, type: string): string {
  if (!type.endsWith("*")) return `type = ${where.value(type, "String")}`;
  return `startsWith(type, ${where.value(type.slice(0, -1), "String")})`;
}
