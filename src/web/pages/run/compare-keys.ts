import { commandTable } from "../../base/command-table.ts";

const GROUP = "Comparison";

export const COMPARE_CHOICE_COMMANDS = commandTable(GROUP, {
  next: ["Next run to compare with", "j", "ArrowDown"],
  previous: ["Previous run to compare with", "k", "ArrowUp"],
});

export const COMPARE_COMMANDS = commandTable(GROUP, { parting: ["Select where the runs part", "d"] });

export const COMPARE_SPAN_COMMANDS = commandTable(GROUP, { same: ["Show or fold what is the same", "s"] });
