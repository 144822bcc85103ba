import type { ActionsOf } from "../../base/command-table.ts";
import { formatOffset } from "../../base/format.ts";
import { type OpenRun, type RunTab, runTab } from "../../state/open-run.ts";
import { Icon } from "../../widgets/icon.tsx";
import { EmptyState } from "../../widgets/notices.tsx";
import type { RUN_TIME_COMMANDS } from "./run-keys.ts";

/** Views that show only what lies in the zoomed window; the timeline shows the window itself. */
const WINDOWED: ReadonlySet<RunTab> = new Set<RunTab>(["sequence", "graph", "conversation", "events", "messages"]);
/** Views that have no time. */
const TIMELESS: ReadonlySet<RunTab> = new Set<RunTab>(["agents", "compare"]);

/** The window and the instant that all views share, each to be taken away. */
export function RunTime({ run: { timeline } }: { readonly run: OpenRun }) {
  const zoom = timeline.zoom.value;
  const cursorMs = timeline.cursorMs.value;
  return (
    <div class="run-time">
      {zoom !== undefined && WINDOWED.has(runTab.value) && (
        <button
          type="button"
          class="chip"
          aria-label="Show the whole run"
          data-tip="Show the whole run (X)"
          onClick={() => timeline.showWhole()}
        >
          only {formatOffset(timeline.within(zoom.startMs))} – {formatOffset(timeline.within(zoom.endMs))}
          <Icon name="close" size={12} />
        </button>
      )}
      {cursorMs !== undefined && !TIMELESS.has(runTab.value) && (
        <button
          type="button"
          class="chip"
          aria-label={`at ${formatOffset(cursorMs)}: take the time cursor away`}
          data-tip="Take the time cursor away (x)"
          onClick={() => timeline.removeCursor()}
        >
          at {formatOffset(cursorMs)}
          <Icon name="close" size={12} />
        </button>
      )}
    </div>
  );
}

interface NothingInWindowProps {
  readonly run: OpenRun;
  /** What is looked for. */
  readonly noun: string;
}

/** Stands where a view would show what lies in the zoomed window. */
export function NothingInWindow({ run: { timeline }, noun }: NothingInWindowProps) {
  if (timeline.zoom.value === undefined) return null;
  return (
    <EmptyState title={`No ${noun} in this part of the run`}>
      <button type="button" class="button" onClick={() => timeline.showWhole()}>
        Show the whole run
      </button>
    </EmptyState>
  );
}

/** What keys do with the instant and the window, in every view. */
export function timeActions({ timeline }: OpenRun): ActionsOf<typeof RUN_TIME_COMMANDS> {
  return {
    next: () => timeline.stepCursor(1),
    previous: () => timeline.stepCursor(-1),
    toSelection: () => timeline.placeCursorAtSelection(),
    remove: () => timeline.removeCursor(),
    showWhole: () => timeline.showWhole(),
  };
}
