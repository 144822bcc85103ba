import type { ComponentChildren } from "preact";
import { formatCount, formatCounted, formatDuration } from "../../base/format.ts";
import { ARROWS_IN_SIGHT_MAX } from "../../plots/draw-lane-arrows.ts";
import { gapsMs } from "../../plots/gaps.ts";
import type { OpenRun } from "../../state/open-run.ts";
import { Icon } from "../../widgets/icon.tsx";

/** In larger runs spans that repeat are only looked for when they are to be folded. */
const LOOKED_FOR_MAX = 50_000;

/** What can be done with the timeline by pointer; each has a key too. All has its place, also while there is nothing to do. */
export function TimelineToolbar({ run }: { readonly run: OpenRun }) {
  const { timeline } = run;
  const built = timeline.built.value;
  const errors = built?.tree.errorsBefore.at(-1) ?? 0;
  const isAllFolded = timeline.folds.value.depth !== undefined;
  return (
    <div class="timeline-toolbar" role="toolbar" aria-label="Timeline">
      <button
        type="button"
        class="button quiet timeline-failed"
        disabled={errors === 0}
        data-tip={errors === 0 ? "No span failed" : "Next failed span (e)"}
        onClick={() => timeline.selectError(1)}
      >
        <Icon name="failure" />
        {built !== undefined && formatCount(errors)} <span class="timeline-word">failed</span>
      </button>
      <PlumbingTool run={run} />
      <ArrowsTool run={run} />
      <GapsTool run={run} />
      <Tool
        isOn={timeline.isPathShown.value}
        tip="What the run had to wait for (C)"
        onClick={() => {
          timeline.isPathShown.value = !timeline.isPathShown.peek();
        }}
      >
        Critical path
      </Tool>
      <RepeatsTool run={run} />
      <button
        type="button"
        class="button quiet timeline-fold"
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

function PlumbingTool({ run: { timeline } }: { readonly run: OpenRun }) {
  const hidden = timeline.built.value?.tree.hiddenCount ?? 0;
  const tip = timeline.showHidden.value
    ? "Leave out spans that only wrap others (p)"
    : `${formatCounted(hidden, "span")} that only wrap others, as their framework's instrumentation sends them, are left out (p)`;
  return (
    <Tool
      isOn={timeline.showHidden.value}
      tip={hidden === 0 ? "No span only wraps others" : tip}
      isIdle={hidden === 0}
      onClick={() => {
        timeline.showHidden.value = !timeline.showHidden.peek();
      }}
    >
      Plumbing <span class="timeline-count">{hidden > 0 && formatCount(hidden)}</span>
    </Tool>
  );
}

function ArrowsTool({ run }: { readonly run: OpenRun }) {
  const hasMessages = (run.figures.value?.messageCount ?? 0) > 0;
  return (
    <Tool
      isOn={run.areArrowsShown.value}
      tip={
        hasMessages
          ? `Messages as arrows between lanes (m); of more than ${ARROWS_IN_SIGHT_MAX} in sight none is drawn: zoom in`
          : "No messages between agents"
      }
      isIdle={!hasMessages}
      onClick={() => {
        run.timeline.wantsArrows.value = !run.areArrowsShown.peek();
      }}
    >
      Arrows
    </Tool>
  );
}

function GapsTool({ run: { timeline } }: { readonly run: OpenRun }) {
  const gaps = timeline.gaps.value;
  const told = `${formatCounted(gaps.length, "gap")} in which nothing happens, ${formatDuration(gapsMs(gaps))} in all`;
  return (
    <Tool
      isOn={timeline.areGapsFolded.value}
      tip={gaps.length === 0 ? "No long gap" : `${told}: fold or show (c)`}
      isIdle={gaps.length === 0}
      onClick={() => timeline.toggleGaps()}
    >
      Gaps
    </Tool>
  );
}

function RepeatsTool({ run: { timeline } }: { readonly run: OpenRun }) {
  const lineCount = timeline.built.value?.tree.rows.length ?? 0;
  const hasRepeats = lineCount > LOOKED_FOR_MAX || timeline.repeats.value.series.size > 0;
  return (
    <Tool
      isOn={timeline.foldedRepeats.value.isOn}
      tip={hasRepeats ? "Spans that repeat one after the other, as one line with how often (r)" : "No span repeats"}
      isIdle={!hasRepeats}
      onClick={() => timeline.toggleRepeats()}
    >
      Repeats
    </Tool>
  );
}

interface ToolProps {
  readonly isOn: boolean;
  readonly tip: string;
  /** There is nothing that it could do. */
  readonly isIdle?: boolean;
  readonly onClick: () => void;
  readonly children: ComponentChildren;
}

/** Shows something, or leaves it out. */
function Tool({ isOn, tip, isIdle = false, onClick, children }: ToolProps) {
  return (
    <button
      type="button"
      class="button quiet"
      disabled={isIdle}
      aria-pressed={isOn && !isIdle}
      data-tip={tip}
      onClick={onClick}
    >
      {children}
    </button>
  );
}
