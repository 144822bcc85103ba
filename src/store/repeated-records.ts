// Which records of a run do not count, because another one has the same identity: a span that was sent again, or had been
// announced, and an event that was sent again.

import { isStronger, type SpanRow } from "./run-columns-builder.ts";

/** The offsets of the spans that do not count. */
export function repeatedSpans(rows: readonly SpanRow[]): number[] {
  return repeated(rows, ({ identity }) => identity, isStronger);
}

/** The offsets of the events that do not count. */
export function repeatedEvents(events: readonly { readonly id: string; readonly offset: number }[]): number[] {
  return repeated(
    events,
    ({ id }) => id,
    (a, b) => a.offset < b.offset,
  );
}

/** A record that was read twice, from the store and from the journal, is no repeat of itself. */
function repeated<R extends { readonly offset: number }>(
  records: readonly R[],
  identityOf: (record: R) => string,
  counts: (a: R, b: R) => boolean,
): number[] {
  const counting = new Map<string, R>();
  for (const record of records) {
    const known = counting.get(identityOf(record));
    if (known === undefined || counts(record, known)) counting.set(identityOf(record), record);
  }
  if (counting.size === records.length) return [];
  return records
    .filter((record) => counting.get(identityOf(record))?.offset !== record.offset)
    .map(({ offset }) => offset);
}
