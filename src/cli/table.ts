// Tables of text: columns as wide as their widest cell; the one column that may give way is cut when the terminal is
// narrower than the table. Widths count what a terminal shows, not letters.

import { displayWidth, fitTo, oneLine } from "./shown-text.ts";
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

/**
 * The table's lines, its head first. `widest` remembers how wide each column was, for a table that is shown again and
 * again: its columns do not jump.
 */
export function tableLines<R>(
  columns: readonly Column<R>[],
  rows: readonly R[],
  output: Output,
  widest: number[] = [],
): string[] {
  const cells = rows.map((row) => columns.map((column) => oneLine(column.text(row))));
  const widths = columns.map(({ title }, i) =>
    Math.max(widest[i] ?? 0, ...[title, ...cells.map((row) => row[i] ?? "")].map(displayWidth)),
  );
  widest.splice(0, widest.length, ...widths);
  const excess = widths.reduce((sum, width) => sum + width + GAP.length, -GAP.length) - (output.width ?? Infinity);
  if (excess > 0) giveWay(columns, widths, excess);
  const line = (texts: readonly string[], paint: (text: string, i: number) => string) =>
    texts
      .map((text, i) => paint(fitTo(text, widths[i] ?? 0, columns[i]?.align ?? "left"), i))
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
