// The figures of ended runs as families: what they took, what their agents did, what they spent on talking.

import type { AgentTotals } from "../../store/queries/settled-totals.ts";
import type { Family, Sample, SimpleFamily } from "./exposition.ts";
import { DURATION_BOUNDS_S, type SettledTotals } from "./settled-figures.ts";

const NS_PER_S = 1e9;

type Sums = AgentTotals["sums"];

/** The states of agents that have a counter, in nanoseconds. */
const AGENT_TIMES: Readonly<Record<string, { readonly help: string; readonly of: (sums: Sums) => number }>> = {
  busy: { help: "in model calls, tools and own work", of: (sums) => sums.llm_ns + sums.tool_ns + sums.working_ns },
  waiting: { help: "waiting for other agents or people", of: (sums) => sums.waiting_ns },
  idle: { help: "between its spans", of: (sums) => sums.idle_ns },
  present: { help: "busy, waiting or idle", of: (sums) => sums.present_ns },
};

export function runFamilies({ runs, agents, messages }: SettledTotals): Family[] {
  const counter = (name: string, help: string, samples: readonly Sample[]): SimpleFamily => ({
    ...{ name, help, type: "counter", samples },
  });
  return [
    {
      name: "talea_run_duration_seconds",
      help: "How long ended runs took",
      type: "histogram",
      bounds: DURATION_BOUNDS_S,
      samples: runs.map(({ name, status, atMost, count, seconds }) => ({
        labels: { name, status },
        ...{ atMost, count, sum: seconds },
      })),
    },
    ...Object.entries(AGENT_TIMES).map(([state, { help, of }]) =>
      counter(
        `talea_agent_${state}_seconds_total`,
        `Time that the agent was ${help}, in ended runs`,
        agents.map(({ agent, sums }) => ({ labels: { agent }, value: of(sums) / NS_PER_S })),
      ),
    ),
    counter("talea_communication_messages_total", "Messages between the agents of ended runs", [
      { value: messages.messages },
    ]),
    counter("talea_communication_tokens_total", "Tokens of these messages, estimated", [{ value: messages.tokens }]),
    counter("talea_runs_total", "Ended runs", byStatus(runs)),
    counter("talea_tasks_total", "Ended tasks of ended runs", outcomes(agents, "tasks", "task_errors")),
    counter("talea_llm_calls_total", "Model calls of ended runs", outcomes(agents, "llm_calls", "llm_errors")),
    counter("talea_tool_calls_total", "Tool calls of ended runs", outcomes(agents, "tool_calls", "tool_errors")),
  ];
}

function byStatus(runs: SettledTotals["runs"]): Sample[] {
  return [...Map.groupBy(runs, ({ status }) => status)].map(([status, alike]) => ({
    labels: { status },
    value: alike.reduce((sum, { count }) => sum + count, 0),
  }));
}

function outcomes(agents: readonly AgentTotals[], all: keyof Sums, failed: keyof Sums): Sample[] {
  const sum = (name: keyof Sums) => agents.reduce((total, { sums }) => total + sums[name], 0);
  return [
    { labels: { status: "completed" }, value: Math.max(0, sum(all) - sum(failed)) },
    { labels: { status: "failed" }, value: sum(failed) },
  ];
}
