import { commandTable } from "../base/command-table.ts";

export const VIEWS_MENU_COMMANDS = commandTable("Views", { open: ["Saved views", "v"] });
