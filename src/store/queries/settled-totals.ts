// Sums over the settled tables, of what was taken in in a window of receipt: what a scraper counts. Rows are
// partitioned by receipt, so that a window reads the days that it touches. Names and agents beyond the wanted ones are
// added up as one.

import { RUN_STATUSES } from "../../model/vocabulary.ts";
import type { StoreClient } from "../client.ts";
import type { Row } from "../native/block-reader.ts";
import { Conditions } from "../sql.ts";

/** Seconds since 1970; `toS` does not belong to it. */
export interface ReceivedWindow {
  readonly fromS: number;
  readonly toS: number;
}

/** Ended runs of a name and status. */
export interface RunTotals {
  readonly name: string;
  readonly status: string;
  readonly count: number;
  readonly seconds: number;
  /** How many took at most as long as each bound. */
  readonly atMost: readonly number[];
}

export const AGENT_TOTALS = [
  "tasks",
  "task_errors",
  "llm_calls",
  "llm_errors",
  "tool_calls",
  "tool_errors",
  "llm_ns",
  "tool_ns",
  "working_ns",
  "waiting_ns",
  "idle_ns",
  "present_ns",
] as const;

export interface AgentTotals {
  readonly agent: string;
  readonly sums: Readonly<Record<(typeof AGENT_TOTALS)[number], number>>;
}

export interface MessageTotals {
  readonly messages: number;
  readonly tokens: number;
}

const NS_PER_S = 1e9;

/** The names that stand most often in a window: of runs, or of agents. */
export async function frequentNames(
  store: StoreClient,
  project: string,
  table: "runs" | "run_agents",
  window: ReceivedWindow,
  limit: number,
): Promise<string[]> {
  const where = received(project, window);
  const column = table === "runs" ? "name" : "agent";
  const rows = await store.rows(
    `SELECT ${column} AS found, sum(sign) AS total FROM ${table} WHERE ${where.sql} ` +
      `GROUP BY found HAVING total > 0 ORDER BY total DESC, found LIMIT ${Math.floor(limit)}`,
    { params: where.params },
  );
  return rows.map((row) => row["found"] as string);
}

/** Ended runs by name and status; `other` stands for names that are not among the wanted. Bounds in seconds. */
export async function runTotals(
  store: StoreClient,
  project: string,
  window: ReceivedWindow,
  names: readonly string[],
  boundsS: readonly number[],
  other: string,
): Promise<RunTotals[]> {
  const where = received(project, window);
  const name = oneOrOther(where, "name", names, other);
  const atMost = boundsS.map((bound) => `sumIf(sign, duration_ns <= ${Math.round(bound * NS_PER_S)})`).join(", ");
  const rows = await store.rows(
    `SELECT ${name} AS run_name, status, sum(sign) AS total, sum(sign * toFloat64(duration_ns)) AS ns, ` +
      `[${atMost}] AS at_most FROM runs WHERE ${where.sql} GROUP BY run_name, status`,
    { params: where.params },
  );
  return rows.map((row) => ({
    name: row["run_name"] as string,
    status: RUN_STATUSES[row["status"] as number] as string,
    count: Number(row["total"]),
    seconds: Number(row["ns"]) / NS_PER_S,
    atMost: (row["at_most"] as unknown[]).map(Number),
  }));
}

/** What agents did in ended runs; `other` stands for agents that are not among the wanted. */
export async function agentTotals(
  store: StoreClient,
  project: string,
  window: ReceivedWindow,
  agents: readonly string[],
  other: string,
): Promise<AgentTotals[]> {
  const where = received(project, window);
  const agent = oneOrOther(where, "agent", agents, other);
  const sums = AGENT_TOTALS.map((column) => `sum(sign * toInt64(${column})) AS total_${column}`).join(", ");
  const rows = await store.rows(
    `SELECT ${agent} AS agent_name, ${sums} FROM run_agents WHERE ${where.sql} GROUP BY agent_name`,
    { params: where.params },
  );
  return rows.map((row) => ({ agent: row["agent_name"] as string, sums: sumsOf(row) }));
}

/** Messages between agents of ended runs, and the tokens that they were estimated to take. */
export async function messageTotals(
  store: StoreClient,
  project: string,
  window: ReceivedWindow,
): Promise<MessageTotals> {
  const where = received(project, window);
  where.add("kind NOT IN ('input', 'output')");
  const rows = await store.rows(
    `SELECT sum(sign) AS messages, sumIf(sign * toFloat64(tokens), NOT isNaN(tokens)) AS tokens ` +
      `FROM messages WHERE ${where.sql}`,
    { params: where.params },
  );
  return { messages: Number(rows[0]?.["messages"] ?? 0), tokens: Number(rows[0]?.["tokens"] ?? 0) };
}

function received(project: string, { fromS, toS }: ReceivedWindow): Conditions {
  const where = new Conditions(project);
  where.add(`received >= toDateTime(${Math.floor(fromS)}, 'UTC') AND received < toDateTime(${Math.floor(toS)}, 'UTC')`);
  return where;
}

function oneOrOther(where: Conditions, column: string, wanted: readonly string[], other: string): string {
  const known = where.value(wanted, "Array(String)");
  return `if(has(${known}, toString(${column})), toString(${column}), ${where.value(other, "String")})`;
}

function sumsOf(row: Row): AgentTotals["sums"] {
  return Object.fromEntries(
    AGENT_TOTALS.map((column) => [column, Number(row[`total_${column}`])]),
  ) as unknown as AgentTotals["sums"];
}
