import type { Buckets } from "../../base/histogram.ts";
import type { StoreClient } from "../client.ts";
import type { Row } from "../native/block-reader.ts";
import { Conditions, instantLiteral } from "../sql.ts";

export interface AgentFilter {
  readonly sinceNs: bigint;
  readonly untilNs: bigint;
  readonly name?: readonly string[];
  readonly service?: readonly string[];
  /** Runs that are left out: they are counted elsewhere. */
  readonly exceptRunIds?: readonly string[];
}

/** What an agent did in the settled runs of a window: sums, and its completion times in buckets. */
export interface AgentSums {
  readonly name: string;
  readonly sums: Row;
  readonly services: readonly string[];
  readonly completion: Buckets;
}

/** The columns that add up. */
export const AGENT_SUMS = [
  "tasks",
  "task_errors",
  "tokens_input",
  "tokens_output",
  "tokens_cache_read",
  "tokens_cache_write",
  "tokens_reasoning",
  "cost_nano",
  "unpriced_calls",
  "priced",
  "llm_calls",
  "llm_errors",
  "tool_calls",
  "tool_errors",
  "messages_sent",
  "messages_received",
  "llm_ns",
  "tool_ns",
  "working_ns",
  "waiting_ns",
  "human_ns",
  "idle_ns",
  "present_ns",
] as const;

const AGENTS_MAX = 10_000;

/** Agents over a window: Σ sign · x over the settled runs that began in it. */
export async function agentSums(store: StoreClient, project: string, filter: AgentFilter): Promise<AgentSums[]> {
  const where = conditions(project, filter);
  const sums = AGENT_SUMS.map((column) => `sum(sign * ${column}) AS ${column}`).join(", ");
  const [rows, buckets] = await Promise.all([
    store.rows(
      `SELECT agent AS name, sum(sign) AS runs, max(ended_at) AS last_seen, max(completion_max_ms) AS longest_ms, ` +
        `groupUniqArrayArray(services) AS all_services, ${sums} ` +
        `FROM run_agents WHERE ${where.sql} GROUP BY agent HAVING runs > 0 ORDER BY agent LIMIT ${AGENTS_MAX}`,
      { params: where.params },
    ),
    store.rows(
      `SELECT agent AS name, bucket, sum(sign * amount) AS total FROM run_agents ` +
        `ARRAY JOIN completion_indexes AS bucket, completion_counts AS amount ` +
        `WHERE ${where.sql} GROUP BY agent, bucket HAVING total > 0 ORDER BY agent, bucket`,
      { params: where.params },
    ),
  ]);
  const completionOf = Map.groupBy(buckets, (row) => row["name"] as string);
  return rows.map((row) => {
    const own = completionOf.get(row["name"] as string) ?? [];
    return {
      name: row["name"] as string,
      sums: row,
      services: row["all_services"] as string[],
      completion: {
        indexes: own.map((bucket) => bucket["bucket"] as number),
        counts: own.map((bucket) => Number(bucket["total"])),
      },
    };
  });
}

function conditions(project: string, filter: AgentFilter): Conditions {
  const { sinceNs, untilNs, name, service, exceptRunIds = [] } = filter;
  const where = new Conditions(project);
  where.add(`started_at >= ${instantLiteral(sinceNs)} AND started_at < ${instantLiteral(untilNs)}`);
  // The sort key has the hour: it is what parts and granules are left out by.
  where.add(`toStartOfHour(started_at) >= toStartOfHour(${instantLiteral(sinceNs)})`);
  where.oneOf("agent", name);
  if (exceptRunIds.length > 0) where.add(`run_id NOT IN ${where.value(exceptRunIds, "Array(String)")}`);
  if (service !== undefined && service.length > 0) {
    where.add(`hasAny(services, ${where.value(service, "Array(String)")})`);
  }
  return where;
}
