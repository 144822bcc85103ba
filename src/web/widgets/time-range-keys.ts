import { commandTable } from "../base/command-table.ts";

export const TIME_RANGE_COMMANDS = commandTable("Time", { type: ["Type a range of time", "R"] });
