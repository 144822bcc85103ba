import type { Agent } from "../../model/shapes.ts";
import { formatCount, formatDuration, formatShare, UNKNOWN } from "../base/format.ts";
import { AgentName } from "../widgets/agent-name.tsx";
import { SplitBar } from "../widgets/split-bar.tsx";
import type { Column } from "../widgets/table.tsx";
import { RunCost } from "./runs/run-columns.tsx";

const percentile = (id: "p50" | "p90" | "p99"): Column<Agent> => ({
  id,
  title: id,
  width: "60px",
  isNumber: true,
  hint: `Completion time of its tasks: ${id.slice(1)} of 100 took no longer`,
  render: ({ completionMs }) => formatDuration(completionMs?.[id]),
});

/** Columns of agents, in one run or over a window. */
export function agentColumns({ isFleet }: { readonly isFleet: boolean }): Column<Agent>[] {
  return [
    { id: "name", title: "Agent", width: "minmax(120px, 1fr)", render: ({ name }) => <AgentName name={name} isLink /> },
    {
      id: "utilization",
      title: "Utilization",
      width: "112px",
      hint: "Σ busy ÷ Σ present",
      render: ({ utilization }) => <ShareBar share={utilization} />,
    },
    {
      id: "time",
      title: "Busy, waiting, idle",
      width: "minmax(96px, 160px)",
      hint: "How its time from first to last span was spent",
      render: (agent) => <SplitBar agent={agent} />,
    },
    ...(isFleet
      ? [{ id: "runs", title: "Runs", width: "44px", isNumber: true, render: ({ runs }: Agent) => formatCount(runs) }]
      : []),
    { id: "tasks", title: "Tasks", width: "48px", isNumber: true, render: ({ tasks }) => formatCount(tasks) },
    percentile("p50"),
    percentile("p90"),
    percentile("p99"),
    {
      id: "errors",
      title: "Errors",
      width: "52px",
      isNumber: true,
      hint: "Failed ÷ ended tasks",
      render: ({ errorRate }) =>
        errorRate === 0 ? <span class="muted">{UNKNOWN}</span> : <span class="failed">{formatShare(errorRate)}</span>,
    },
    {
      id: "calls",
      title: "Calls",
      width: "92px",
      isNumber: true,
      hint: "Model calls + tool calls",
      render: ({ llmCalls, toolCalls }) => `${formatCount(llmCalls)} + ${formatCount(toolCalls)}`,
    },
    {
      id: "tokens",
      title: "Tokens in → out",
      width: "112px",
      isNumber: true,
      render: ({ tokens }) =>
        tokens.input + tokens.output === 0 ? (
          <span class="muted">{UNKNOWN}</span>
        ) : (
          `${formatCount(tokens.input)} → ${formatCount(tokens.output)}`
        ),
    },
    { id: "cost", title: "Cost", width: "68px", isNumber: true, render: (agent) => <RunCost run={agent} /> },
    {
      id: "messages",
      title: "Messages",
      width: "92px",
      isNumber: true,
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
