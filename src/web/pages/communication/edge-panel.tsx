import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { EdgeRun, SentMessage } from "../../../model/key-metrics-shapes.ts";
import type { Edge } from "../../../model/shapes.ts";
import { formatCount, formatCounted, formatDuration } from "../../base/format.ts";
import { pathOf } from "../../base/place.ts";
import { setQuery } from "../../base/router.ts";
import { visibleLine } from "../../base/visible-text.ts";
import { communicationEdges, selectAgents } from "../../state/communication.ts";
import { type EdgeEnds, edgeList, edgeMessages, edgeRuns, messageKey } from "../../state/edge-records.ts";
import type { LiveList } from "../../state/live-list.ts";
import { AgentName } from "../../widgets/agent-name.tsx";
import { Ago } from "../../widgets/ago.tsx";
import { EdgeFigures } from "../../widgets/edge-figures.tsx";
import { Icon } from "../../widgets/icon.tsx";
import { Loaded } from "../../widgets/notices.tsx";
import { StatusBadge } from "../../widgets/status-badge.tsx";
import { Tabs } from "../../widgets/tabs.tsx";

/** What one agent sends another: figures, the latest messages, and the runs that have them. */
export function EdgePanel({ ends }: { readonly ends: EdgeEnds }) {
  const edges = communicationEdges.value;
  const find = (from: string, to: string) => edges.find((edge) => edge.from === from && edge.to === to);
  const there = find(ends.from, ends.to);
  const back = find(ends.to, ends.from);
  return (
    <aside class="edge-panel" aria-label="The messages between two agents">
      <header>
        {there === undefined ? <Ends {...ends} /> : <EdgeFigures edge={there} />}
        <button
          type="button"
          class="button quiet small"
          aria-label="Select nothing"
          data-tip="Select nothing (Esc)"
          onClick={() => selectAgents(undefined)}
        >
          <Icon name="close" />
        </button>
      </header>
      {back !== undefined && back !== there && <OtherWay edge={back} />}
      <Tabs
        label="Messages or runs"
        tabs={[
          { id: "messages", title: "Messages", count: there?.count },
          { id: "runs", title: "Runs" },
        ]}
        selected={edgeList.value}
        onSelect={(list) => setQuery({ list: list === "messages" ? undefined : list }, "quiet")}
      />
      {edgeList.value === "messages" ? (
        <Records key={`messages ${ends.from} ${ends.to}`} list={edgeMessages} one="new message" many="new messages">
          <MessageList />
        </Records>
      ) : (
        <Records key={`runs ${ends.from} ${ends.to}`} list={edgeRuns} one="new run" many="new runs">
          <RunsOfEdge />
        </Records>
      )}
    </aside>
  );
}

interface RecordsProps {
  readonly list: Pick<LiveList<unknown>, "hold" | "waiting">;
  readonly one: string;
  readonly many: string;
  readonly children: ComponentChildren;
}

/** Rows that follow what comes in while they are at their top; below it what is new waits. */
function Records({ list, one, many, children }: RecordsProps) {
  const scroller = useRef<HTMLDivElement>(null);
  useEffect(() => () => list.hold(false), [list]);
  const { count, isMore } = list.waiting.value;
  return (
    <div class="edge-records">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys */}
      <div ref={scroller} tabIndex={0} onScroll={({ currentTarget }) => list.hold(currentTarget.scrollTop > 0)}>
        {children}
      </div>
      <span role="status">
        {count > 0 && (
          <button type="button" class="held" onClick={() => scroller.current?.scrollTo({ top: 0 })}>
            <Icon name="up" size={12} />
            {isMore ? `More than ${formatCounted(count, one, many)}` : formatCounted(count, one, many)}
          </button>
        )}
      </span>
    </div>
  );
}

function Ends({ from, to }: EdgeEnds) {
  return (
    <p class="readout-line">
      <AgentName name={from} />
      <Icon name="right" size={12} />
      <AgentName name={to} />
    </p>
  );
}

function OtherWay({ edge }: { readonly edge: Edge }) {
  const { from, to, count } = edge;
  return (
    <button type="button" class="edge-other-way" onClick={() => selectAgents({ type: "link", from, to })}>
      <Ends from={from} to={to} />
      <span class="number">{formatCounted(count, "message")}</span>
    </button>
  );
}

function MessageList() {
  return (
    <Loaded from={edgeMessages}>
      {({ rows, nextCursor }) => (
        <>
          {rows.length === 0 && <p class="muted edge-none">No message was sent this way in this window.</p>}
          <ul>
            {rows.map((message) => (
              <MessageLine key={messageKey(message)} message={message} />
            ))}
          </ul>
          {nextCursor !== undefined && <MoreButton list={edgeMessages} />}
        </>
      )}
    </Loaded>
  );
}

function MessageLine({ message }: { readonly message: SentMessage }) {
  const { runId, runName, spanId, toSpanId, fromSpanId, kind, at, transitMs, tokens, preview = "" } = message;
  const span = spanId ?? toSpanId ?? fromSpanId;
  return (
    <li>
      <a class="edge-record" href={pathOf`/runs/${runId}` + (span === undefined ? "" : `?span=${span}`)}>
        <span class="edge-record-head">
          <span class="foreign cut grow">{visibleLine(runName, 80) || runId}</span>
          <span class="muted">{kind}</span>
          <span class="muted number">{tokens === undefined ? "" : `≈ ${formatCount(tokens)} tokens`}</span>
          <span class="muted number">{transitMs === undefined ? "" : formatDuration(transitMs)}</span>
          <span class="muted number edge-record-ago">
            <Ago instant={at} />
          </span>
        </span>
        <span class="foreign cut edge-record-text">{visibleLine(preview, 200) || "no content was captured"}</span>
      </a>
    </li>
  );
}

function RunsOfEdge() {
  return (
    <Loaded from={edgeRuns}>
      {({ rows, nextCursor }) => (
        <>
          {rows.length === 0 && <p class="muted edge-none">No run of this window has such messages.</p>}
          <ul>
            {rows.map((one) => (
              <RunLine key={one.run.id} {...one} />
            ))}
          </ul>
          {nextCursor !== undefined && <MoreButton list={edgeRuns} />}
        </>
      )}
    </Loaded>
  );
}

function RunLine({ run, edge }: EdgeRun) {
  const tokens = edge.tokens === undefined ? "" : ` · ≈ ${formatCount(edge.tokens)} tokens`;
  return (
    <li>
      <a class="edge-record" href={`${pathOf`/runs/${run.id}`}?view=graph`}>
        <span class="edge-record-head">
          <span class="foreign cut grow">{visibleLine(run.name, 80) || run.id}</span>
          <StatusBadge status={run.status} />
          <span class="muted number edge-record-ago">
            <Ago instant={run.endedAt ?? run.startedAt} />
          </span>
        </span>
        <span class="muted edge-record-text">
          {formatCounted(edge.count, "message")}
          {tokens}
          {edge.transitMs !== undefined && ` · ${formatDuration(edge.transitMs.p50)} on the way`}
        </span>
      </a>
    </li>
  );
}

function MoreButton({ list }: { readonly list: Pick<LiveList<unknown>, "isLoadingMore" | "loadMore"> }) {
  const isLoading = list.isLoadingMore.value;
  return (
    <button type="button" class="button quiet edge-more" disabled={isLoading} onClick={() => void list.loadMore()}>
      {isLoading ? "Loading…" : "Show more"}
    </button>
  );
}
