import { commandTable } from "../../base/command-table.ts";

export const TIMELINE_SPAN_COMMANDS = commandTable("Spans of the timeline", {
  next: ["Next span", "j", "ArrowDown"],
  previous: ["Previous span", "k", "ArrowUp"],
  pageDown: ["A page down", "PageDown"],
  pageUp: ["A page up", "PageUp"],
  foldOrUp: ["Fold, or up to the parent", "ArrowLeft", "h"],
  unfoldOrDown: ["Unfold, or down to the first child", "ArrowRight", "l"],
  nextFailed: ["Next failed span", "e"],
  previousFailed: ["Previous failed span", "E"],
  nextAgent: ["Next agent", "]"],
  previousAgent: ["Previous agent", "["],
  showDetails: ["Show the span's details", "Enter"],
  close: ["Close the details, then select nothing", "Escape"],
  foldAll: ["Fold all", "z"],
  unfoldAll: ["Unfold all", "Z"],
  repeats: ["Fold or show spans that repeat", "r"],
  plumbing: ["Show or leave out plumbing", "p"],
});

export const TIMELINE_TIME_COMMANDS = commandTable(
  "Time of the timeline",
  {
    zoomIn: ["Zoom in", "w", "+"],
    zoomOut: ["Zoom out", "s", "-"],
    earlier: ["Earlier", "a"],
    later: ["Later", "d"],
    fit: ["The whole run, then the selected span", "f"],
    gaps: ["Fold or show gaps in which nothing happens", "c"],
    arrows: ["Messages as arrows between lanes", "m"],
    criticalPath: ["Critical path", "C"],
  },
  [
    ["Move time and list", "drag"],
    ["Zoom to a range", "Shift drag"],
    ["Zoom to a span", "double click"],
    ["Zoom at the pointer, over lanes and ruler", "wheel"],
    ["Zoom at the pointer, everywhere", "Ctrl wheel"],
  ],
);
