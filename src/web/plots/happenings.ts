import { SPAN_TRAITS } from "../../model/vocabulary.ts";
import type { SpanColumns } from "./skeleton.ts";

const NS_PER_MS = 1e6;

/** Whole nanoseconds, as the server compares instants. */
export function nsOf(ms: number): number {
  return Math.round(ms * NS_PER_MS);
}

/**
 * The nearest start or end of a span after an instant (`step` 1) or before it (−1), past plumbing, in nanoseconds after
 * t0; undefined at the ends. Looked for once a key press, so that nothing has to be kept in order.
 */
export function happeningFrom(columns: SpanColumns, ns: number, step: 1 | -1): number | undefined {
  const { count, start, duration, traits } = columns;
  let nearest = step > 0 ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
  const look = (at: number) => {
    if (step > 0 ? at > ns && at < nearest : at < ns && at > nearest) nearest = at;
  };
  for (let row = 0; row < count; row++) {
    if (((traits[row] as number) & SPAN_TRAITS.hidden) !== 0) continue;
    const from = start[row] as number;
    const ms = duration[row] as number;
    look(nsOf(from));
    if (ms >= 0) look(nsOf(from + ms));
  }
  return Number.isFinite(nearest) ? nearest : undefined;
}
