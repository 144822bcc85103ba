/** Places in arrays of ends, all of which hold the same instant: where open spans end for the time being. */
export type EndSlots = readonly { readonly array: Float64Array; readonly indexes: Int32Array }[];

/** The places that hold an instant. */
export function slotsAt(instant: number, arrays: readonly Float64Array[]): EndSlots {
  return arrays.flatMap((array) => {
    const indexes: number[] = [];
    for (let i = array.indexOf(instant); i >= 0; i = array.indexOf(instant, i + 1)) indexes.push(i);
    return indexes.length === 0 ? [] : [{ array, indexes: Int32Array.from(indexes) }];
  });
}

export function moveEnds(slots: EndSlots, instant: number): void {
  for (const { array, indexes } of slots) for (const i of indexes) array[i] = instant;
}
