// A result of SQL as text, for other programs.

import type { ResultColumn, ResultRow } from "../plots/result-chart.ts";

/** Spreadsheets take a text that begins so for a formula. */
const FORMULA = /^[=+\-@\t\r]/;

/** Comma-separated values, as RFC 4180 has them. Texts that a spreadsheet would run have an apostrophe in front. */
export function toCsv(columns: readonly ResultColumn[], rows: readonly ResultRow[]): string {
  const lines = [
    columns.map(({ name }) => csvCell(name)),
    ...rows.map((row) => columns.map(({ name }) => csvCell(row[name]))),
  ];
  return lines.map((cells) => `${cells.join(",")}\r\n`).join("");
}

function csvCell(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  const text = cellText(value);
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** A value as it reads in a cell: lists and maps as JSON. */
export function cellText(value: unknown): string {
  if (typeof value === "string") return value;
  return JSON.stringify(value) ?? "";
}

/** The rows as JSON, one a line. */
export function toJson(rows: readonly ResultRow[]): string {
  return `[\n${rows.map((row) => `  ${JSON.stringify(row)}`).join(",\n")}\n]\n`;
}
