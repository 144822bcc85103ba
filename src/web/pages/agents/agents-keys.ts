import { commandTable } from "../../base/command-table.ts";

const GROUP = "Agents";

export const AGENT_SEARCH = commandTable(GROUP, { search: ["Find an agent", "/"] });

export const AGENTS_COMMANDS = commandTable(GROUP, {
  clear: ["Clear all filters", "X"],
  view: ["Table or over time", "v"],
});
