import type { Agent } from "../../model/shapes.ts";
import { formatCount, formatDuration, formatShare, UNKNOWN } from "../base/format.ts";
import { formatRate } from "../state/key-figure-texts.ts";
import { AgentName } from "../widgets/agent-name.tsx";
import { AgentStateMark } from "../widgets/agent-state.tsx";
import { SplitBar } from "../widgets/split-bar.tsx";
import type { Column } from "../widgets/table.tsx";
import { RunCost } from "./runs/run-columns.tsx";

const percentile = (id: "p50" | "p90" | "p99"): Column<Agent> => ({
  id,
  title: id,
  width: "52px",
  isNumber: true,
  isSortable: id !== "p99",
  hint: `Completion time of its tasks: ${id.slice(1)} of 100 took no longer`,
  render: ({ completionMs }) => formatDuration(completionMs?.[id]),
});

const stateColumn: Column<Agent> = {
  id: "state",
  title: "Now",
  width: "104px",
  isSortable: true,
  hint: "What it does now",
  render: ({ name, state }) =>
    state === "done" ? <span class="muted">{UNKNOWN}</span> : <AgentStateMark name={name} state={state} />,
};

const throughputColumn: Column<Agent> = {
  id: "throughput",
  title: "Throughput",
  width: "72px",
  isNumber: true,
  isSortable: true,
  hint: "Tasks that ended, over the window",
  render: ({ throughputPerMin }) => formatRate(throughputPerMin),
};

const callsColumn: Column<Agent> = {
  id: "calls",
  title: "Calls",
  width: "92px",
  isNumber: true,
  hint: "Model calls + tool calls",
  render: ({ llmCalls, toolCalls }) => `${formatCount(llmCalls)} + ${formatCount(toolCalls)}`,
};

/** Columns of agents, in one run or over a window. */
export function agentColumns({ isFleet }: { readonly isFleet: boolean }): Column<Agent>[] {
  return [
    {
      id: "name",
      title: "Agent",
      width: "minmax(112px, 1fr)",
      isSortable: true,
      render: ({ name }) => <AgentName name={name} isLink />,
    },
    ...(isFleet ? [stateColumn] : []),
    {
      id: "utilization",
      title: "Utilization",
      width: "112px",
      isSortable: true,
      hint: "Σ busy ÷ Σ present",
      render: ({ utilization }) => <ShareBar share={utilization} />,
    },
    {
      id: "time",
      title: "Time spent",
      width: "minmax(80px, 160px)",
      hint: "Busy, waiting, idle: how its time from first to last span was spent",
      render: (agent) => <SplitBar agent={agent} />,
    },
    ...(isFleet
      ? [
          {
            ...{ id: "runs", title: "Runs", width: "48px", isNumber: true, isSortable: true },
            render: ({ runs }: Agent) => formatCount(runs),
          },
        ]
      : []),
    {
      ...{ id: "tasks", title: "Tasks", width: "52px", isNumber: true, isSortable: true },
      render: ({ tasks }) => formatCount(tasks),
    },
    ...(isFleet ? [throughputColumn] : []),
    percentile("p50"),
    percentile("p90"),
    ...(isFleet ? [] : [percentile("p99")]),
    {
      id: "errors",
      title: "Errors",
      width: "56px",
      isNumber: true,
      isSortable: true,
      hint: "Failed ÷ ended tasks",
      render: ({ errorRate }) =>
        errorRate === 0 ? <span class="muted">{UNKNOWN}</span> : <span class="failed">{formatShare(errorRate)}</span>,
    },
    ...(isFleet ? [] : [callsColumn]),
    {
      id: "tokens",
      title: "Tokens in → out",
      width: "104px",
      isNumber: true,
      isSortable: true,
      render: ({ tokens }) =>
        tokens.input + tokens.output === 0 ? (
          <span class="muted">{UNKNOWN}</span>
        ) : (
          `${formatCount(tokens.input)} → ${formatCount(tokens.output)}`
        ),
    },
    {
      ...{ id: "cost", title: "Cost", width: "68px", isNumber: true, isSortable: true },
      render: (agent) => <RunCost run={agent} />,
    },
    {
      id: "messages",
      title: "Messages",
      width: "92px",
      isNumber: true,
      isSortable: true,
      hint: "Sent / received",
      render: ({ messagesSent, messagesReceived }) => `${formatCount(messagesSent)} / ${formatCount(messagesReceived)}`,
    },
  ];
}

function ShareBar({ share }: { readonly share: number }) {
  return (
    <span class="share">
      <span class="number">{formatShare(share)}</span>
      <span class="duration-bar" aria-hidden="true">
        <i style={{ width: `${Math.min(100, share * 100)}%` }} />
      </span>
    </span>
  );
}
