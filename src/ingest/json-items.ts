// Bodies of `POST /api/v1/events` and `/api/v1/metrics`: one JSON object, an array of them, or one object a line. A body
// is cut into its items by looking for brackets and commas, and each item is parsed when its turn comes: parsing 64 MiB
// at once would hold up every socket, and `[[],[],…` takes twenty times its size in memory.

import { isUtf8 } from "node:buffer";
import { LIMITS } from "../model/limits.ts";
import { BodyError } from "./body.ts";
import { TOO_DEEP } from "./item-checks.ts";

/** The body is not JSON; nothing was stored. */
export class UnreadableBodyError extends Error {
  override readonly name = "UnreadableBodyError";
}

/** Where an item lies in its body. */
export interface JsonItem {
  readonly start: number;
  readonly end: number;
  /** One line of many: what is wrong with it is no matter of the others. */
  readonly isLine: boolean;
}

/** A parsed item, or why there is none. */
export type ParsedItem =
  | { readonly value: unknown }
  | { readonly code: "too_large" | "invalid"; readonly problem: string };

/** What an event's data and message may take together, and something for the rest. */
const ITEM_BYTES_MAX = LIMITS.eventDataBytes + LIMITS.eventMessageBytes + 64 * 1024;

const NEWLINE = 0x0a;
const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;
const OPENING = { square: 0x5b, curly: 0x7b } as const;
const CLOSING = { square: 0x5d, curly: 0x7d } as const;

/** The items of a body. Throws UnreadableBodyError, and BodyError when there are too many. */
export function readItems(body: Buffer, isLines: boolean): JsonItem[] {
  const whole = trimmed(body, 0, body.length, false);
  if (isLines) return readLines(body);
  return body[whole.start] === OPENING.square ? readArray(body, whole) : [whole];
}

function readLines(body: Buffer): JsonItem[] {
  const items: JsonItem[] = [];
  for (let start = 0; start < body.length; ) {
    const newline = body.indexOf(NEWLINE, start);
    const end = newline < 0 ? body.length : newline;
    const line = trimmed(body, start, end, true);
    if (line.end > line.start) add(items, line);
    start = end + 1;
  }
  return items;
}

function readArray(body: Buffer, whole: JsonItem): JsonItem[] {
  const items: JsonItem[] = [];
  let depth = 0;
  let start = whole.start + 1;
  let at = whole.start;
  for (; at < whole.end; at++) {
    const byte = body[at];
    if (byte === QUOTE) at = closingQuote(body, at, whole.end);
    else if (byte === OPENING.square || byte === OPENING.curly) depth++;
    else if (byte === CLOSING.square || byte === CLOSING.curly) {
      depth--;
      if (depth === 0) break;
    } else if (byte === COMMA && depth === 1) {
      add(items, trimmed(body, start, at, false));
      start = at + 1;
    }
  }
  if (at !== whole.end - 1 || body[at] !== CLOSING.square)
    throw new UnreadableBodyError("not valid JSON: the array does not end where the body does");
  const last = trimmed(body, start, at, false);
  // `[]` has no items; `[1,]` has an empty second one, which then fails to parse.
  if (last.end > last.start || items.length > 0) add(items, last);
  return items;
}

function add(items: JsonItem[], item: JsonItem): void {
  if (items.length >= LIMITS.eventsPerRequest) {
    throw new BodyError("too_large", `A request may hold ${LIMITS.eventsPerRequest} items: send smaller batches`);
  }
  items.push(item);
}

/** The position of the quote that ends the text which begins at `at`, or `end`. */
function closingQuote(body: Buffer, at: number, end: number): number {
  for (let i = at + 1; i < end; i++) {
    const byte = body[i];
    if (byte === QUOTE) return i;
    if (byte === BACKSLASH) i++;
  }
  return end;
}

/** Without JSON's white space around it. */
function trimmed(body: Buffer, from: number, to: number, isLine: boolean): JsonItem {
  let start = from;
  let end = to;
  while (start < end && isSpace(body[start])) start++;
  while (end > start && isSpace(body[end - 1])) end--;
  return { start, end, isLine };
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === NEWLINE || byte === 0x0d || byte === 0x09;
}

/** Parses an item. Throws UnreadableBodyError when the body is no JSON because of it. */
export function parseItem(body: Buffer, { start, end, isLine }: JsonItem): ParsedItem {
  if (end - start > ITEM_BYTES_MAX) {
    return { code: "too_large", problem: `it is larger than ${ITEM_BYTES_MAX} bytes` };
  }
  const bytes = body.subarray(start, end);
  const problem = isUtf8(bytes) ? undefined : "not valid JSON: the text is not UTF-8";
  if (problem === undefined && isDeeper(bytes, LIMITS.nestingDepth)) return { code: "invalid", problem: TOO_DEEP };
  const parsed = problem === undefined ? parse(bytes.toString()) : { code: "invalid" as const, problem };
  if ("problem" in parsed && !isLine) throw new UnreadableBodyError(parsed.problem);
  return parsed;
}

function parse(text: string): ParsedItem {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch (error) {
    return { code: "invalid", problem: `not valid JSON: ${(error as Error).message}` };
  }
}

/** Whether values are nested beyond a depth: what is built of them is walked by recursion later. */
function isDeeper(bytes: Buffer, depthMax: number): boolean {
  let depth = 0;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === QUOTE) at = closingQuote(bytes, at, bytes.length);
    else if (byte === OPENING.square || byte === OPENING.curly) {
      if (++depth > depthMax) return true;
    } else if (byte === CLOSING.square || byte === CLOSING.curly) depth--;
  }
  return false;
}
