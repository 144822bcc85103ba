// The ghost of a run: where its spans would be, had something been faster. By rows of the skeleton, in ms after its t0.

import type { Schedule } from "../../analysis/schedule.ts";
import type { Times } from "../../analysis/schedule-times.ts";
import type { PathScene } from "./draw-path.ts";
import { type SpanColumns, spanIdAt } from "./skeleton.ts";

export interface Ghost {
  /** NaN for spans without a part in the schedule: plumbing. */
  readonly start: Float64Array;
  readonly end: Float64Array;
  /** 1 for the spans whose own work is faster or slower. */
  readonly isScaled: Uint8Array;
  /** When the run would have ended. */
  readonly endMs: number;
  /** The critical path that it would have had. */
  readonly path: PathScene | undefined;
}

const NS_PER_MS = 1e6;
const NO_ID = "0".repeat(16);

/** For each row of the skeleton the row of the schedule, −1 where it has none: a run that goes on has more spans by then. */
export function scheduleRows(
  columns: SpanColumns,
  { count, spanIds }: Pick<Schedule, "count" | "spanIds">,
): Int32Array {
  const rows = new Int32Array(columns.count);
  let same = count === columns.count;
  for (let row = 0; row < columns.count && same; row++) {
    const id = spanIdAt(columns, row);
    rows[row] = row;
    // Ids that are no span ids are not in the skeleton.
    same = spanIds[row] === id || id === NO_ID;
  }
  if (same) return rows;
  const rowOf = new Map(spanIds.map((id, row) => [id, row]));
  return rows.map((_, row) => rowOf.get(spanIdAt(columns, row)) ?? -1);
}

/** `rows`: from `scheduleRows`. */
export function ghostOf(
  rows: Int32Array,
  { count, parent }: Pick<Schedule, "count" | "parent">,
  times: Pick<Times, "start" | "end">,
  isScaled: (scheduleRow: number) => boolean,
): Omit<Ghost, "path"> {
  const start = new Float64Array(rows.length).fill(Number.NaN);
  const end = new Float64Array(rows.length).fill(Number.NaN);
  const scaled = new Uint8Array(rows.length);
  for (let row = 0; row < rows.length; row++) {
    const at = rows[row] as number;
    if (at < 0 || (parent[at] as number) < 0) continue;
    start[row] = (times.start[at] as number) / NS_PER_MS;
    end[row] = (times.end[at] as number) / NS_PER_MS;
    scaled[row] = isScaled(at) ? 1 : 0;
  }
  return { start, end, isScaled: scaled, endMs: (times.end[count] as number) / NS_PER_MS };
}
