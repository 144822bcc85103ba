import { formatCount, formatCounted, formatDuration } from "../../base/format.ts";
import { ARROWS_IN_SIGHT_MAX } from "../../plots/draw-lane-arrows.ts";
import { gapsMs } from "../../plots/gaps.ts";
import type { OpenRun } from "../../state/open-run.ts";
import { Icon } from "../../widgets/icon.tsx";

/** In larger runs spans that repeat are only looked for when they are to be folded. */
const LOOKED_FOR_MAX = 50_000;

/** What can be done with the timeline by pointer; each has a key too. */
export function TimelineToolbar({ run }: { readonly run: OpenRun }) {
  const { timeline } = run;
  const tree = timeline.built.value?.tree;
  const hidden = tree?.hiddenCount ?? 0;
  const errors = tree?.errorsBefore.at(-1) ?? 0;
  const hasRepeats = (tree?.rows.length ?? 0) > LOOKED_FOR_MAX || timeline.repeats.value.series.size > 0;
  const isAllFolded = timeline.folds.value.depth !== undefined;
  return (
    <div class="timeline-toolbar" role="toolbar" aria-label="Timeline">
      {errors > 0 && (
        <button
          type="button"
          class="button quiet"
          data-tip="Next failed span (e)"
          onClick={() => timeline.selectError(1)}
        >
          <Icon name="failure" />
          {formatCount(errors)} failed
        </button>
      )}
      {hidden > 0 && (
        <button
          type="button"
          class="button quiet"
          aria-pressed={timeline.showHidden.value}
          data-tip={
            timeline.showHidden.value
              ? "Leave out spans that only wrap others (p)"
              : `${formatCounted(hidden, "span")} that only wrap others, as their framework's instrumentation sends them, are left out (p)`
          }
          onClick={() => {
            timeline.showHidden.value = !timeline.showHidden.peek();
          }}
        >
          {timeline.showHidden.value ? "Plumbing" : `+${formatCount(hidden)} plumbing`}
        </button>
      )}
      {(run.detail.data.value?.messageCount ?? 0) > 0 && (
        <button
          type="button"
          class="button quiet"
          aria-pressed={run.areArrowsShown.value}
          data-tip={`Messages as arrows between lanes (m); of more than ${ARROWS_IN_SIGHT_MAX} in sight none is drawn: zoom in`}
          onClick={() => {
            timeline.wantsArrows.value = !run.areArrowsShown.peek();
          }}
        >
          Arrows
        </button>
      )}
      {timeline.gaps.value.length > 0 && (
        <button
          type="button"
          class="button quiet"
          aria-pressed={timeline.areGapsFolded.value}
          data-tip={`Nothing happens for ${formatDuration(gapsMs(timeline.gaps.value))} in all: fold it, or show it (c)`}
          onClick={() => timeline.toggleGaps()}
        >
          {formatCounted(timeline.gaps.value.length, "gap")}
        </button>
      )}
      <button
        type="button"
        class="button quiet"
        aria-pressed={timeline.isPathShown.value}
        data-tip="What the run had to wait for (C)"
        onClick={() => {
          timeline.isPathShown.value = !timeline.isPathShown.peek();
        }}
      >
        Critical path
      </button>
      {hasRepeats && (
        <button
          type="button"
          class="button quiet"
          aria-pressed={timeline.foldedRepeats.value.isOn}
          data-tip="Spans that repeat one after the other, as one line with how often (r)"
          onClick={() => timeline.toggleRepeats()}
        >
          Repeats
        </button>
      )}
      <button
        type="button"
        class="button quiet"
        data-tip={isAllFolded ? "Unfold all (Z)" : "Fold all (z)"}
        onClick={() => (isAllFolded ? timeline.unfoldAll() : timeline.foldAll())}
      >
        {isAllFolded ? "Unfold" : "Fold"}
      </button>
      <button
        type="button"
        class="button quiet"
        disabled={timeline.zoom.value === undefined}
        data-tip="The whole run (f)"
        onClick={() => timeline.fitAll()}
      >
        Fit
      </button>
    </div>
  );
}
