import "./runs.css";
import { useComputed } from "@preact/signals";
import { useRef } from "preact/hooks";
import { parseDurationMs } from "../../base/time.ts";
import { useCommands } from "../base/commands.ts";
import { formatCounted, formatDuration } from "../base/format.ts";
import { pathOf, queryValue } from "../base/place.ts";
import { place, setQuery } from "../base/router.ts";
import { isNarrowed, nextSort, RUN_FACETS, type RunSort } from "../state/run-query.ts";
import {
  firstPage,
  heldCount,
  isListHeld,
  loadMore,
  loadRuns,
  retryRuns,
  runRows,
  runSort,
  showHeld,
} from "../state/runs.ts";
import { type ChipFilter, FilterChips } from "../widgets/filter-chips.tsx";
import { FailureNotice, Waiting } from "../widgets/notices.tsx";
import { SearchField } from "../widgets/search-field.tsx";
import { Table } from "../widgets/table.tsx";
import { TimeRange } from "../widgets/time-range.tsx";
import type { Page } from "./page.ts";
import { DurationPlot } from "./runs/duration-plot.tsx";
import { JumpToTime } from "./runs/jump-dialog.tsx";
import { NoRuns } from "./runs/no-runs.tsx";
import { runColumns } from "./runs/run-columns.tsx";
import { RunFacets } from "./runs/run-facets.tsx";
import { MarksBar, markColumn } from "./runs/run-marks.tsx";
import { RunsFoot } from "./runs/runs-foot.tsx";
import { RUN_SEARCH, RUNS_COMMANDS } from "./runs/runs-keys.ts";
import { ViewsMenu } from "./views-menu.tsx";

const showDuration = (text: string) => formatDuration(parseDurationMs(text));
const CHIPS: readonly ChipFilter[] = [
  ...RUN_FACETS,
  { name: "minDuration", title: "At least", show: showDuration },
  { name: "maxDuration", title: "At most", show: showDuration },
];

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
  const columns = useRef([markColumn, ...runColumns(longest)]).current;
  const rows = runRows.value;
  const failure = firstPage.failure.value;
  const isFirstLoad = firstPage.data.value === undefined;
  const { field, isDescending } = runSort.value;
  useCommands(RUNS_COMMANDS, () => ({ failed: toggleFailed, clear: clearFilters }));
  return (
    <div class="page">
      <RunsBar />
      <FilterChips filters={CHIPS} onClear={clearFilters} />
      <DurationPlot />
      {failure && <FailureNotice failure={failure} onRetry={retryRuns} />}
      {heldCount.value > 0 && (
        <div class="held-place">
          <button type="button" class="held" onClick={showHeld}>
            Show {formatCounted(heldCount.value, "new run")}
          </button>
        </div>
      )}
      {isFirstLoad && failure === undefined && <Waiting />}
      {!isFirstLoad && rows.length === 0 && <NoRuns isFiltered={isNarrowed(place.value.query)} />}
      {rows.length > 0 && (
        <div class={firstPage.isLoading.value ? "loaded dimmed" : "loaded"}>
          <Table
            label="Runs"
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
      <MarksBar />
      <RunsFoot />
      <JumpToTime />
    </div>
  );
}

function RunsBar() {
  const { query } = place.value;
  return (
    <header class="page-bar runs-bar">
      <h1>Runs</h1>
      <SearchField command={RUN_SEARCH} placeholder="Search names, inputs, outputs, errors" />
      <RunFacets />
      <button
        type="button"
        class="button"
        aria-pressed={queryValue(query, "hasError") === "true"}
        onClick={() => setQuery({ hasError: queryValue(query, "hasError") === "true" ? undefined : "true" }, "step")}
      >
        Has error
      </button>
      <span class="grow" />
      <ViewsMenu />
      <TimeRange />
    </header>
  );
}

function toggleFailed(): void {
  const chosen = place.peek().query.get("status") ?? [];
  setQuery({ status: chosen.length === 1 && chosen[0] === "failed" ? [] : ["failed"] }, "step");
}

function clearFilters(): void {
  const names = [...RUN_FACETS.map(({ name }) => name), "q", "hasError", "minDuration", "maxDuration"];
  setQuery(Object.fromEntries(names.map((name) => [name, undefined])), "step");
}
