import { rowsOfSpans, type SpanColumns } from "../plots/skeleton.ts";

/** What `/runs/{id}/critical-path` answers. */
export interface CriticalPath {
  readonly totalMs: number;
  readonly segments: readonly PathSegment[];
  readonly byAgent: Readonly<Record<string, number>>;
  readonly byKind: Readonly<Record<string, number>>;
}

interface PathSegment {
  readonly spanId?: string;
  readonly agent?: string;
  readonly kind: string;
  /** After the run's start. */
  readonly startMs: number;
  readonly durationMs: number;
}

/** The path as the timeline draws it, in the order of time. */
export interface PathLine {
  /** Rows of the spans; −1 where a segment lies in none. */
  readonly rows: Int32Array;
  /** Start and end of each segment, in ms after the skeleton's t0. */
  readonly times: Float64Array;
  /** By row: 1 where the path passes. */
  readonly isOn: Uint8Array;
}

/** `offsetMs`: the run's start after the skeleton's t0. */
export function pathLine(columns: SpanColumns, { segments }: CriticalPath, offsetMs: number): PathLine {
  const rows = new Int32Array(segments.length);
  const times = new Float64Array(2 * segments.length);
  const isOn = new Uint8Array(columns.count);
  const rowOf = rowsOfSpans(columns, new Set(segments.flatMap(({ spanId }) => spanId ?? [])));
  for (const [i, { spanId, startMs, durationMs }] of segments.entries()) {
    const row = rowOf.get(spanId ?? "") ?? -1;
    rows[i] = row;
    times[2 * i] = startMs + offsetMs;
    times[2 * i + 1] = startMs + offsetMs + durationMs;
    if (row >= 0) isOn[row] = 1;
  }
  return { rows, times, isOn };
}
