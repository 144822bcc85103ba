import { commandTable } from "../../base/command-table.ts";

export const BOARD_COMMANDS = commandTable(
  "Board",
  {
    edit: ["Edit the board", "e"],
    save: ["Save the board", "Mod+s"],
    undo: ["Undo", "Mod+z"],
    redo: ["Redo", "Mod+y"],
  },
  [
    ["Move the panel with the focus", "← → ↑ ↓"],
    ["Resize the panel with the focus", "Shift + arrows"],
  ],
);
