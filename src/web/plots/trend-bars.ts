// Counts over time as bars with a scale below them. Pure.

const DAY_MS = 86_400_000;
/** Below this a clock says more than a date. */
const CLOCK_MS_MAX = 1.5 * DAY_MS;

export interface TrendBar {
  readonly count: number;
  /** Of the highest bar: 0…1. */
  readonly share: number;
  readonly fromMs: number;
  readonly toMs: number;
}

export interface TrendLabel {
  /** Where it stands in the window: 0…1. */
  readonly share: number;
  readonly text: string;
}

export function trendBars(trend: readonly number[], sinceMs: number, stepMs: number): TrendBar[] {
  const highest = Math.max(1, ...trend);
  return trend.map((count, i) => ({
    count,
    share: count / highest,
    fromMs: sinceMs + i * stepMs,
    toMs: sinceMs + (i + 1) * stepMs,
  }));
}

/** Instants at equal distances, each said so that it is told apart from the others in a window of this length. */
export function trendLabels(sinceMs: number, untilMs: number, count: number): TrendLabel[] {
  const lengthMs = untilMs - sinceMs;
  return Array.from({ length: count }, (_, i) => {
    const share = count === 1 ? 0 : i / (count - 1);
    return { share, text: trendInstant(sinceMs + share * lengthMs, lengthMs) };
  });
}

/** In the reader's zone: `22:37`, `22:37:45` where minutes are too coarse, `11-22 08:00`, or `11-22` of a long window. */
export function trendInstant(ms: number, windowMs: number): string {
  const date = new Date(ms);
  const clock = [date.getHours(), date.getMinutes()].map(twoDigits).join(":");
  const day = `${twoDigits(date.getMonth() + 1)}-${twoDigits(date.getDate())}`;
  if (windowMs <= 10 * 60_000) return `${clock}:${twoDigits(date.getSeconds())}`;
  if (windowMs <= CLOCK_MS_MAX) return clock;
  return windowMs <= 10 * DAY_MS ? `${day} ${clock}` : day;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, "0");
}
