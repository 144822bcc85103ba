import "./agents.css";
import { useComputed } from "@preact/signals";
import { useRef } from "preact/hooks";
import { formatCount, formatCounted, formatDuration, formatShare } from "../base/format.ts";
import { type PathValues, pathOf, queryValue } from "../base/place.ts";
import { place, setQuery } from "../base/router.ts";
import { visibleLine } from "../base/visible-text.ts";
import { type AgentDetail, agent, agentEdges, agentFigures, loadAgent } from "../state/agents.ts";
import { AgentName } from "../widgets/agent-name.tsx";
import { Figure } from "../widgets/figure.tsx";
import { Loaded } from "../widgets/notices.tsx";
import { SplitBar } from "../widgets/split-bar.tsx";
import { Table } from "../widgets/table.tsx";
import { TimeRange } from "../widgets/time-range.tsx";
import { KeyFigures } from "./key-figures.tsx";
import type { Page } from "./page.ts";
import { RunCost, runColumns } from "./runs/run-columns.tsx";

export const agentPage: Page = {
  paths: ["/agents/:name"],
  title: ({ name = "" }) => visibleLine(name, 80),
  load: ({ name = "" }) => loadAgent(name),
  View: AgentView,
};

function AgentView({ values: { name = "" } }: { readonly values: PathValues }) {
  const runs = useComputed(() => agent.data.value?.recentRuns ?? []);
  const longest = useComputed(() => runs.value.reduce((max, { durationMs }) => Math.max(max, durationMs), 0));
  const selected = useComputed(() => queryValue(place.value.query, "selected"));
  const columns = useRef(runColumns(longest)).current;
  return (
    <div class="page">
      <header class="page-bar">
        <div class="page-title">
          <a class="muted" href="/agents">
            Agents
          </a>
          <span class="muted" aria-hidden="true">
            /
          </span>
          <h1>
            <AgentName name={name} />
          </h1>
        </div>
        <span class="grow" />
        <TimeRange />
      </header>
      <Loaded from={agent}>
        {(detail) => (
          <>
            <AgentFigures detail={detail} />
            {agentFigures.data.value !== undefined && <KeyFigures answer={agentFigures.data.value} />}
            <AgentPeers name={name} />
            <h2 class="section-title">Recent runs</h2>
            <Table
              label="Recent runs"
              noun="run"
              columns={columns}
              rows={runs}
              keyOf={(run) => run.id}
              selected={selected}
              onSelect={(id) => setQuery({ selected: id }, "quiet")}
              hrefOf={(run) => pathOf`/runs/${run.id}`}
            />
          </>
        )}
      </Loaded>
    </div>
  );
}

const PEERS_MAX = 8;

/** Who it talks to, most messages first. */
function AgentPeers({ name }: { readonly name: string }) {
  const edges = agentEdges.data.value?.edges ?? [];
  if (edges.length === 0) return null;
  return (
    <section class="agent-peers" aria-label="Talks to">
      <h2 class="section-title">Talks to</h2>
      <ul>
        {edges.slice(0, PEERS_MAX).map(({ from, to, count, tokens, transitMs }) => (
          <li key={`${from}\n${to}`}>
            <span class="muted">{from === name ? "to" : "from"}</span>
            <AgentName name={from === name ? to : from} isLink />
            <span>{formatCounted(count, "message")}</span>
            <span class="muted">
              {tokens !== undefined && `about ${formatCount(tokens)} tokens`}
              {transitMs !== undefined && ` · ${formatDuration(transitMs.p50)} on the way`}
            </span>
          </li>
        ))}
      </ul>
      {edges.length > PEERS_MAX && (
        <a href={`/communication?agent=${encodeURIComponent(name)}`}>All {formatCounted(edges.length, "edge")}</a>
      )}
    </section>
  );
}

function AgentFigures({ detail }: { readonly detail: AgentDetail }) {
  const { completionMs, tokens } = detail;
  return (
    <section class="agent-head" aria-label="Figures">
      <dl class="figures">
        <Figure label="Utilization" tip="Σ busy ÷ Σ present">
          {formatShare(detail.utilization)}
        </Figure>
        <Figure label="Load" tip="Σ busy ÷ window: the mean number of runs in which it is busy at once">
          {detail.load === undefined ? "–" : detail.load.toPrecision(2)}
        </Figure>
        <Figure label="Runs">{formatCount(detail.runs)}</Figure>
        <Figure label="Tasks">{formatCount(detail.tasks)}</Figure>
        <Figure label="Completion p50">{formatDuration(completionMs?.p50)}</Figure>
        <Figure label="p90">{formatDuration(completionMs?.p90)}</Figure>
        <Figure label="p99">{formatDuration(completionMs?.p99)}</Figure>
        <Figure label="Errors" tip="Failed ÷ ended tasks" isFailure={detail.errorRate > 0}>
          {formatShare(detail.errorRate)}
        </Figure>
        <Figure label="Tokens in → out">
          {formatCount(tokens.input)} → {formatCount(tokens.output)}
        </Figure>
        <Figure label="Cost">
          <RunCost run={detail} />
        </Figure>
        <Figure label="Messages" tip="Sent / received">
          {formatCount(detail.messagesSent)} / {formatCount(detail.messagesReceived)}
        </Figure>
        {detail.services.length > 1 && (
          <Figure label="Services">{detail.services.map((name) => visibleLine(name, 40)).join(", ")}</Figure>
        )}
      </dl>
      <SplitBar agent={detail} />
    </section>
  );
}
