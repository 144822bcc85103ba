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

/** The same for very many, none of them empty: their starts and their ends, which are sorted in place. */
export function unionOf(starts: Float64Array, ends: Float64Array): Float64Array {
  sortUnlessSorted(starts);
  sortUnlessSorted(ends);
  const joined = new Float64Array(2 * starts.length);
  let written = 0;
  let open = 0;
  let ended = 0;
  for (const start of starts) {
    for (; (ends[ended] as number) < start; ended++) if (--open === 0) joined[written++] = ends[ended] as number;
    if (open++ === 0) joined[written++] = start;
  }
  if (open > 0) joined[written++] = ends.at(-1) as number;
  return joined.slice(0, written);
}

function sortUnlessSorted(values: Float64Array): void {
  for (let i = 1; i < values.length; i++)
    if ((values[i] as number) < (values[i - 1] as number)) return void values.sort();
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
