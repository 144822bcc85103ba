import { commandTable } from "../base/command-table.ts";

export const SPAN_SEARCH = commandTable("Search", { search: ["Search spans", "/"] });
