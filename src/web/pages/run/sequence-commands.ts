import type { Command } from "../../base/commands.ts";
import { SEQUENCE_ROW_PX } from "../../plots/sequence-layout.ts";
import type { SequenceFrame } from "./sequence-frame.ts";

/** Everything that keys do in the sequence. */
export function sequenceCommands(
  { run, sequence }: SequenceFrame,
  scroller: { readonly current: HTMLElement | null },
): Command[] {
  const { timeline } = run;
  const group = "Messages";
  const command = (title: string, keys: readonly string[], act: () => void): Command => ({
    ...{ title, group, keys, run: act },
  });
  const topRow = () => Math.ceil((scroller.current?.scrollTop ?? 0) / SEQUENCE_ROW_PX);
  const page = () => Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / SEQUENCE_ROW_PX) - 3);
  const selectedRow = () => sequence.rows.peek()[sequence.selectedRow.peek()];
  const fold = (isFolded: boolean) => {
    const row = selectedRow();
    if (row?.type === "message" && row.rounds !== undefined && row.rounds.isFolded !== isFolded) {
      sequence.toggleRounds(row);
    }
  };
  return [
    command("Next message", ["j", "ArrowDown"], () => sequence.move(1, topRow())),
    command("Previous message", ["k", "ArrowUp"], () => sequence.move(-1, topRow())),
    command("A page down", ["PageDown"], () => sequence.move(page(), topRow())),
    command("A page up", ["PageUp"], () => sequence.move(-page(), topRow())),
    command("First message", ["Home"], () => sequence.move(Number.NEGATIVE_INFINITY, 0)),
    command("Last message", ["End"], () => sequence.move(Number.POSITIVE_INFINITY, sequence.rows.peek().length)),
    command("Next failed message", ["e"], () => sequence.moveToFailed(1)),
    command("Previous failed message", ["E"], () => sequence.moveToFailed(-1)),
    command("Fold the rounds", ["ArrowLeft", "h"], () => fold(true)),
    command("Unfold the rounds", ["ArrowRight", "l"], () => fold(false)),
    command("Fold or unfold all rounds", ["z"], () => sequence.toggleAllRounds()),
    command("Messages of all agents", ["a"], () => sequence.showBetween([])),
    command("Show the span's details", ["Enter"], () => {
      timeline.isPanelOpen.value = true;
    }),
    command("Close the details, then select nothing", ["Escape"], () => {
      if (timeline.selected.peek() !== undefined && timeline.isPanelOpen.peek()) timeline.isPanelOpen.value = false;
      else sequence.selectNothing();
    }),
  ];
}
