import { formatCounted } from "../../base/format.ts";
import { copyRuns, loadedRuns } from "../../state/run-export.ts";

/** Copies runs of the list: those of some ids, or all that are loaded. */
export function CopyRuns({ ids }: { readonly ids: readonly string[] }) {
  const runs = loadedRuns(ids);
  const what = formatCounted(runs.length, ids.length === 0 ? "loaded run" : "marked run");
  return (
    <span class="export-choices">
      {/* How many are loaded stands beside it; a number here would move the buttons as runs come in. */}
      <span class="muted">Copy {ids.length === 0 ? "loaded" : what}</span>
      {(["json", "csv"] as const).map((format) => (
        <button
          key={format}
          type="button"
          class="button quiet small"
          aria-label={`Copy ${what} as ${format.toUpperCase()}`}
          disabled={runs.length === 0}
          onClick={() => void copyRuns(runs, format)}
        >
          {format.toUpperCase()}
        </button>
      ))}
    </span>
  );
}
