// Rows in the order of time, the newest first, page by page, of which the first page is fetched again and again: what is
// new comes in on top, unless the reader is among the rows. Then it waits and is counted. Pure.

/** As the API answers it. */
export interface RowPage<R> {
  readonly rows: readonly R[];
  /** What the page behind it is asked for by; undefined: there is none. */
  readonly nextCursor?: string | undefined;
}

export interface NewestFirst<R> extends RowPage<R> {
  /** The first page as it is by now, if something in it waits. */
  readonly waiting?: RowPage<R>;
}

export type KeyOf<R> = (row: R) => string;

/** The list after the page behind its last row was fetched. */
export function withPageBehind<R>(list: NewestFirst<R>, page: RowPage<R>, keyOf: KeyOf<R>): NewestFirst<R> {
  return { ...list, rows: [...list.rows, ...rowsWithout(page.rows, list.rows, keyOf)], nextCursor: page.nextCursor };
}

/** The list after its first page was fetched again. While it is held its rows change where they are, and none comes. */
export function withFirstPage<R>(
  list: NewestFirst<R>,
  page: RowPage<R>,
  isHeld: boolean,
  keyOf: KeyOf<R>,
): NewestFirst<R> {
  if (isHeld) {
    const fresh = new Map(page.rows.map((row) => [keyOf(row), row]));
    const rows = list.rows.map((row) => fresh.get(keyOf(row)) ?? row);
    return { rows, nextCursor: list.nextCursor, waiting: page };
  }
  if (page.nextCursor === undefined) return page;
  // Behind the last row that both have the list goes on as it was. Without such a row more came than a page holds, and
  // what lies between is not here: the list begins anew.
  const fresh = new Set(page.rows.map(keyOf));
  const last = list.rows.findLastIndex((row) => fresh.has(keyOf(row)));
  const behind = last < 0 ? [] : list.rows.slice(last + 1);
  return behind.length === 0 ? page : { rows: [...page.rows, ...behind], nextCursor: list.nextCursor };
}

/** How many rows wait; `isMore`: of those that are new only the newest are known. */
export function countWaiting<R>(
  { rows, waiting }: NewestFirst<R>,
  keyOf: KeyOf<R>,
): { count: number; isMore: boolean } {
  if (waiting === undefined) return { count: 0, isMore: false };
  const count = rowsWithout(waiting.rows, rows, keyOf).length;
  return { count, isMore: count > 0 && count === waiting.rows.length && waiting.nextCursor !== undefined };
}

/** Lets in what waits. */
export function withWaiting<R>(list: NewestFirst<R>, keyOf: KeyOf<R>): NewestFirst<R> {
  return list.waiting === undefined ? list : withFirstPage(list, list.waiting, false, keyOf);
}

function rowsWithout<R>(rows: readonly R[], known: readonly R[], keyOf: KeyOf<R>): readonly R[] {
  const keys = new Set(known.map(keyOf));
  return rows.filter((row) => !keys.has(keyOf(row)));
}
