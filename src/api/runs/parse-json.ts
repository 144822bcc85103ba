/** The value of a text that should be JSON; undefined for an empty one and for one that only looked like JSON. */
export function parseJson(json: string): unknown {
  if (json === "") return undefined;
  try {
    return JSON.parse(json) as unknown;
  } catch {
    // A source's text that is none is shown as the text that it is.
    return undefined;
  }
}

/** The same, when it is an object. */
export function parseObject(json: string): Record<string, unknown> | undefined {
  const value = parseJson(json);
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined;
}
