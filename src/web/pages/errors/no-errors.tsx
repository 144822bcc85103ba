import { place, setQuery } from "../../base/router.ts";
import { inWindowHref } from "../../state/error-query.ts";
import { EmptyState } from "../../widgets/notices.tsx";

/** Says why there is nothing, and where to look. */
export function NoErrors({ isFiltered }: { readonly isFiltered: boolean }) {
  if (isFiltered) {
    return (
      <EmptyState title="No error passes these filters">
        <p>Take a filter away (Shift+X clears all of them), or look further back.</p>
        <p>
          <LookBack />
        </p>
      </EmptyState>
    );
  }
  return (
    <EmptyState title="Nothing failed in this window of time">
      <p>
        What fails in any run appears here within a second or two: model calls, tools, agents. Errors of one kind stand
        together, however their numbers and ids differ; one that goes up through several spans counts once, where it
        began.
      </p>
      <p>
        Whether anything ran at all: <a href={inWindowHref("/runs", place.value.query)}>the runs of this window</a>.
      </p>
      <p>
        <LookBack />
      </p>
    </EmptyState>
  );
}

function LookBack() {
  return (
    <button type="button" class="button" onClick={() => setQuery({ since: "-30d", until: undefined }, "step")}>
      Look at the last 30 days
    </button>
  );
}
