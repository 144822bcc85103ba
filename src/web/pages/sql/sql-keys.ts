import { commandTable } from "../../base/command-table.ts";

export const SQL_COMMANDS = commandTable("SQL", {
  run: ["Run the query", "Mod+Enter"],
  write: ["Write the query", "e"],
});
