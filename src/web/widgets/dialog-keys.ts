import { commandTable } from "../base/command-table.ts";

export const DIALOG_COMMANDS = commandTable("Dialogs", { close: ["Close", "Escape"] });
