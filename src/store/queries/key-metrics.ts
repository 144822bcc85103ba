import type { StoreClient } from "../client.ts";
import { Conditions, instantLiteral } from "../sql.ts";

/** What the five key figures of a window consist of. Durations in milliseconds; NaN: nothing to measure. */
export interface WindowFigures {
  readonly runs: number;
  readonly failedRuns: number;
  readonly durationP50Ms: number;
  readonly durationP90Ms: number;
  readonly durationP99Ms: number;
  readonly durationMaxMs: number;
  /** Transfers on critical paths ÷ wall time, over the runs that have the figure. */
  readonly communicationTime: number;
  /** Tokens of other agents' messages ÷ all tokens, likewise. */
  readonly communicationTokens: number;
  readonly tokensInAll: number;
  readonly busyMs: number;
  readonly presentMs: number;
  readonly taskCount: number;
  readonly failedTasks: number;
  readonly calls: number;
  readonly failedCalls: number;
}

/** Figures over the runs that ended in a window and are settled, each run by its last settling. */
export async function windowFigures(
  store: StoreClient,
  project: string,
  window: { readonly sinceNs: bigint; readonly untilNs: bigint },
): Promise<WindowFigures> {
  const [runs, agents] = await Promise.all([runFigures(store, project, window), agentFigures(store, project, window)]);
  return { ...runs, ...agents } as unknown as WindowFigures;
}

type Window = Parameters<typeof windowFigures>[2];

/** Runs may have begun long before the window in which they end. */
const LONGEST_RUN_S = 86_400;

async function runFigures(store: StoreClient, project: string, { sinceNs, untilNs }: Window) {
  const where = new Conditions(project);
  where.add(`started_at >= ${instantLiteral(sinceNs)} - INTERVAL ${LONGEST_RUN_S} SECOND`);
  where.add(`sign = 1 AND agentic = 1`);
  const last = {
    state: "status",
    took_ns: "duration_ns",
    share_of_time: "communication_time",
    share_of_tokens: "communication_tokens",
    tokens: "tokens_input + tokens_output",
    ended: "addNanoseconds(started_at, duration_ns)",
  };
  const [row] = await store.rows(
    `SELECT count() AS runs, countIf(state = 'failed') AS failedRuns, ` +
      `quantileExact(0.5)(took_ns) / 1e6 AS durationP50Ms, quantileExact(0.9)(took_ns) / 1e6 AS durationP90Ms, ` +
      `quantileExact(0.99)(took_ns) / 1e6 AS durationP99Ms, max(took_ns) / 1e6 AS durationMaxMs, ` +
      `sumIf(share_of_time * took_ns, isFinite(share_of_time)) / ` +
      `sumIf(took_ns, isFinite(share_of_time)) AS communicationTime, ` +
      `sumIf(share_of_tokens * tokens, isFinite(share_of_tokens)) / ` +
      `sumIf(tokens, isFinite(share_of_tokens)) AS communicationTokens, sum(tokens) AS tokensInAll ` +
      `FROM (SELECT ${Object.entries(last).map(([name, of]) => `argMax(${of}, n) AS ${name}`)} ` +
      `FROM runs WHERE ${where.sql} GROUP BY run_id) ` +
      `WHERE ended >= ${instantLiteral(sinceNs)} AND ended < ${instantLiteral(untilNs)}`,
    { params: where.params },
  );
  return numbersOf(row);
}

async function agentFigures(store: StoreClient, project: string, { sinceNs, untilNs }: Window) {
  const where = new Conditions(project);
  where.add(`ended_at >= ${instantLiteral(sinceNs)} AND ended_at < ${instantLiteral(untilNs)}`);
  where.add(`started_at >= ${instantLiteral(sinceNs)} - INTERVAL ${LONGEST_RUN_S} SECOND`);
  const [row] = await store.rows(
    `SELECT sum(sign * (llm_ns + tool_ns + working_ns)) / 1e6 AS busyMs, sum(sign * present_ns) / 1e6 AS presentMs, ` +
      `sum(sign * tasks) AS taskCount, sum(sign * task_errors) AS failedTasks, ` +
      `sum(sign * (llm_calls + tool_calls)) AS calls, sum(sign * (llm_errors + tool_errors)) AS failedCalls ` +
      `FROM run_agents WHERE ${where.sql}`,
    { params: where.params },
  );
  return numbersOf(row);
}

function numbersOf(row: Readonly<Record<string, unknown>> | undefined): Record<string, number> {
  return Object.fromEntries(Object.entries(row ?? {}).map(([name, value]) => [name, Number(value)]));
}
