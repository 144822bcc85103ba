// The intervals in which a span works itself: its time without that of its children, which are clipped to it. Flat and
// in order: those of position p are segments[2 × first[p]] … segments[2 × first[p + 1] − 1], start and end in ms.

import type { SpanColumns } from "./skeleton.ts";
import type { SpanTree } from "./span-tree.ts";

export interface OwnTime {
  readonly first: Int32Array;
  readonly segments: Float64Array;
}

/** Ends of rows in ms; open ones end at `horizon`. */
export function endsOf({ start, duration, count }: SpanColumns, horizon: number): Float64Array {
  const ends = new Float64Array(count);
  for (let row = 0; row < count; row++) {
    const ms = duration[row] as number;
    const from = start[row] as number;
    ends[row] = ms < 0 ? Math.max(from, horizon) : from + ms;
  }
  return ends;
}

export function ownTime({ start }: SpanColumns, { rows, size }: SpanTree, ends: Float64Array): OwnTime {
  const count = rows.length;
  const first = new Int32Array(count + 1);
  // A span has at most one segment more than it has children: 2 × count in all.
  const segments = new Float64Array(4 * count);
  let written = 0;
  for (let p = 0; p < count; p++) {
    first[p] = written;
    const row = rows[p] as number;
    const end = ends[row] as number;
    const last = p + (size[p] as number);
    let at = start[row] as number;
    for (let child = p + 1; child < last; child += size[child] as number) {
      const childRow = rows[child] as number;
      const from = Math.min(start[childRow] as number, end);
      if (from > at) {
        segments[2 * written] = at;
        segments[2 * written + 1] = from;
        written++;
      }
      at = Math.max(at, Math.min(ends[childRow] as number, end));
    }
    if (end > at) {
      segments[2 * written] = at;
      segments[2 * written + 1] = end;
      written++;
    }
  }
  first[count] = written;
  return { first, segments: segments.subarray(0, 2 * written) };
}
