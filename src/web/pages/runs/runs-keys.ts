import { commandTable } from "../../base/command-table.ts";

const GROUP = "Runs";

export const RUN_SEARCH = commandTable(GROUP, { search: ["Search runs", "/"] });

export const RUNS_COMMANDS = commandTable(GROUP, {
  failed: ["Failed runs alone, or all", "F"],
  clear: ["Clear all filters", "X"],
});

export const JUMP_COMMANDS = commandTable(GROUP, { jump: ["Jump to time…", "J"] });

export const DURATION_COMMANDS = commandTable(GROUP, {
  choose: ["Choose a range of durations", "d"],
  clear: ["Clear the range of durations", "D"],
  show: ["Show or hide the histogram of durations", "h"],
});

export const MARK_COMMANDS = commandTable(GROUP, {
  mark: ["Mark the run to compare or copy it", "x"],
  compare: ["Compare the two marked runs", "c"],
});
