// Runs as text for other programs: JSON as the API says it, or CSV (RFC 4180) with the API's fields as flat columns.
// Spreadsheets read a cell that begins with =, +, -, @, a tab or a carriage return as a formula: in columns of text,
// which agents fill, such a cell begins with an apostrophe, which they do not show. Numbers stay as they are. Pure.

import type { Run } from "../../model/shapes.ts";

type Cell = string | number | boolean | undefined;

interface CsvColumn {
  readonly name: string;
  readonly value: (run: Run) => Cell;
}

const LIST_SEPARATOR = "; ";
const LINE_END = "\r\n";
const FORMULA = /^[=+\-@\t\r]/;
const QUOTED = /[",\r\n]/;

const column = (name: string, value: (run: Run) => Cell): CsvColumn => ({ name, value });
const list = (name: "tags" | "agents" | "models" | "traces") => column(name, (run) => run[name].join(LIST_SEPARATOR));
const token = (name: keyof Run["tokens"]) => column(`tokens.${name}`, ({ tokens }) => tokens[name]);
const figure = (name: keyof NonNullable<Run["figures"]>) => column(`figures.${name}`, ({ figures }) => figures?.[name]);

const COLUMNS: readonly CsvColumn[] = [
  ...(["id", "name", "status", "startedAt", "endedAt", "durationMs", "service", "session", "user"] as const).map(
    (name) => column(name, (run) => run[name]),
  ),
  ...(["tags", "agents", "models"] as const).map(list),
  ...(["spanCount", "eventCount", "errorCount"] as const).map((name) => column(name, (run) => run[name])),
  ...(["input", "output", "cacheRead", "cacheWrite", "reasoning"] as const).map(token),
  column("cost.usd", ({ cost }) => cost.usd),
  column("cost.unpricedCalls", ({ cost }) => cost.unpricedCalls),
  ...(["llmCalls", "toolCalls", "messageCount", "agentic"] as const).map((name) => column(name, (run) => run[name])),
  list("traces"),
  ...(
    ["utilization", "communicationShareOfTime", "communicationShareOfTokens", "criticalPathMs", "concurrency"] as const
  ).map(figure),
];

export function runsAsJson(runs: readonly Run[]): string {
  return `${JSON.stringify(runs, undefined, 2)}\n`;
}

/** With a line of names. What is unknown is empty, and of a list the values stand one after the other. */
export function runsAsCsv(runs: readonly Run[]): string {
  return csvHead() + csvRows(runs);
}

export function csvHead(): string {
  return COLUMNS.map(({ name }) => name).join(",") + LINE_END;
}

export function csvRows(runs: readonly Run[]): string {
  return runs.map((run) => COLUMNS.map(({ value }) => csvCell(value(run))).join(",") + LINE_END).join("");
}

function csvCell(value: Cell): string {
  if (value === undefined) return "";
  if (typeof value !== "string") return String(value);
  const safe = FORMULA.test(value) ? `'${value}` : value;
  return QUOTED.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
