import { quietly } from "./quietly.ts";

/**
 * Runs a callback that may be asynchronous, and tells how it ended before its caller learns of it. What it returns is
 * returned, what it throws is thrown on; what the telling throws is not.
 */
export function settle<T>(work: () => T, onValue: (value: Awaited<T>) => void, onError: (error: unknown) => void): T {
  let result: T;
  try {
    result = work();
  } catch (error) {
    quietly(() => onError(error), undefined);
    throw error;
  }
  if (!isPromise(result)) {
    quietly(() => onValue(result as Awaited<T>), undefined);
    return result;
  }
  return result.then(
    (value) => {
      quietly(() => onValue(value as Awaited<T>), undefined);
      return value;
    },
    (error: unknown) => {
      quietly(() => onError(error), undefined);
      throw error;
    },
  ) as T;
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && typeof (value as { then?: unknown }).then === "function";
}
