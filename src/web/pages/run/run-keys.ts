import { commandTable } from "../../base/command-table.ts";

const VIEWS = "Views of a run";

/** Named by the ids of the views. */
export const RUN_VIEW_COMMANDS = commandTable(VIEWS, {
  timeline: ["Show the run's timeline", "1"],
  sequence: ["Show the run's sequence", "2"],
  graph: ["Show the run's graph", "3"],
  conversation: ["Show the run's conversation", "4"],
  events: ["Show the run's events", "5"],
  compare: ["Show the run's comparison", "6"],
  messages: ["Show the run's messages", "7"],
  agents: ["Show the run's agents", "8"],
});

export const RUN_TOOL_COMMANDS = commandTable(VIEWS, {
  play: ["Play the run back", "P"],
  whatIf: ["What if something were faster", "W"],
});

/** In every view of a run. */
export const RUN_TIME_COMMANDS = commandTable("Time cursor", {
  next: ["To the next start or end of a span", "."],
  previous: ["To the one before", ","],
  toSelection: ["To the selected span", "i"],
  remove: ["Take the time cursor away", "x"],
  showWhole: ["Show the whole run, not only the zoomed window", "X"],
});

export const PLAYBACK_COMMANDS = commandTable("Playback", {
  toggle: ["Play, or pause", "Space"],
  faster: ["Faster", ">"],
  slower: ["Slower", "<"],
});

export const SPAN_PANEL_COMMANDS = commandTable("Details of a span", {
  enter: ["Into the span's details, to scroll them", "I"],
  close: ["Close the span's details", "Escape"],
});
