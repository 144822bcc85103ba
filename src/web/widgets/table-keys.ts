import { commandTable } from "../base/command-table.ts";

/** What keys do in every table. */
export const ROW_COMMANDS = commandTable("Lists", {
  next: ["Next row", "j", "ArrowDown"],
  previous: ["Previous row", "k", "ArrowUp"],
  pageDown: ["A page down", "PageDown"],
  pageUp: ["A page up", "PageUp"],
  first: ["First row", "Home"],
  last: ["Last row", "End"],
  open: ["Open the row", "Enter", "o"],
});
