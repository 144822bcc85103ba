import type { ActionsOf } from "../../base/command-table.ts";
import { SEQUENCE_ROW_PX } from "../../plots/sequence-layout.ts";
import type { SequenceFrame } from "./sequence-frame.ts";
import type { SEQUENCE_COMMANDS } from "./sequence-keys.ts";

export function sequenceActions(
  { run, sequence }: SequenceFrame,
  scroller: { readonly current: HTMLElement | null },
): ActionsOf<typeof SEQUENCE_COMMANDS> {
  const { timeline } = run;
  const topRow = () => Math.ceil((scroller.current?.scrollTop ?? 0) / SEQUENCE_ROW_PX);
  const page = () => Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / SEQUENCE_ROW_PX) - 3);
  const selectedRow = () => sequence.rows.peek()[sequence.selectedRow.peek()];
  const fold = (isFolded: boolean) => {
    const row = selectedRow();
    if (row?.type === "message" && row.rounds !== undefined && row.rounds.isFolded !== isFolded) {
      sequence.toggleRounds(row);
    }
  };
  return {
    next: () => sequence.move(1, topRow()),
    previous: () => sequence.move(-1, topRow()),
    pageDown: () => sequence.move(page(), topRow()),
    pageUp: () => sequence.move(-page(), topRow()),
    first: () => sequence.move(Number.NEGATIVE_INFINITY, 0),
    last: () => sequence.move(Number.POSITIVE_INFINITY, sequence.rows.peek().length),
    nextFailed: () => sequence.moveToFailed(1),
    previousFailed: () => sequence.moveToFailed(-1),
    fold: () => fold(true),
    unfold: () => fold(false),
    foldAll: () => sequence.toggleAllRounds(),
    ofAll: () => sequence.showBetween([]),
    showDetails: () => {
      timeline.isPanelOpen.value = true;
    },
    close: () => {
      if (timeline.selected.peek() !== undefined && timeline.isPanelOpen.peek()) timeline.isPanelOpen.value = false;
      else sequence.selectNothing();
    },
  };
}
