// Bodies of `POST /api/v1/events` and `/api/v1/metrics`: one JSON object, an array of them, or one object a line.

/** The body is not JSON; nothing was stored. */
export class UnreadableBodyError extends Error {
  override readonly name = "UnreadableBodyError";
}

/** One item of a body: parsed, or why it could not be. */
export type JsonItem = { readonly value: unknown } | { readonly problem: string };

/** The items of a body. A line that is no JSON is an item with a problem; any other unreadable body throws. */
export function readItems(body: Buffer, isLines: boolean): JsonItem[] {
  const text = body.toString("utf8");
  if (!isLines) {
    const parsed = parse(text);
    if ("problem" in parsed) throw new UnreadableBodyError(parsed.problem);
    return Array.isArray(parsed.value) ? parsed.value.map((value: unknown) => ({ value })) : [parsed];
  }
  const items: JsonItem[] = [];
  for (const line of text.split("\n")) if (line.trim() !== "") items.push(parse(line));
  return items;
}

function parse(text: string): { readonly value: unknown } | { readonly problem: string } {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch (error) {
    return { problem: `not valid JSON: ${(error as Error).message}` };
  }
}
