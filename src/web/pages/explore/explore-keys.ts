import { commandTable } from "../../base/command-table.ts";

export const EXPLORE_COMMANDS = commandTable("Metrics", {
  clear: ["Clear all filters", "X"],
  shape: ["Lines, bars or heatmap", "b"],
});
