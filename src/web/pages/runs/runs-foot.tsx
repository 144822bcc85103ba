import { computed } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { addPaletteEntries, type PaletteEntry } from "../../base/commands.ts";
import { formatCounted, formatExactCount } from "../../base/format.ts";
import { countRuns } from "../../plots/duration-histogram.ts";
import { chosenRange, durationBars, durationScale, isHistogramOpen } from "../../state/run-durations.ts";
import { copyRuns, downloadRuns, exportNote, isDownloading, loadedRuns, stopDownload } from "../../state/run-export.ts";
import { hasMore, isLoadingMore, runRows } from "../../state/runs.ts";
import { CopyRuns } from "./copy-runs.tsx";
import { marks } from "./run-marks.tsx";

/** How many runs the list has, as far as they were counted. */
const total = computed<number | undefined>(() => {
  if (!isHistogramOpen.value || durationScale.value === undefined) return undefined;
  return countRuns(durationBars.value, chosenRange.value).count;
});

/** How many runs are loaded, of how many, and what can be done with them. */
export function RunsFoot() {
  useEffect(() => addPaletteEntries(exportEntries()), []);
  const count = runRows.value.length;
  return (
    <footer class="page-foot runs-foot muted">
      <span class="grow cut" aria-live="polite">
        {exportNote.value ?? (count > 0 && loadedWords(count))}
      </span>
      {count > 0 && marks.value.length === 0 && <CopyRuns ids={[]} />}
      {count > 0 && <DownloadRuns />}
    </footer>
  );
}

function exportEntries(): PaletteEntry[] {
  return (["json", "csv"] as const).flatMap((format) => [
    {
      title: `Copy the marked or all loaded runs as ${format.toUpperCase()}`,
      group: "Runs",
      run: () => void copyRuns(loadedRuns(marks.peek()), format),
    },
    {
      title: `Download all runs of this list as ${format.toUpperCase()}`,
      group: "Runs",
      run: () => void downloadRuns(format),
    },
  ]);
}

function loadedWords(count: number): string {
  const all = total.value;
  const loaded =
    all !== undefined && all > count
      ? `${formatExactCount(count)} of ${formatCounted(all, "run")}`
      : formatCounted(count, "run");
  if (isLoadingMore.value) return `${loaded}, loading more…`;
  return hasMore.value ? `${loaded}, and more below` : loaded;
}

function DownloadRuns() {
  if (isDownloading.value) {
    return (
      <button type="button" class="button quiet small" onClick={stopDownload}>
        Stop the download
      </button>
    );
  }
  return (
    <span class="export-choices">
      Download all
      {(["json", "csv"] as const).map((format) => (
        <button
          key={format}
          type="button"
          class="button quiet small"
          aria-label={`Download all runs as ${format.toUpperCase()}`}
          data-tip="All that pass the filters, up to 50,000"
          onClick={() => void downloadRuns(format)}
        >
          {format.toUpperCase()}
        </button>
      ))}
    </span>
  );
}
