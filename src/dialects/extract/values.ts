// Values as emitters spell them: JSON inside texts (once or twice), lists flattened into attribute names, AnyValue trees,
// dates in quotes. Each function takes whatever there is and answers with what can be made of it; none throws.

import { parseInstant } from "../../base/time.ts";
import type { Json } from "../../model/draft.ts";
import type { AttributeValue, GroupEntry } from "../../model/foreign-span.ts";

export type JsonObject = { readonly [key: string]: Json };

/** Beyond these a value stays what it is: text unparsed, structure as one piece of JSON. */
export const BOUNDS = {
  jsonCharacters: 8 * 1024 * 1024,
  /** How often a text may hold JSON whose value is again a text with JSON. */
  jsonLevels: 2,
  nestingDepth: 32,
  listItems: 10_000,
  pathSegments: 16,
} as const;

export function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether there is nothing in a value: null, an empty text, list or object. */
export function isEmpty(value: Json | undefined): boolean {
  if (value === undefined || value === null || value === "") return true;
  if (typeof value !== "object") return false;
  if (Array.isArray(value)) return value.length === 0;
  for (const _ in value) return false;
  return true;
}

const OPENING = new Set(["{", "[", '"']);

function parseOnce(text: string): Json | undefined {
  if (text.length > BOUNDS.jsonCharacters) return undefined;
  let first = text.charAt(0);
  if (first === " " || first === "\n") first = text.trimStart().charAt(0);
  if (!OPENING.has(first)) return undefined;
  try {
    return JSON.parse(text) as Json;
  } catch {
    // A text that merely begins like JSON, or JSON that was cut: the caller keeps the text.
    return undefined;
  }
}

/** The value of a text that holds JSON (a structure or a quoted text), else undefined. */
export function parseMaybeJson(text: string): Json | undefined {
  let value = parseOnce(text);
  for (let level = 1; level < BOUNDS.jsonLevels && typeof value === "string"; level++) {
    value = parseOnce(value) ?? value;
    if (typeof value !== "string") break;
  }
  return value;
}

/** The object that a text holds as JSON, or undefined. */
export function parseObject(text: string): JsonObject | undefined {
  const value = text === "" ? undefined : parseMaybeJson(text);
  return isObject(value) ? value : undefined;
}

/** A value as compact JSON; a structure nested too deep to be written becomes "". */
export function jsonText(value: Json): string {
  try {
    return JSON.stringify(value) ?? "";
  } catch {
    // The only way to fail here is a nesting that overflows the stack.
    return "";
  }
}

/** A text that holds a JSON structure, in its compact spelling, so that equal values are equal texts. */
export function canonicalText(text: string): string {
  const first = text.charAt(0);
  if (first !== "{" && first !== "[") return text;
  const value = parseOnce(text);
  if (value === undefined) return text;
  return jsonText(value) || text;
}

/** A value as text: texts as they are, numbers and booleans spelled out, structures as JSON, nothing as "". */
export function textOf(value: Json | undefined): string {
  if (typeof value === "string") return value;
  if (value === undefined || value === null) return "";
  return typeof value === "object" ? jsonText(value) : String(value);
}

/** A value when it is a text, else "". */
export function onlyText(value: Json | undefined): string {
  return typeof value === "string" ? value : "";
}

/** The number that a value is or spells. */
export function numberOf(value: Json | undefined): number | undefined {
  if (typeof value === "number") return Number.isFinite(value) ? value : undefined;
  if (typeof value !== "string" || value === "") return undefined;
  const number = Number(value);
  return Number.isFinite(number) ? number : undefined;
}

const BASE64_STEP = 0x6000;

function base64(bytes: Uint8Array): string {
  let binary = "";
  for (let i = 0; i < bytes.length; i += BASE64_STEP) {
    binary += String.fromCharCode(...bytes.subarray(i, i + BASE64_STEP));
  }
  return btoa(binary);
}

/** An attribute's value as JSON: bytes as base64, what is nested too deep left out. */
export function toJson(value: AttributeValue, depth = 0): Json {
  // An AnyValue without a value has no type here, but may come.
  if (typeof value !== "object" || value === null) return value ?? null;
  if (value instanceof Uint8Array) return base64(value);
  if (depth >= BOUNDS.nestingDepth) return null;
  if (Array.isArray(value)) return (value as readonly AttributeValue[]).map((item) => toJson(item, depth + 1));
  const object: { [key: string]: Json } = Object.create(null) as { [key: string]: Json };
  for (const [key, item] of Object.entries(value as { readonly [key: string]: AttributeValue })) {
    object[key] = toJson(item, depth + 1);
  }
  return object;
}

/** An attribute's value, with the JSON inside a text read. A text without JSON stays a text. */
export function readValue(value: AttributeValue | undefined): Json | undefined {
  if (value === undefined) return undefined;
  if (typeof value === "string") return parseMaybeJson(value) ?? value;
  return toJson(value);
}

/**
 * The items of a list in any spelling: an array, or an object whose keys are numbers (sorted as numbers: 10 after 2;
 * holes are closed). Other values have none.
 */
export function listOf(value: Json | undefined): readonly Json[] {
  if (isList(value)) return value;
  if (!isObject(value)) return [];
  const numbered: [number, Json][] = [];
  for (const key in value) {
    const index = Number(key);
    if (!Number.isInteger(index) || index < 0) return [];
    numbered.push([index, value[key] as Json]);
  }
  return numbered.sort((a, b) => a[0] - b[0]).map(([, item]) => item);
}

type MutableObject = { [key: string]: Json | MutableObject };

/** `[["0.message.role", "user"], …]` → `{"0": {message: {role: "user"}}}`; texts stay texts. */
export function unflatten(entries: readonly GroupEntry[]): JsonObject {
  const root: MutableObject = Object.create(null) as MutableObject;
  for (const [path, value] of entries) {
    const segments = path.split(".", BOUNDS.pathSegments);
    let node = root;
    for (let i = 0; i < segments.length - 1; i++) {
      const segment = segments[i] as string;
      const next = node[segment];
      if (isBranch(next)) node = next;
      else {
        const created: MutableObject = Object.create(null) as MutableObject;
        // A leaf that stands where a branch is due gives way: `content` and `content.0` in one span.
        node[segment] = created;
        node = created;
      }
    }
    node[segments[segments.length - 1] as string] = toJson(value);
  }
  return root as JsonObject;
}

function isBranch(value: Json | MutableObject | undefined): value is MutableObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Nanoseconds since 1970 of a date text, which may stand in quotes. */
export function instantOf(text: string): bigint | undefined {
  if (text === "") return undefined;
  const bare = text.startsWith('"') ? text.replaceAll('"', "") : text;
  return bare.length > 40 ? undefined : parseInstant(bare);
}
