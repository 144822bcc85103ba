import type { ActionsOf } from "../../base/command-table.ts";
import type { OpenRun } from "../../state/open-run.ts";
import type { TIMELINE_SPAN_COMMANDS, TIMELINE_TIME_COMMANDS } from "./timeline-keys.ts";

const ZOOM = 0.7;
const PAN_SHARE = 0.15;
const PAGE_LINES = 20;

export function timelineSpanActions({ timeline }: OpenRun): ActionsOf<typeof TIMELINE_SPAN_COMMANDS> {
  return {
    next: () => timeline.moveLine(1),
    previous: () => timeline.moveLine(-1),
    pageDown: () => timeline.moveLine(PAGE_LINES),
    pageUp: () => timeline.moveLine(-PAGE_LINES),
    foldOrUp: () => timeline.foldOrUp(),
    unfoldOrDown: () => timeline.unfoldOrDown(),
    nextFailed: () => timeline.selectError(1),
    previousFailed: () => timeline.selectError(-1),
    nextAgent: () => timeline.selectAgent(1),
    previousAgent: () => timeline.selectAgent(-1),
    showDetails: () => {
      timeline.isPanelOpen.value = true;
    },
    close: () => {
      if (timeline.selected.peek() !== undefined && timeline.isPanelOpen.peek()) timeline.isPanelOpen.value = false;
      else timeline.clearSelection();
    },
    foldAll: () => timeline.foldAll(),
    unfoldAll: () => timeline.unfoldAll(),
    repeats: () => timeline.toggleRepeats(),
    plumbing: () => {
      timeline.showHidden.value = !timeline.showHidden.peek();
    },
  };
}

export function timelineTimeActions(run: OpenRun): ActionsOf<typeof TIMELINE_TIME_COMMANDS> {
  const { timeline } = run;
  return {
    zoomIn: () => timeline.zoomBy(ZOOM),
    zoomOut: () => timeline.zoomBy(1 / ZOOM),
    earlier: () => timeline.panBy(-PAN_SHARE),
    later: () => timeline.panBy(PAN_SHARE),
    fit: () => timeline.fitAll(),
    gaps: () => timeline.toggleGaps(),
    arrows: () => {
      timeline.wantsArrows.value = !run.areArrowsShown.peek();
    },
    criticalPath: () => {
      timeline.isPathShown.value = !timeline.isPathShown.peek();
    },
  };
}
