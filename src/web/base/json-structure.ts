const PARSED_MAX = 2_000_000;

/** The value, where a text is a JSON object or list. */
export function parseStructure(text: string): object | undefined {
  const first = text.trimStart()[0];
  if ((first !== "{" && first !== "[") || text.length > PARSED_MAX) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    // Only looked like JSON: it is shown as the text that it is.
    return undefined;
  }
}
