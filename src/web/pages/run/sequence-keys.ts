import { commandTable } from "../../base/command-table.ts";

export const SEQUENCE_COMMANDS = commandTable("Messages of the sequence", {
  next: ["Next message", "j", "ArrowDown"],
  previous: ["Previous message", "k", "ArrowUp"],
  pageDown: ["A page down", "PageDown"],
  pageUp: ["A page up", "PageUp"],
  first: ["First message", "Home"],
  last: ["Last message", "End"],
  nextFailed: ["Next failed message", "e"],
  previousFailed: ["Previous failed message", "E"],
  fold: ["Fold the rounds", "ArrowLeft", "h"],
  unfold: ["Unfold the rounds", "ArrowRight", "l"],
  foldAll: ["Fold or unfold all rounds", "z"],
  ofAll: ["Messages of all agents", "a"],
  showDetails: ["Show the span's details", "Enter"],
  close: ["Close the details, then select nothing", "Escape"],
});
