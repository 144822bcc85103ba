import "./runs.css";
import { useComputed } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { useCommands } from "../base/commands.ts";
import { formatCounted } from "../base/format.ts";
import { pathOf, queryValue } from "../base/place.ts";
import { place, setQuery } from "../base/router.ts";
import { visibleLine } from "../base/visible-text.ts";
import { isNarrowed, nextSort, RUN_FACETS, type RunSort } from "../state/run-query.ts";
import {
  facets,
  firstPage,
  hasMore,
  heldCount,
  isListHeld,
  loadMore,
  loadRuns,
  retryRuns,
  runRows,
  runSort,
  showHeld,
} from "../state/runs.ts";
import { FacetMenu } from "../widgets/facet-menu.tsx";
import { Icon } from "../widgets/icon.tsx";
import { FailureNotice, Waiting } from "../widgets/notices.tsx";
import { Table } from "../widgets/table.tsx";
import { TimeRange } from "../widgets/time-range.tsx";
import type { Page } from "./page.ts";
import { NoRuns } from "./runs/no-runs.tsx";
import { runColumns } from "./runs/run-columns.tsx";

/** Filters that always stand in the bar; the others are offered when they have values. */
const MAIN_FACETS: ReadonlySet<string> = new Set(["status", "agent", "model", "service", "tag"]);

export const runsPage: Page = {
  paths: ["/runs"],
  title: () => "Runs",
  navigation: { title: "Runs", icon: "runs", hotkey: "g r" },
  load: loadRuns,
  View: RunsView,
};

function RunsView() {
  const selected = useComputed(() => queryValue(place.value.query, "selected"));
  const longest = useComputed(() => runRows.value.reduce((max, { durationMs }) => Math.max(max, durationMs), 0));
  const columns = useRef(runColumns(longest)).current;
  const rows = runRows.value;
  const failure = firstPage.failure.value;
  const isFirstLoad = firstPage.data.value === undefined;
  const { field, isDescending } = runSort.value;
  return (
    <div class="page">
      <RunsBar />
      <FilterChips />
      {failure && <FailureNotice failure={failure} onRetry={retryRuns} />}
      {heldCount.value > 0 && (
        <button type="button" class="held" onClick={showHeld}>
          Show {formatCounted(heldCount.value, "new run")}
        </button>
      )}
      {isFirstLoad && failure === undefined && <Waiting />}
      {!isFirstLoad && rows.length === 0 && <NoRuns isFiltered={isNarrowed(place.value.query)} />}
      {rows.length > 0 && (
        <div class={firstPage.isLoading.value ? "loaded dimmed" : "loaded"}>
          <Table
            label="Runs"
            noun="run"
            columns={columns}
            rows={runRows}
            keyOf={(run) => run.id}
            selected={selected}
            onSelect={(id) => setQuery({ selected: id }, "quiet")}
            hrefOf={(run) => pathOf`/runs/${run.id}`}
            sort={{ field, isDescending }}
            onSort={(column) => setQuery({ sort: nextSort(runSort.peek(), column as RunSort) }, "step")}
            onEnd={() => void loadMore()}
            onScroll={(top) => {
              isListHeld.value = top > 0;
            }}
          />
        </div>
      )}
      <footer class="page-foot muted" aria-live="polite">
        {rows.length > 0 && `${formatCounted(rows.length, "run")}${hasMore.value ? ", and more below" : ""}`}
      </footer>
    </div>
  );
}

function RunsBar() {
  const values = facets.data.value;
  const { query } = place.value;
  return (
    <header class="page-bar">
      <h1>Runs</h1>
      <SearchField />
      {RUN_FACETS.filter(({ name }) => MAIN_FACETS.has(name) || query.has(name)).map(({ name, title }) => (
        <FacetMenu
          key={name}
          title={title}
          values={values?.[name] ?? []}
          selected={query.get(name) ?? []}
          onChange={(chosen) => setQuery({ [name]: chosen }, "step")}
        />
      ))}
      <button
        type="button"
        class="button"
        aria-pressed={queryValue(query, "hasError") === "true"}
        onClick={() => setQuery({ hasError: queryValue(query, "hasError") === "true" ? undefined : "true" }, "step")}
      >
        Has error
      </button>
      <span class="grow" />
      <TimeRange />
    </header>
  );
}

const SEARCH_AFTER_MS = 250;

function SearchField() {
  const field = useRef<HTMLInputElement>(null);
  const timer = useRef<number | undefined>(undefined);
  const asked = queryValue(place.value.query, "q") ?? "";
  useCommands(() => [
    { title: "Search runs", group: "Runs", keys: ["/"], run: () => field.current?.select() },
    { title: "Clear all filters", group: "Runs", keys: ["x"], run: clearFilters },
  ]);
  useEffect(() => {
    // What is being typed is newer than the URL.
    if (field.current !== null && document.activeElement !== field.current) field.current.value = asked;
  }, [asked]);
  const ask = (text: string) => setQuery({ q: text.trim() === "" ? undefined : text }, "quiet");
  return (
    <label class="field search-field">
      <Icon name="search" />
      <input
        ref={field}
        type="search"
        aria-label="Search runs"
        placeholder="Search names, inputs, outputs, errors"
        onInput={(event) => {
          const text = event.currentTarget.value;
          clearTimeout(timer.current);
          timer.current = window.setTimeout(() => ask(text), SEARCH_AFTER_MS);
        }}
        onKeyDown={(event) => {
          if (event.key === "Enter" || event.key === "Escape") {
            clearTimeout(timer.current);
            ask(event.currentTarget.value);
            event.currentTarget.blur();
          }
        }}
      />
      <kbd class="key">/</kbd>
    </label>
  );
}

function FilterChips() {
  const { query } = place.value;
  const chips = RUN_FACETS.flatMap(({ name, title }) =>
    (query.get(name) ?? []).map((value) => ({ name, title, value })),
  );
  if (chips.length === 0) return null;
  return (
    <div class="filter-chips">
      {chips.map(({ name, title, value }) => (
        <span key={`${name} ${value}`} class="chip">
          <span class="muted">{title}</span>
          <span class="foreign cut">{visibleLine(value, 60)}</span>
          <button
            type="button"
            aria-label={`Remove the filter ${title} ${visibleLine(value, 60)}`}
            onClick={() => setQuery({ [name]: (query.get(name) ?? []).filter((other) => other !== value) }, "step")}
          >
            <Icon name="close" size={12} />
          </button>
        </span>
      ))}
      <button type="button" class="button quiet small" onClick={clearFilters}>
        Clear
      </button>
    </div>
  );
}

function clearFilters(): void {
  const names = [...RUN_FACETS.map(({ name }) => name), "q", "hasError", "minDuration", "maxDuration"];
  setQuery(Object.fromEntries(names.map((name) => [name, undefined])), "step");
}
