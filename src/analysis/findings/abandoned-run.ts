import type { FindingRule } from "./finding-rule.ts";
import { formatSeconds } from "./finding-rule.ts";

export const abandonedRun: FindingRule = {
  id: "no-terminal-event",
  doc: "The run fell silent without an end: its process was killed, or its root span was never ended.",
  find({ run, input, summary }) {
    if (summary.reason !== "abandoned" && summary.status !== "stalled") return [];
    const { columns } = run;
    const open: number[] = [];
    for (let row = 0; row < columns.count; row++) if (columns.end[row] === Number.POSITIVE_INFINITY) open.push(row);
    const last = open.at(-1);
    const where = last === undefined ? "" : `; "${columns.texts.text(columns.name[last] as number)}" never ended`;
    const silence = formatSeconds(input.now - input.lastReceived);
    return [{ message: `Nothing was heard for ${silence}${where}: the process probably died in it.`, rows: open }];
  },
};
