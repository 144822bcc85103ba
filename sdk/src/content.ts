import { LIMITS } from "./limits.ts";
import { NAMES } from "./names.ts";

let isCaptured = true;

/** Whether inputs and outputs are put on spans; on until it is switched off. */
export function captureContent(isOn: boolean): void {
  isCaptured = isOn;
}

/**
 * Attributes for what went in or came out: a text, or JSON of anything else. Empty when nothing is to be captured or the
 * value has no such form: a function, an object that is too large or contains itself.
 */
export function contentAttributes(name: string, value: unknown): Record<string, string | number> {
  const text = isCaptured ? textOf(value) : undefined;
  if (text === undefined) return {};
  if (text.length <= LIMITS.contentCharacters) return { [name]: text };
  const kept = text.slice(0, LIMITS.contentCharacters);
  return { [name]: kept, [NAMES.truncatedBytes]: Buffer.byteLength(text) - Buffer.byteLength(kept) };
}

function textOf(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  if (value === undefined || value === null || typeof value === "function" || typeof value === "symbol")
    return undefined;
  let values = 0;
  try {
    return JSON.stringify(value, (_key, part: unknown) => {
      if (++values > LIMITS.contentValues) throw new RangeError("too many values");
      return typeof part === "bigint" ? String(part) : part;
    });
  } catch {
    // It contains itself, is too large, or its toJSON throws: nothing that could be shown.
    return undefined;
  }
}
