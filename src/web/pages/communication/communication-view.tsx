import { useComputed } from "@preact/signals";
import { useRef } from "preact/hooks";
import type { Communication } from "../../../model/key-metrics-shapes.ts";
import { formatBytes, formatCount, formatCounted, formatMoney, formatShare } from "../../base/format.ts";
import { queryValue } from "../../base/place.ts";
import { place, setQuery } from "../../base/router.ts";
import { visibleLine } from "../../base/visible-text.ts";
import {
  chosenPair,
  communication,
  communicationEdges,
  communicationView,
  loadCommunication,
  selectAgents,
} from "../../state/communication.ts";
import { Choice } from "../../widgets/choice.tsx";
import { Figure } from "../../widgets/figure.tsx";
import { EmptyState, Loaded } from "../../widgets/notices.tsx";
import { Table } from "../../widgets/table.tsx";
import { TimeRange } from "../../widgets/time-range.tsx";
import type { PageBody } from "../lazy-page.tsx";
import { edgeColumns, edgeKey } from "./edge-columns.tsx";
import { EdgeDrawing } from "./edge-drawings.tsx";
import { EdgePanel } from "./edge-panel.tsx";

export const communicationBody: PageBody = { load: loadCommunication, View: CommunicationView };

const VIEWS = [
  { value: "matrix", title: "Matrix" },
  { value: "graph", title: "Graph" },
  { value: "table", title: "Table" },
] as const;

function CommunicationView() {
  const edges = communicationEdges;
  const selected = useComputed(() => queryValue(place.value.query, "selected"));
  const most = useComputed(() => edges.value.reduce((max, { count }) => Math.max(max, count), 1));
  const columns = useRef(edgeColumns(most)).current;
  return (
    <div class="page">
      <header class="page-bar">
        <h1>Communication</h1>
        <AgentFilter />
        <span class="grow" />
        <Choice
          label="View"
          options={VIEWS}
          selected={communicationView.value}
          onSelect={(view) => setQuery({ view: view === "matrix" ? undefined : view }, "step")}
        />
        <TimeRange />
      </header>
      <Loaded from={communication}>
        {(answer) =>
          answer.edges.length === 0 ? (
            <EmptyState title="No agent spoke to another in this window of time">
              <p>
                A message is a call of one agent by another, its reply, a handoff or a send. They are found in the spans
                of runs with more than one agent; look further back, or send such a run.
              </p>
            </EmptyState>
          ) : (
            <>
              <Totals answer={answer} />
              <div class="communication-body">
                <div class="communication-main">
                  {communicationView.value !== "table" ? (
                    <EdgeDrawing form={communicationView.value} />
                  ) : (
                    <Table
                      label="Edges"
                      columns={columns}
                      rows={edges}
                      keyOf={edgeKey}
                      selected={selected}
                      onSelect={(key) => setQuery({ selected: key }, "quiet")}
                      onOpen={({ from, to }) => selectAgents({ type: "link", from, to })}
                    />
                  )}
                </div>
                {chosenPair.value !== undefined && <EdgePanel ends={chosenPair.value} />}
              </div>
            </>
          )
        }
      </Loaded>
      <footer class="page-foot muted">
        {edges.value.length > 0 && formatCounted(edges.value.length, "pair of agents", "pairs of agents")}
        {communication.data.value?.truncated && ", those with most messages"}
      </footer>
    </div>
  );
}

/** The agents that the URL narrows it to. */
function AgentFilter() {
  const agents = place.value.query.get("agent") ?? [];
  if (agents.length === 0) return null;
  return (
    <span class="chip">
      <span class="muted">Agent</span>
      <span class="foreign cut">{agents.map((name) => visibleLine(name, 40)).join(", ")}</span>
      <button type="button" aria-label="All agents" onClick={() => setQuery({ agent: undefined }, "step")}>
        ×
      </button>
    </span>
  );
}

/** All messages together, and which part of the runs' time, tokens and money they took. */
function Totals({ answer: { total, agents } }: { readonly answer: Communication }) {
  return (
    <dl class="figures communication-totals">
      <Figure label="Messages">{formatCount(total.count)}</Figure>
      <Figure label="Agents">{formatCount(agents.length)}</Figure>
      <Figure label="Share of time" tip="Transfers between agents on critical paths ÷ wall time of the runs">
        {formatShare(total.shareOfTime)}
      </Figure>
      <Figure label="Share of tokens" tip="Tokens read and written of other agents' messages ÷ all tokens. Estimated">
        {formatShare(total.shareOfTokens)}
      </Figure>
      <Figure label="Tokens" tip="Read and written of messages, estimated from the lengths of texts">
        {formatCount(total.tokens)}
      </Figure>
      <Figure label="Cost" tip="Of these tokens, by the price of the calls that read and wrote them">
        {formatMoney(total.cost?.usd)}
      </Figure>
      <Figure label="Size" tip="Of the messages' contents, where they were captured">
        {formatBytes(total.bytes)}
      </Figure>
    </dl>
  );
}
