import "./agents.css";
import "./agents-heatmap.css";
import { useComputed } from "@preact/signals";
import { useRef } from "preact/hooks";
import { formatCounted } from "../base/format.ts";
import { pathOf, queryValue } from "../base/place.ts";
import { place, setQuery } from "../base/router.ts";
import { agents, agentsView, loadAgents } from "../state/agents.ts";
import { lazyView } from "../widgets/lazy.tsx";
import { EmptyState, Loaded } from "../widgets/notices.tsx";
import { Table } from "../widgets/table.tsx";
import { TimeRange } from "../widgets/time-range.tsx";
import { agentColumns } from "./agent-columns.tsx";
import type { Page } from "./page.ts";

export const agentsPage: Page = {
  paths: ["/agents"],
  title: () => "Agents",
  navigation: { title: "Agents", icon: "agents", hotkey: "g a" },
  load: loadAgents,
  View: AgentsView,
};

const AgentsHeatmap = lazyView(async () => (await import("./agents-heatmap.tsx")).AgentsHeatmap);

function AgentsView() {
  const rows = useComputed(() => [...(agents.data.value ?? [])].sort((a, b) => b.busyMs - a.busyMs));
  const selected = useComputed(() => queryValue(place.value.query, "selected"));
  const columns = useRef(agentColumns({ isFleet: true })).current;
  return (
    <div class="page">
      <header class="page-bar">
        <h1>Agents</h1>
        <span class="grow" />
        <ViewChoice />
        <TimeRange />
      </header>
      <Loaded from={agents}>
        {(all) =>
          all.length === 0 ? (
            <EmptyState title="No agents in this window of time">
              <p>An agent appears with the first run that it takes part in. Look further back, or send a run.</p>
            </EmptyState>
          ) : agentsView.value === "heatmap" ? (
            <AgentsHeatmap />
          ) : (
            <Table
              label="Agents"
              noun="agent"
              columns={columns}
              rows={rows}
              keyOf={({ name }) => name}
              selected={selected}
              onSelect={(name) => setQuery({ selected: name }, "quiet")}
              hrefOf={({ name }) => pathOf`/agents/${name}` + windowOf()}
            />
          )
        }
      </Loaded>
      <footer class="page-foot muted">{rows.value.length > 0 && formatCounted(rows.value.length, "agent")}</footer>
    </div>
  );
}

/** The same agents as rows of figures, or as utilization over time. */
function ViewChoice() {
  const isHeatmap = agentsView.value === "heatmap";
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset brings a frame and a legend of its own
    <div class="time-range" role="group" aria-label="View">
      <button
        type="button"
        class="button quiet"
        aria-pressed={!isHeatmap}
        onClick={() => setQuery({ view: undefined }, "step")}
      >
        Table
      </button>
      <button
        type="button"
        class="button quiet"
        aria-pressed={isHeatmap}
        onClick={() => setQuery({ view: "heatmap" }, "step")}
      >
        Over time
      </button>
    </div>
  );
}

/** The window goes along. */
function windowOf(): string {
  const { query } = place.peek();
  const since = queryValue(query, "since");
  const until = queryValue(query, "until");
  const pairs = Object.entries({ since, until }).filter(([, value]) => value !== undefined) as [string, string][];
  return pairs.length === 0 ? "" : `?${new URLSearchParams(pairs)}`;
}
