import type { StoreClient } from "../client.ts";
import { Conditions, instantLiteral } from "../sql.ts";

export interface CostSums {
  readonly group: string;
  readonly costNano: number;
  /** Calls or runs with a price. */
  readonly priced: number;
  readonly unpricedCalls: number;
  readonly calls: number;
  readonly tokens: {
    readonly input: number;
    readonly output: number;
    readonly cacheRead: number;
    readonly cacheWrite: number;
    readonly reasoning: number;
  };
}

const SUMS = {
  cost_nano: "cost_nano",
  priced: "priced",
  unpriced_calls: "unpriced_calls",
  calls: "llm_calls",
  tokens_input: "tokens_input",
  tokens_output: "tokens_output",
  tokens_cache_read: "tokens_cache_read",
  tokens_cache_write: "tokens_cache_write",
  tokens_reasoning: "tokens_reasoning",
} as const;

/** What the runs of each session or user cost that ended in a window, the dearest first. Throws StoreError. */
export async function costsOfRuns(
  store: StoreClient,
  project: string,
  by: "session" | "user",
  { sinceNs, untilNs }: { readonly sinceNs: bigint; readonly untilNs: bigint },
  limit: number,
): Promise<CostSums[]> {
  const where = new Conditions(project);
  where.add(`ended_at >= ${instantLiteral(sinceNs)} AND ended_at < ${instantLiteral(untilNs)}`);
  const sums = Object.entries(SUMS).map(([name, column]) => `sum(sign * toInt64(${column})) AS sum_${name}`);
  const rows = await store.rows(
    `SELECT ${by} AS found, ${sums.join(", ")}, sum(sign) AS runs FROM runs WHERE ${where.sql} ` +
      `GROUP BY found HAVING runs > 0 ORDER BY sum_cost_nano DESC, found LIMIT ${Math.floor(limit)}`,
    { params: where.params },
  );
  return rows.map((row) => {
    const sum = (name: keyof typeof SUMS) => Number(row[`sum_${name}`]);
    return costSums(row["found"] as string, sum);
  });
}

/** Puts the sums of a group together. */
export function costSums(group: string, sum: (name: keyof typeof SUMS) => number): CostSums {
  return {
    ...{ group, costNano: sum("cost_nano"), priced: sum("priced"), unpricedCalls: sum("unpriced_calls") },
    calls: sum("calls"),
    tokens: {
      input: sum("tokens_input"),
      output: sum("tokens_output"),
      cacheRead: sum("tokens_cache_read"),
      cacheWrite: sum("tokens_cache_write"),
      reasoning: sum("tokens_reasoning"),
    },
  };
}
