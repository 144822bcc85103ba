/** A broken promise between parts of this program: never caused by input, so it is thrown and not handled. */
export class AssertionError extends Error {
  override readonly name = "AssertionError";
}

/** Throws when a condition that this program guarantees does not hold. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new AssertionError(message);
}

/** The value, or a throw when it is undefined: for values that the surrounding code guarantees. */
export function defined<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new AssertionError(`${what} is missing`);
  return value;
}
