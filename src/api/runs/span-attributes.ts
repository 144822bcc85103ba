// Attributes as they are stored: texts by name, a letter for the type of each, and long ones apart.

import type { StoredContent } from "../../jobs/runs/run-reader.ts";
import type { Row } from "../../store/native/block-reader.ts";
import { parseJson } from "./parse-json.ts";

const ATTRIBUTE_SLOT = "attr:";

/** The attributes of a span as its sender typed them. Those that are not among the long ones may be cut. */
export function attributesOf(row: Row, long: ReadonlyMap<string, string>): Record<string, unknown> {
  const types = row["attr_types"] as string;
  const entries = Object.entries(row["attrs"] as Record<string, string>);
  return Object.fromEntries(
    entries.map(([name, short], i) => [name, typedValue(long.get(name) ?? short, types.charAt(i))]),
  );
}

/** The long values among a span's contents, by attribute. */
export function longValues(row: Row, contents: ReadonlyMap<string, StoredContent>): ReadonlyMap<string, string> {
  const slots = row["content_slots"] as string[];
  const hashes = row["content_hashes"] as string[];
  const long = new Map<string, string>();
  for (const [i, slot] of slots.entries()) {
    const content = contents.get(hashes[i] as string);
    if (slot.startsWith(ATTRIBUTE_SLOT) && content !== undefined) {
      long.set(slot.slice(ATTRIBUTE_SLOT.length), content.body);
    }
  }
  return long;
}

function typedValue(text: string, type: string): unknown {
  switch (type) {
    case "i":
    case "d":
      return isExact(Number(text), text) ? Number(text) : text;
    case "b":
      return text === "true";
    case "j":
      return parseJson(text) ?? text;
    default:
      return text;
  }
}

/** Whether JSON can say a number without changing it: not NaN, and not an integer beyond 2^53. */
function isExact(value: number, text: string): boolean {
  return Number.isSafeInteger(value) || (Number.isFinite(value) && !/^-?\d+$/.test(text));
}
