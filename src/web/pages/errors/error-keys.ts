import { commandTable } from "../../base/command-table.ts";

const GROUP = "Errors";

export const ERROR_SEARCH = commandTable(GROUP, { search: ["Search errors", "/"] });

export const ERROR_LIST_COMMANDS = commandTable(GROUP, { clear: ["Clear all filters", "X"] });

export const ERROR_COMMANDS = commandTable(GROUP, {
  back: ["Back to all errors", "u"],
  openLatest: ["Open the latest run at the span that failed", "e"],
});
