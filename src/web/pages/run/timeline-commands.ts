import type { Command } from "../../base/commands.ts";
import type { OpenRun } from "../../state/open-run.ts";

const ZOOM = 0.7;
const PAN_SHARE = 0.15;

/** Everything that keys do in the timeline. */
export function timelineCommands(run: OpenRun): Command[] {
  const { timeline } = run;
  const rows = "Spans";
  const time = "Time";
  const command = (group: string, title: string, keys: readonly string[], run: () => void): Command => ({
    ...{ group, title, keys, run },
  });
  const gesture = (group: string, title: string, by: string): Command => ({
    ...{ group, title, keys: [], gesture: by, run: () => undefined },
  });
  return [
    command(rows, "Next span", ["j", "ArrowDown"], () => timeline.moveLine(1)),
    command(rows, "Previous span", ["k", "ArrowUp"], () => timeline.moveLine(-1)),
    command(rows, "A page down", ["PageDown"], () => timeline.moveLine(20)),
    command(rows, "A page up", ["PageUp"], () => timeline.moveLine(-20)),
    command(rows, "Fold, or up to the parent", ["ArrowLeft", "h"], () => timeline.foldOrUp()),
    command(rows, "Unfold, or down to the first child", ["ArrowRight", "l"], () => timeline.unfoldOrDown()),
    command(rows, "Next failed span", ["e"], () => timeline.selectError(1)),
    command(rows, "Previous failed span", ["E"], () => timeline.selectError(-1)),
    command(rows, "Next agent", ["]"], () => timeline.selectAgent(1)),
    command(rows, "Previous agent", ["["], () => timeline.selectAgent(-1)),
    command(rows, "Show the span's details", ["Enter"], () => {
      timeline.isPanelOpen.value = true;
    }),
    command(rows, "Close the details, then select nothing", ["Escape"], () => {
      if (timeline.selected.peek() !== undefined && timeline.isPanelOpen.peek()) timeline.isPanelOpen.value = false;
      else timeline.clearSelection();
    }),
    command(rows, "Fold all", ["z"], () => timeline.foldAll()),
    command(rows, "Unfold all", ["Z"], () => timeline.unfoldAll()),
    command(rows, "Fold or show spans that repeat", ["r"], () => timeline.toggleRepeats()),
    command(rows, "Show or leave out plumbing", ["p"], () => {
      timeline.showHidden.value = !timeline.showHidden.peek();
    }),
    command(time, "Zoom in", ["w", "+"], () => timeline.zoomBy(ZOOM)),
    command(time, "Zoom out", ["s", "-"], () => timeline.zoomBy(1 / ZOOM)),
    command(time, "Earlier", ["a"], () => timeline.panBy(-PAN_SHARE)),
    command(time, "Later", ["d"], () => timeline.panBy(PAN_SHARE)),
    command(time, "The whole run, then the selected span", ["f"], () => timeline.fitAll()),
    gesture(time, "Move time and list", "drag"),
    gesture(time, "Zoom to a range", "Shift drag"),
    gesture(time, "Zoom to a span", "double click"),
    gesture(time, "Zoom at the pointer, over lanes and ruler", "wheel"),
    gesture(time, "Zoom at the pointer, everywhere", "Ctrl wheel"),
    command(time, "Fold or show gaps in which nothing happens", ["c"], () => timeline.toggleGaps()),
    command(time, "Messages as arrows between lanes", ["m"], () => {
      timeline.wantsArrows.value = !run.areArrowsShown.peek();
    }),
    command(time, "Critical path", ["C"], () => {
      timeline.isPathShown.value = !timeline.isPathShown.peek();
    }),
  ];
}
