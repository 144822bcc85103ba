// The order of many numbers, by counting their digits: several times faster than comparing them, and stable.

const DIGIT_BITS = 11;
const DIGITS = 1 << DIGIT_BITS;
const WORD = 2 ** 32;

/** The indexes of whole numbers from 0 up to 2^53, smallest first; equal ones in the order in which they stand. */
export function orderOf(values: Float64Array): Uint32Array {
  const count = values.length;
  const low = new Uint32Array(count);
  const high = new Uint32Array(count);
  const order = new Uint32Array(count);
  let max = 0;
  let isSorted = true;
  for (let i = 0; i < count; i++) {
    const value = values[i] as number;
    if (value < (values[i - 1] as number)) isSorted = false;
    if (value > max) max = value;
    high[i] = Math.floor(value / WORD);
    low[i] = value - (high[i] as number) * WORD;
    order[i] = i;
  }
  if (isSorted) return order;
  const byLow = sortedBy(low, Math.min(max, WORD - 1), order);
  return max < WORD ? byLow : sortedBy(high, Math.floor(max / WORD), byLow);
}

/** Moves indexes into the order of their words, digit by digit from the last. */
function sortedBy(words: Uint32Array, max: number, given: Uint32Array): Uint32Array {
  let order: Uint32Array = given;
  let next: Uint32Array = new Uint32Array(order.length);
  const places = new Uint32Array(DIGITS);
  for (let shift = 0; shift < 32 && max >>> shift > 0; shift += DIGIT_BITS) {
    places.fill(0);
    for (let i = 0; i < words.length; i++) {
      const digit = ((words[i] as number) >>> shift) & (DIGITS - 1);
      places[digit] = (places[digit] as number) + 1;
    }
    let before = 0;
    for (let digit = 0; digit < DIGITS; digit++) {
      const own = places[digit] as number;
      places[digit] = before;
      before += own;
    }
    for (let i = 0; i < order.length; i++) {
      const index = order[i] as number;
      const digit = ((words[index] as number) >>> shift) & (DIGITS - 1);
      const place = places[digit] as number;
      next[place] = index;
      places[digit] = place + 1;
    }
    [order, next] = [next, order];
  }
  return order;
}
