import type { ReadonlySignal } from "@preact/signals";
import type { Run } from "../../../model/shapes.ts";
import { isOpenRun } from "../../../model/vocabulary.ts";
import { formatCount, formatDuration, formatExactCount, formatMoney, UNKNOWN } from "../../base/format.ts";
import { pathOf } from "../../base/place.ts";
import { visibleLine } from "../../base/visible-text.ts";
import { AgentNames } from "../../widgets/agent-name.tsx";
import { Ago } from "../../widgets/ago.tsx";
import { Lasting } from "../../widgets/lasting.tsx";
import { StatusBadge } from "../../widgets/status-badge.tsx";
import type { Column } from "../../widgets/table.tsx";

/** `longest`: the longest duration of the list, for the bars. */
export function runColumns(longest: ReadonlySignal<number>): Column<Run>[] {
  return [
    {
      id: "status",
      title: "Status",
      width: "88px",
      phoneWidth: "16px",
      phoneTitle: "",
      render: ({ status }) => <StatusBadge status={status} />,
    },
    {
      id: "name",
      title: "Name",
      width: "minmax(128px, 2fr)",
      phoneWidth: "minmax(96px, 1fr)",
      render: (run) => <RunName run={run} />,
    },
    {
      id: "startedAt",
      title: "Started",
      width: "72px",
      phoneWidth: "56px",
      isSortable: true,
      render: ({ startedAt }) => <Ago instant={startedAt} />,
    },
    {
      id: "durationMs",
      title: "Duration",
      width: "72px",
      phoneWidth: "60px",
      isNumber: true,
      isSortable: true,
      hint: "From the first root's start to the last root's end",
      render: (run) => <RunDuration run={run} />,
    },
    {
      id: "bar",
      title: "",
      width: "32px",
      render: (run) => <DurationBar ms={run.durationMs} longest={longest} isFailed={run.status === "failed"} />,
    },
    {
      id: "agents",
      title: "Agents",
      width: "minmax(136px, 3fr)",
      render: ({ agents }) => <AgentNames names={agents} max={2} />,
    },
    {
      id: "spans",
      title: "Spans",
      width: "56px",
      isNumber: true,
      render: ({ spanCount }) => formatCount(spanCount),
    },
    {
      id: "errorCount",
      title: "Errors",
      width: "56px",
      isNumber: true,
      isSortable: true,
      hint: "Spans that ended in error; control flow is none",
      render: ({ errorCount }) =>
        errorCount === 0 ? <span class="muted">{UNKNOWN}</span> : <span class="failed">{formatCount(errorCount)}</span>,
    },
    {
      id: "tokens",
      title: "Tokens in → out",
      width: "104px",
      isNumber: true,
      isSortable: true,
      hint: "Input with cached tokens → output with reasoning",
      render: (run) => <TokenPair run={run} />,
    },
    {
      id: "cost",
      title: "Cost",
      width: "76px",
      phoneWidth: "60px",
      isNumber: true,
      isSortable: true,
      render: (run) => <RunCost run={run} />,
    },
    { id: "session", title: "Session", width: "minmax(72px, 1fr)", render: (run) => <SessionName run={run} /> },
  ];
}

function RunName({ run }: { readonly run: Run }) {
  return (
    <a class="run-name foreign" href={pathOf`/runs/${run.id}`} tabIndex={-1}>
      {visibleLine(run.name) || run.id}
    </a>
  );
}

/** Of a run that goes on, how long it has been going on. */
export function RunDuration({ run }: { readonly run: Pick<Run, "status" | "startedAt" | "durationMs"> }) {
  if (isOpenRun(run)) return <Lasting since={run.startedAt} />;
  return <>{formatDuration(run.durationMs)}</>;
}

/** Relative to the longest run of the list. */
interface DurationBarProps {
  readonly ms: number;
  readonly longest: ReadonlySignal<number>;
  readonly isFailed: boolean;
}

function DurationBar({ ms, longest, isFailed }: DurationBarProps) {
  const share = longest.value === 0 ? 0 : ms / longest.value;
  return (
    <span class="duration-bar" aria-hidden="true">
      <i class={isFailed ? "failed" : ""} style={{ width: `${Math.max(1, share * 100)}%` }} />
    </span>
  );
}

function TokenPair({ run: { tokens } }: { readonly run: Run }) {
  if (tokens.input + tokens.output === 0) return <span class="muted">{UNKNOWN}</span>;
  const tip = `${formatExactCount(tokens.input)} in (${formatExactCount(tokens.cacheRead)} from a cache), ${formatExactCount(tokens.output)} out`;
  return (
    <span data-tip={tip}>
      {formatCount(tokens.input)} <span class="muted">→</span> {formatCount(tokens.output)}
    </span>
  );
}

/** What could not be priced is said, not counted as nothing. */
export function RunCost({ run: { cost } }: { readonly run: Pick<Run, "cost"> }) {
  if (cost.usd === undefined && cost.unpricedCalls === 0) return <span class="muted">{UNKNOWN}</span>;
  const tip =
    cost.unpricedCalls > 0 ? `${formatExactCount(cost.unpricedCalls)} model calls have no known price` : undefined;
  return (
    <span {...(tip === undefined ? {} : { "data-tip": tip })}>
      {cost.usd === undefined ? <span class="muted">unpriced</span> : formatMoney(cost.usd)}
      {cost.usd !== undefined && cost.unpricedCalls > 0 && <span class="muted"> +</span>}
    </span>
  );
}

function SessionName({ run: { session } }: { readonly run: Run }) {
  if (session === undefined) return <span class="muted">{UNKNOWN}</span>;
  return (
    <a
      class="foreign"
      href={`/runs?session=${encodeURIComponent(session)}`}
      data-tip="Runs of this session"
      tabIndex={-1}
    >
      {visibleLine(session, 60)}
    </a>
  );
}
