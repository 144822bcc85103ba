// Which events of a run do not count, because another one has the same identity: it was sent again.

/** The offsets of the events that do not count. One that was read twice, from the store and the journal, is no repeat. */
export function repeatedEvents(events: readonly { readonly id: string; readonly offset: number }[]): number[] {
  const counting = new Map<string, number>();
  for (const { id, offset } of events) counting.set(id, Math.min(offset, counting.get(id) ?? offset));
  if (counting.size === events.length) return [];
  return events.filter(({ id, offset }) => counting.get(id) !== offset).map(({ offset }) => offset);
}
