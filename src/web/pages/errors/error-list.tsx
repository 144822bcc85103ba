import { useComputed } from "@preact/signals";
import { useRef } from "preact/hooks";
import { useCommands } from "../../base/commands.ts";
import { formatCounted } from "../../base/format.ts";
import { pathOf, queryValue } from "../../base/place.ts";
import { place, setQuery } from "../../base/router.ts";
import { ERROR_FILTERS, ERROR_SORTS, type ErrorSort, errorsHref, isErrorsNarrowed } from "../../state/error-query.ts";
import { errorFacets, errorKinds, errorSort, hasMoreKinds, loadErrors, loadMoreKinds } from "../../state/errors.ts";
import { nextSortOrder } from "../../state/sort-order.ts";
import { FacetMenu } from "../../widgets/facet-menu.tsx";
import { FilterChips } from "../../widgets/filter-chips.tsx";
import { Loaded } from "../../widgets/notices.tsx";
import { SearchField } from "../../widgets/search-field.tsx";
import { Table } from "../../widgets/table.tsx";
import { TimeRange } from "../../widgets/time-range.tsx";
import type { PageBody } from "../lazy-page.tsx";
import { ViewsMenu } from "../views-menu.tsx";
import { errorColumns } from "./error-columns.tsx";
import { ERROR_LIST_COMMANDS, ERROR_SEARCH } from "./error-keys.ts";
import { NoErrors } from "./no-errors.tsx";

export const errorList: PageBody = { load: loadErrors, View: ErrorListView };

function ErrorListView() {
  const rows = useComputed(() => errorKinds.data.value?.errors ?? []);
  const selected = useComputed(() => queryValue(place.value.query, "selected"));
  const columns = useRef(errorColumns()).current;
  const { field, isDescending } = errorSort.value;
  useCommands(ERROR_LIST_COMMANDS, () => ({ clear: clearFilters }));
  return (
    <div class="page">
      <ErrorsBar />
      <FilterChips filters={ERROR_FILTERS} onClear={clearFilters} />
      <Loaded from={errorKinds}>
        {({ errors }) =>
          errors.length === 0 ? (
            <NoErrors isFiltered={isErrorsNarrowed(place.value.query)} />
          ) : (
            <Table
              label="Errors"
              columns={columns}
              rows={rows}
              keyOf={({ fingerprint }) => fingerprint}
              selected={selected}
              onSelect={(fingerprint) => setQuery({ selected: fingerprint }, "quiet")}
              hrefOf={({ fingerprint }) => errorsHref(pathOf`/errors/${fingerprint}`, place.peek().query)}
              sort={{ field, isDescending }}
              onSort={(column) =>
                setQuery({ sort: nextSortOrder(ERROR_SORTS, errorSort.peek(), column as ErrorSort) }, "step")
              }
              onEnd={loadMoreKinds}
            />
          )
        }
      </Loaded>
      <footer class="page-foot muted" aria-live="polite">
        {rows.value.length > 0 && summary(rows.value)}
      </footer>
    </div>
  );
}

function summary(kinds: readonly { readonly count: number; readonly isNew: boolean }[]): string {
  const errors = kinds.reduce((sum, { count }) => sum + count, 0);
  const fresh = kinds.filter(({ isNew }) => isNew).length;
  const more = hasMoreKinds.value ? ", and more below" : "";
  return `${formatCounted(kinds.length, "kind")}, ${fresh} new, ${formatCounted(errors, "error")}${more}`;
}

function ErrorsBar() {
  const values = errorFacets.data.value;
  const { query } = place.value;
  return (
    <header class="page-bar">
      <h1>Errors</h1>
      <SearchField command={ERROR_SEARCH} placeholder="Class or message" />
      {ERROR_FILTERS.map(({ name, title }) => (
        <FacetMenu
          key={name}
          title={title}
          values={name === "kind" ? failedKinds() : (values?.[name] ?? [])}
          selected={query.get(name) ?? []}
          onChange={(chosen) => setQuery({ [name]: chosen }, "step")}
        />
      ))}
      <span class="grow" />
      <ViewsMenu />
      <TimeRange />
    </header>
  );
}

/** What failed in the errors that are shown. */
function failedKinds(): { readonly value: string; readonly count: number }[] {
  const counts = new Map<string, number>();
  for (const { kinds } of errorKinds.data.value?.errors ?? []) {
    for (const kind of kinds) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return [...counts].map(([value, count]) => ({ value, count })).sort((a, b) => b.count - a.count);
}

function clearFilters(): void {
  const names = [...ERROR_FILTERS.map(({ name }) => name), "q"];
  setQuery(Object.fromEntries(names.map((name) => [name, undefined])), "step");
}
