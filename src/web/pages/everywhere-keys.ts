import { type CommandTable, commandTable } from "../base/command-table.ts";
import type { Page } from "./page.ts";

export const EVERYWHERE_COMMANDS = commandTable("Everywhere", {
  palette: ["Find a command", "Mod+k"],
  help: ["What keys do", "?"],
  theme: ["Light or dark", "t"],
  sidebar: ["Narrow or wide sidebar", "\\"],
});

/** A command for each page of the sidebar, named by its path. */
export function goCommands(pages: readonly Page[]): CommandTable {
  const lines = pages.flatMap(({ paths: [path], navigation }) =>
    navigation === undefined ? [] : [[path, [`Go to ${navigation.title}`, navigation.hotkey]] as const],
  );
  return commandTable("Pages", Object.fromEntries(lines));
}
