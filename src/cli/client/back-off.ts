const BACK_OFF_MS_MIN = 200;
const BACK_OFF_MS_MAX = 5_000;
const RETRY_AFTER_MS_MAX = 60_000;

/**
 * How long to wait before the next attempt: doubles from attempt to attempt, a little differently for everybody. What
 * the server asks for, in seconds, goes before.
 */
export function backOffMs(attempt: number, retryAfter?: string): number {
  const seconds = Number(retryAfter);
  if (retryAfter !== undefined && seconds >= 0) return Math.min(seconds * 1000, RETRY_AFTER_MS_MAX);
  return Math.min(BACK_OFF_MS_MIN * 2 ** attempt, BACK_OFF_MS_MAX) * (0.5 + Math.random() / 2);
}
