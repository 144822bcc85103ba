/**
 * Runs a callback that may be asynchronous, and tells how it ended before its caller learns of it. What it returns is
 * returned, what it throws is thrown on.
 */
export function settle<T>(work: () => T, onValue: (value: Awaited<T>) => void, onError: (error: unknown) => void): T {
  let result: T;
  try {
    result = work();
  } catch (error) {
    onError(error);
    throw error;
  }
  if (!isPromise(result)) {
    onValue(result as Awaited<T>);
    return result;
  }
  return result.then(
    (value) => {
      onValue(value as Awaited<T>);
      return value;
    },
    (error: unknown) => {
      onError(error);
      throw error;
    },
  ) as T;
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && typeof (value as { then?: unknown }).then === "function";
}
