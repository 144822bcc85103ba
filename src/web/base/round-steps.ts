const S_MS = 1000;
const MIN_MS = 60 * S_MS;
const HOUR_MS = 60 * MIN_MS;
const DAY_MS = 24 * HOUR_MS;

/** Steps of time that people count in, each a part of the minute, the hour or the day, or whole days. */
const ROUND_STEPS_MS = [
  ...[1, 2, 5, 10, 15, 30].map((seconds) => seconds * S_MS),
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * MIN_MS),
  ...[1, 2, 3, 4, 6, 12].map((hours) => hours * HOUR_MS),
  ...[1, 2, 7, 14, 30].map((days) => days * DAY_MS),
];

/** The first of them that is not shorter; of what is longer than all, whole days. */
export function roundStepMs(leastMs: number): number {
  return ROUND_STEPS_MS.find((ms) => ms >= leastMs) ?? Math.ceil(leastMs / DAY_MS) * DAY_MS;
}
