import { commandTable } from "../../base/command-table.ts";

const GROUP = "Settings";

/** Named by the ids of the sections. */
export const SETTINGS_COMMANDS = commandTable(GROUP, {
  connect: ["Settings: Connect", "1"],
  keys: ["Settings: Keys", "2"],
  storage: ["Settings: Storage", "3"],
  health: ["Settings: Health", "4"],
});

export const FRAMEWORK_SEARCH = commandTable(GROUP, { search: ["Search frameworks", "/"] });
