// Arithmetic on half-open intervals [start, end). A list is "flat": start0, end0, start1, end1, …

/** Sorts intervals by start and joins those that touch or overlap. Empty ones vanish. */
export function union(flat: readonly number[]): number[] {
  const order: number[] = [];
  for (let i = 0; i < flat.length; i += 2) if ((flat[i + 1] as number) > (flat[i] as number)) order.push(i);
  order.sort((a, b) => (flat[a] as number) - (flat[b] as number));
  const joined: number[] = [];
  for (const i of order) {
    const start = flat[i] as number;
    const end = flat[i + 1] as number;
    const last = joined.length - 1;
    if (last > 0 && start <= (joined[last] as number)) joined[last] = Math.max(joined[last] as number, end);
    else joined.push(start, end);
  }
  return joined;
}

/**
 * The same for very many, none of them empty: their starts and their ends, which are overwritten. It takes little more
 * than one pass when most of them stand in the order of their starts.
 */
export function unionOf(starts: Float64Array, ends: Float64Array): Float64Array {
  const count = starts.length;
  const lateStarts = new Float64Array(count);
  const lateEnds = new Float64Array(count);
  let late = 0;
  let kept = count;
  let next = Number.POSITIVE_INFINITY;
  // Without those that start later than any that stands behind them the rest is in order.
  for (let i = count - 1; i >= 0; i--) {
    const start = starts[i] as number;
    if (start <= next) {
      next = start;
      starts[--kept] = start;
      ends[kept] = ends[i] as number;
    } else {
      lateStarts[late] = start;
      lateEnds[late++] = ends[i] as number;
    }
  }
  const inOrder = unionInOrder(starts.subarray(kept), ends.subarray(kept));
  return joined(inOrder, unionSorted(lateStarts.subarray(0, late).sort(), lateEnds.subarray(0, late).sort()));
}

/** Of intervals that are sorted by start. */
function unionInOrder(starts: Float64Array, ends: Float64Array): Float64Array {
  const flat = new Float64Array(2 * starts.length);
  let written = 0;
  let last = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < starts.length; i++) {
    if ((starts[i] as number) > last) {
      flat[written] = starts[i] as number;
      written += 2;
    }
    last = Math.max(last, ends[i] as number);
    flat[written - 1] = last;
  }
  return flat.slice(0, written);
}

/** Of all starts and of all ends, both sorted: which belong together need not be known. */
function unionSorted(starts: Float64Array, ends: Float64Array): Float64Array {
  const flat = new Float64Array(2 * starts.length);
  let written = 0;
  let open = 0;
  let ended = 0;
  for (const start of starts) {
    for (; (ends[ended] as number) < start; ended++) if (--open === 0) flat[written++] = ends[ended] as number;
    if (open++ === 0) flat[written++] = start;
  }
  if (open > 0) flat[written++] = ends.at(-1) as number;
  return flat.slice(0, written);
}

/** What lies in either of two lists that are in order and without overlap. */
function joined(a: Float64Array, b: Float64Array): Float64Array {
  if (b.length === 0) return a;
  const count = (a.length + b.length) / 2;
  const starts = new Float64Array(count);
  const ends = new Float64Array(count);
  for (let i = 0, j = 0, k = 0; k < count; k++) {
    const isOfA = j >= b.length || (i < a.length && (a[i] as number) <= (b[j] as number));
    const [list, at] = isOfA ? [a, i] : [b, j];
    starts[k] = list[at] as number;
    ends[k] = list[at + 1] as number;
    if (isOfA) i += 2;
    else j += 2;
  }
  return unionInOrder(starts, ends);
}

/** The summed length of intervals that do not overlap. */
export function totalLength(flat: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < flat.length; i += 2) sum += (flat[i + 1] as number) - (flat[i] as number);
  return sum;
}

/** What lies in `a` and not in `b`; both sorted and without overlap, as `union` makes them. */
export function subtract(a: readonly number[], b: readonly number[]): number[] {
  const rest: number[] = [];
  let j = 0;
  for (let i = 0; i < a.length; i += 2) {
    let start = a[i] as number;
    const end = a[i + 1] as number;
    while (j < b.length && (b[j + 1] as number) <= start) j += 2;
    for (let k = j; k < b.length && (b[k] as number) < end; k += 2) {
      if ((b[k] as number) > start) rest.push(start, b[k] as number);
      start = Math.max(start, b[k + 1] as number);
    }
    if (start < end) rest.push(start, end);
  }
  return rest;
}

/** What lies in both; both sorted and without overlap. */
export function intersect(a: readonly number[], b: readonly number[]): number[] {
  const both: number[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length && j < b.length) {
    const start = Math.max(a[i] as number, b[j] as number);
    const end = Math.min(a[i + 1] as number, b[j + 1] as number);
    if (start < end) both.push(start, end);
    if ((a[i + 1] as number) < (b[j + 1] as number)) i += 2;
    else j += 2;
  }
  return both;
}
