// Which rows of a long list are made: those in sight and a few around them.

export interface RowWindow {
  readonly first: number;
  /** The row after the last one. */
  readonly end: number;
}

const AROUND = 6;

export function rowWindow(scrollTop: number, heightPx: number, rowPx: number, count: number): RowWindow {
  const first = Math.max(0, Math.floor(scrollTop / rowPx) - AROUND);
  const end = Math.min(count, Math.ceil((scrollTop + heightPx) / rowPx) + AROUND);
  return { first: Math.min(first, end), end };
}

/** Where to scroll so that a row is in sight; undefined when it is already. `headPx` covers the rows at the top. */
export function scrollToRow(row: number, rowPx: number, view: { top: number; height: number }): number | undefined {
  const top = row * rowPx;
  if (top < view.top) return top;
  if (top + rowPx > view.top + view.height) return top + rowPx - view.height;
  return undefined;
}
