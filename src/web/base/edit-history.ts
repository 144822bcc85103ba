/** What something was, is, and would be again: a history of edits that can be undone and redone. Pure. */
export interface EditHistory<T> {
  /** Oldest first. */
  readonly past: readonly T[];
  readonly present: T;
  /** What was undone, the next one first. */
  readonly future: readonly T[];
}

const PAST_MAX = 200;

export function beginHistory<T>(present: T): EditHistory<T> {
  return { past: [], present, future: [] };
}

/** An edit; what was undone before it is gone. One that changes nothing is none. */
export function withEdit<T>(history: EditHistory<T>, present: T): EditHistory<T> {
  if (isSame(history.present, present)) return history;
  return { past: [...history.past, history.present].slice(-PAST_MAX), present, future: [] };
}

export function undone<T>(history: EditHistory<T>): EditHistory<T> {
  const present = history.past.at(-1);
  if (present === undefined) return history;
  return { past: history.past.slice(0, -1), present, future: [history.present, ...history.future] };
}

export function redone<T>(history: EditHistory<T>): EditHistory<T> {
  const [present, ...future] = history.future;
  if (present === undefined) return history;
  return { past: [...history.past, history.present], present, future };
}

/** Whether two values read the same as JSON. */
export function isSame(a: unknown, b: unknown): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}
