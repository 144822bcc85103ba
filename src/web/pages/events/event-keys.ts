import { commandTable } from "../../base/command-table.ts";

const GROUP = "Events";

export const EVENT_SEARCH = commandTable(GROUP, { search: ["Search events", "/"] });

export const EVENT_COMMANDS = commandTable(GROUP, {
  tail: ["Live tail on or off", "l"],
  pause: ["Pause the tail, or go on with what was held back", "Space"],
  close: ["Close the details", "Escape"],
  clear: ["Clear all filters", "X"],
});
