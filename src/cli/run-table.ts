import type { Run } from "../model/shapes.ts";
import { formatDuration, formatInstantShort, formatShort, formatUsd } from "./format.ts";
import { type Column, tableLines } from "./table.ts";
import type { Colour, Output } from "./terminal.ts";

const STATUS_COLOURS: Readonly<Record<Run["status"], Colour>> = {
  running: "cyan",
  completed: "green",
  failed: "red",
  cancelled: "yellow",
  stalled: "yellow",
};
const NAME_WIDTH_MIN = 12;
const AGENTS_WIDTH_MIN = 10;

/** Runs as lines of a table, its head first; shown again, its columns stay where they were. */
export class RunTable {
  readonly #output: Output;
  readonly #widest: number[] = [];

  constructor(output: Output) {
    this.#output = output;
  }

  /** In the order given. */
  lines(runs: readonly Run[], nowMs: number): string[] {
    return tableLines(columnsAt(nowMs), runs, this.#output, this.#widest);
  }
}

function columnsAt(nowMs: number): Column<Run>[] {
  return [
    { title: "STATUS", text: (run) => run.status, colour: (run) => STATUS_COLOURS[run.status] },
    { title: "STARTED", text: (run) => formatInstantShort(run.startedAt, nowMs) },
    { title: "TOOK", text: (run) => formatDuration(run.durationMs), align: "right" },
    { title: "AGENTS", text: (run) => run.agents.join(", "), widthMin: AGENTS_WIDTH_MIN },
    { title: "NAME", text: (run) => run.name, widthMin: NAME_WIDTH_MIN },
    { title: "SPANS", text: (run) => formatShort(run.spanCount), align: "right" },
    {
      title: "ERRORS",
      text: (run) => (run.errorCount === 0 ? "" : formatShort(run.errorCount)),
      align: "right",
      colour: () => "red",
    },
    { title: "TOKENS", text: (run) => formatShort(run.tokens.input + run.tokens.output), align: "right" },
    { title: "COST", text: costText, align: "right" },
    { title: "RUN", text: (run) => run.id, colour: () => "gray" },
  ];
}

/** A plus says that calls without a known price come on top. */
function costText({ cost }: Run): string {
  if (cost.unpricedCalls > 0) return cost.usd === undefined ? "unpriced" : `${formatUsd(cost.usd)}+`;
  return formatUsd(cost.usd);
}
