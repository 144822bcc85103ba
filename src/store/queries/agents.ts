import { addBuckets, type Buckets } from "../../base/histogram.ts";
import { AGENT_SUMS, STATE_SUMS } from "../../model/roll-ups.ts";
import type { StoreClient } from "../client.ts";
import { type GroupSums, rollUpSums } from "./roll-up-sums.ts";

export interface AgentFilter {
  readonly sinceNs: bigint;
  readonly untilNs: bigint;
  readonly name?: readonly string[];
  readonly service?: readonly string[];
  /** Runs that are left out: they are counted elsewhere. */
  readonly exceptRunIds?: readonly string[];
}

/** What an agent did in a window in the settled runs: counts, tokens, nanoseconds in each state. */
export interface AgentSums {
  readonly name: string;
  readonly services: readonly string[];
  readonly sums: Readonly<Record<string, number>>;
  readonly completion: Buckets;
}

const COUNTED = [...Object.keys(AGENT_SUMS.sums), ...Object.keys(AGENT_SUMS.highest)];
const STATES = Object.keys(STATE_SUMS.sums);

/**
 * Agents over a window: what is counted, of the runs in which their last span ended in it; how long they were in which
 * state, minute by minute of the window. By name.
 */
export async function agentSums(store: StoreClient, project: string, filter: AgentFilter): Promise<AgentSums[]> {
  const { name, service, ...window } = filter;
  const [counted, states] = await Promise.all([
    rollUpSums(
      store,
      project,
      AGENT_SUMS,
      { ...window, groupBy: ["agent", "services"], filter: { agent: name, services: service } },
      { sums: COUNTED, withBuckets: true },
    ),
    rollUpSums(
      store,
      project,
      STATE_SUMS,
      { ...window, groupBy: ["agent"], filter: { agent: name, service } },
      { sums: STATES },
    ),
  ]);
  const byAgent = Map.groupBy([...counted, ...states], ({ group }) => group[0] as string);
  return [...byAgent]
    .map(([agent, rows]) => together(agent, rows))
    .filter(({ sums }) => isThere(sums, "runs", "present_ns"));
}

function together(name: string, rows: readonly GroupSums[]): AgentSums {
  const sums: Record<string, number> = {};
  for (const row of rows) {
    for (const [column, value] of Object.entries(row.sums)) {
      const known = sums[column] ?? 0;
      sums[column] = column in AGENT_SUMS.highest ? Math.max(known, value) : known + value;
    }
  }
  return {
    name,
    services: [...new Set(rows.flatMap(({ group }) => (group[1] ?? []) as readonly string[]))].sort(),
    sums,
    completion: addBuckets(rows.map(({ buckets }) => buckets)),
  };
}

function isThere(sums: AgentSums["sums"], ...names: readonly string[]): boolean {
  return names.some((name) => (sums[name] ?? 0) > 0);
}
