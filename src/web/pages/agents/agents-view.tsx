import { useComputed } from "@preact/signals";
import { useRef } from "preact/hooks";
import { useCommands } from "../../base/commands.ts";
import { formatCounted } from "../../base/format.ts";
import { pathOf, queryValue } from "../../base/place.ts";
import { place, setQuery } from "../../base/router.ts";
import { AGENT_SORTS, type AgentSort, servicesOf } from "../../state/agent-list.ts";
import { agentRows, agentSort, agentSteps, agents, agentsView, loadAgents } from "../../state/agents.ts";
import { inWindowHref } from "../../state/error-query.ts";
import { nextSortOrder } from "../../state/sort-order.ts";
import { Choice } from "../../widgets/choice.tsx";
import { FacetMenu } from "../../widgets/facet-menu.tsx";
import { FilterChips } from "../../widgets/filter-chips.tsx";
import { EmptyState, Loaded } from "../../widgets/notices.tsx";
import { SearchField } from "../../widgets/search-field.tsx";
import { Table } from "../../widgets/table.tsx";
import { TimeRange } from "../../widgets/time-range.tsx";
import { agentColumns } from "../agent-columns.tsx";
import type { PageBody } from "../lazy-page.tsx";
import { AgentsHeatmap } from "./agents-heatmap.tsx";
import { AGENT_SEARCH, AGENTS_COMMANDS } from "./agents-keys.ts";

export const agentsBody: PageBody = { load: loadAgents, View: AgentsView };

const FILTERS = [{ name: "service", title: "Service" }] as const;
const VIEWS = [
  { value: "table", title: "Table" },
  { value: "heatmap", title: "Over time", hint: "Utilization, agent × time" },
] as const;

function AgentsView() {
  useCommands(AGENTS_COMMANDS, () => ({ clear: clearFilters, view: otherView }));
  return (
    <div class="page">
      <AgentsBar />
      <FilterChips filters={FILTERS} onClear={clearFilters} />
      <Loaded from={agents}>
        {(all) =>
          all.length === 0 ? (
            <EmptyState title="No agents in this window of time">
              <p>An agent appears with the first run that it takes part in. Look further back, or send a run.</p>
            </EmptyState>
          ) : agentRows.value.length === 0 ? (
            <EmptyState title="No agent passes these filters">
              <p>Take a filter away: Shift+X clears all of them.</p>
            </EmptyState>
          ) : agentsView.value === "heatmap" ? (
            <AgentsHeatmap />
          ) : (
            <AgentsTable />
          )
        }
      </Loaded>
      <footer class="page-foot muted">
        {agentRows.value.length > 0 && formatCounted(agentRows.value.length, "agent")}
        {agentsView.value === "heatmap" && agentSteps.data.value?.truncated && ", of those with most tasks over time"}
      </footer>
    </div>
  );
}

function AgentsBar() {
  const { query } = place.value;
  return (
    <header class="page-bar">
      <h1>Agents</h1>
      <SearchField command={AGENT_SEARCH} placeholder="Name" />
      <FacetMenu
        title="Service"
        values={servicesOf(agents.data.value ?? [])}
        selected={query.get("service") ?? []}
        onChange={(service) => setQuery({ service }, "step")}
      />
      <span class="grow" />
      <Choice
        label="View"
        options={VIEWS}
        selected={agentsView.value}
        onSelect={(view) => setQuery({ view: view === "table" ? undefined : view }, "step")}
      />
      <TimeRange />
    </header>
  );
}

function AgentsTable() {
  const selected = useComputed(() => queryValue(place.value.query, "selected"));
  const columns = useRef(agentColumns({ isFleet: true })).current;
  return (
    <Table
      label="Agents"
      columns={columns}
      rows={agentRows}
      keyOf={({ name }) => name}
      selected={selected}
      onSelect={(name) => setQuery({ selected: name }, "quiet")}
      hrefOf={({ name }) => inWindowHref(pathOf`/agents/${name}`, place.peek().query)}
      sort={agentSort.value}
      onSort={(field) => setQuery({ sort: nextSortOrder(AGENT_SORTS, agentSort.peek(), field as AgentSort) }, "step")}
    />
  );
}

function otherView(): void {
  setQuery({ view: agentsView.peek() === "table" ? "heatmap" : undefined }, "step");
}

function clearFilters(): void {
  setQuery({ service: undefined, q: undefined }, "step");
}
