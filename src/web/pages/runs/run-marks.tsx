// Runs of the list can be marked, `mark=<id>` in the URL: two to be compared, any to be copied.

import { computed } from "@preact/signals";
import type { Run } from "../../../model/shapes.ts";
import { useCommands } from "../../base/commands.ts";
import { formatCounted } from "../../base/format.ts";
import { pathOf, queryValue } from "../../base/place.ts";
import { go, place, setQuery } from "../../base/router.ts";
import { runRows } from "../../state/runs.ts";
import { Icon } from "../../widgets/icon.tsx";
import type { Column } from "../../widgets/table.tsx";
import { CopyRuns } from "./copy-runs.tsx";
import { MARK_COMMANDS } from "./runs-keys.ts";

/** What a link can carry. */
const MARKS_MAX = 50;

export const marks = computed<readonly string[]>(() => place.value.query.get("mark") ?? []);

/** Beyond the limit the mark that was set first goes. */
function toggleMark(id: string | undefined): void {
  if (id === undefined) return;
  const rest = marks.peek().filter((other) => other !== id);
  setQuery({ mark: rest.length < marks.peek().length ? rest : [...rest, id].slice(-MARKS_MAX) }, "quiet");
}

/** Where the two marked runs stand beside each other: the newer beside the older. */
const comparison = computed<string | undefined>(() => {
  const [first, second, third] = marks.value;
  if (first === undefined || second === undefined || third !== undefined) return undefined;
  const startOf = (id: string) => runRows.value.find((run) => run.id === id)?.startedAt ?? "";
  const [a, b] = startOf(first) <= startOf(second) ? [first, second] : [second, first];
  return `${pathOf`/runs/${b}`}?view=compare&with=${encodeURIComponent(a)}`;
});

export const markColumn: Column<Run> = {
  id: "mark",
  title: "",
  width: "12px",
  hint: "Mark runs to compare two of them, or to copy some (x)",
  render: ({ id }) => <Mark id={id} />,
};

function Mark({ id }: { readonly id: string }) {
  const isMarked = marks.value.includes(id);
  return (
    // biome-ignore lint/a11y/useSemanticElements: an input would keep the keys of the list to itself
    <button
      type="button"
      role="checkbox"
      class="run-mark"
      aria-checked={isMarked}
      aria-label="Mark this run"
      tabIndex={-1}
      onClick={() => toggleMark(id)}
    >
      {isMarked && <Icon name="check" size={10} />}
    </button>
  );
}

/** What can be done with marked runs; nothing while there are none. */
export function MarksBar() {
  useCommands(MARK_COMMANDS, () => ({
    mark: () => toggleMark(queryValue(place.peek().query, "selected")),
    compare: () => {
      if (comparison.peek() !== undefined) go(comparison.peek() as string);
    },
  }));
  const count = marks.value.length;
  if (count === 0) return null;
  return (
    <div class="marks-bar" role="toolbar" aria-label="Marked runs">
      {comparison.value === undefined ? (
        <span class="muted">
          {formatCounted(count, "run")} marked:{" "}
          {count === 1 ? "mark another one to compare them (x)" : "two can be compared"}
        </span>
      ) : (
        <a class="button" href={comparison.value} data-tip="c">
          Compare {formatCounted(count, "run")}
        </a>
      )}
      <CopyRuns ids={marks.value} />
      <button type="button" class="button quiet" onClick={() => setQuery({ mark: undefined }, "quiet")}>
        Clear
      </button>
    </div>
  );
}
