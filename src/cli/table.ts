// Tables of text: columns as wide as their widest cell; the one column that may give way is cut when the terminal is
// narrower than the table. Widths count what a terminal shows, not letters.

import { stripVTControlCharacters } from "node:util";
import type { Colour, Output } from "./terminal.ts";

export interface Column<R> {
  readonly title: string;
  readonly text: (row: R) => string;
  readonly align?: "left" | "right";
  readonly colour?: (row: R) => Colour | undefined;
  /** Is cut first when the table is wider than the terminal, down to this many columns. */
  readonly widthMin?: number;
}

const GAP = "  ";

/** The table's lines, its head first. */
export function tableLines<R>(columns: readonly Column<R>[], rows: readonly R[], output: Output): string[] {
  const cells = rows.map((row) => columns.map((column) => oneLine(column.text(row))));
  const widths = columns.map(({ title }, i) =>
    Math.max(...[title, ...cells.map((row) => row[i] ?? "")].map(displayWidth)),
  );
  const excess = widths.reduce((sum, width) => sum + width + GAP.length, -GAP.length) - (output.width ?? Infinity);
  if (excess > 0) giveWay(columns, widths, excess);
  const line = (texts: readonly string[], paint: (text: string, i: number) => string) =>
    texts
      .map((text, i) => paint(fit(text, widths[i] ?? 0, columns[i]?.align ?? "left"), i))
      .join(GAP)
      .trimEnd();
  const head = line(
    columns.map(({ title }) => title),
    (text) => output.paint("gray", text),
  );
  const body = rows.map((row, r) =>
    line(cells[r] ?? [], (text, i) => {
      const colour = columns[i]?.colour?.(row);
      return colour === undefined ? text : output.paint(colour, text);
    }),
  );
  return [head, ...body];
}

function giveWay<R>(columns: readonly Column<R>[], widths: number[], excess: number): void {
  let left = excess;
  columns.forEach(({ widthMin }, i) => {
    if (widthMin === undefined || left <= 0) return;
    const width = widths[i] ?? 0;
    const taken = Math.min(left, Math.max(0, width - widthMin));
    widths[i] = width - taken;
    left -= taken;
  });
}

function fit(text: string, width: number, align: "left" | "right"): string {
  const shown = displayWidth(text) > width ? cut(text, width) : text;
  const space = " ".repeat(Math.max(0, width - displayWidth(shown)));
  return align === "right" ? space + shown : shown + space;
}

function cut(text: string, width: number): string {
  let shown = "";
  for (const character of text) {
    if (displayWidth(shown + character) > width - 1) break;
    shown += character;
  }
  return `${shown}…`;
}

/** Control characters come from telemetry, which anybody may have written: a terminal must not obey them. */
function oneLine(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
  return stripVTControlCharacters(text).replace(/[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]+/g, " ");
}

const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Extended_Pictographic}/u;
const NONE = /\p{Mark}|\u200d|\ufe0f/u;

function displayWidth(text: string): number {
  let width = 0;
  for (const character of text) width += NONE.test(character) ? 0 : WIDE.test(character) ? 2 : 1;
  return width;
}
