// Turns as text: for searching, for copying, and for the lines that tool calls are folded to. Pure.

import type { ConversationPart, ToolCall, Turn } from "../../model/conversation-shapes.ts";
import { jsonText } from "../base/json-entries.ts";

/** The whole of a part that is there, as text. */
export function partText({ text, data }: ConversationPart): string {
  return text ?? (data === undefined ? "" : jsonText(data));
}

export function turnText({ parts, toolCalls, error }: Turn): string {
  return [
    ...parts.map(partText),
    ...toolCalls.map(callText),
    ...(error === undefined ? [] : [`${error.type ?? "error"}: ${error.message ?? ""}`]),
  ].join("\n\n");
}

function callText({ name, arguments: asked, results, error }: ToolCall): string {
  const given = asked === undefined ? "" : partText(asked);
  const failure = error?.message ?? "";
  return [`${name}(${given})`, ...results.map(partText), ...(failure === "" ? [] : [failure])].join("\n");
}

/** Whether all words stand somewhere in the turn: in what is said, in the names of agents or of tools. */
export function matchesWords(turn: Turn, words: readonly string[]): boolean {
  if (words.length === 0) return true;
  const { agent = "", from = "", to = "", model = "" } = turn;
  const text = `${turnText(turn)}\n${agent}\n${from}\n${to}\n${model}`.toLowerCase();
  return words.every((word) => text.includes(word));
}

export function wordsOf(find: string): string[] {
  return find
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
}

const VALUE_MAX = 80;
const FIELDS_MAX = 12;

/** Arguments in one line: `city: "Paris", days: 3`. */
export function argumentsLine(part: ConversationPart | undefined): string {
  if (part === undefined) return "";
  const { data, text } = part;
  if (typeof data !== "object" || data === null || Array.isArray(data)) return text ?? valueLine(data);
  const entries = Object.entries(data);
  const fields = entries.slice(0, FIELDS_MAX).map(([name, value]) => `${name}: ${valueLine(value)}`);
  return [...fields, ...(entries.length > FIELDS_MAX ? ["…"] : [])].join(", ");
}

function valueLine(value: unknown): string {
  if (value === undefined) return "";
  // Only the beginning is seen: the whole of a large value is not written out.
  if (typeof value === "string") return JSON.stringify(cut(value));
  if (typeof value !== "object" || value === null) return String(value);
  return Array.isArray(value) ? `[${value.length}]` : `{${Object.keys(value).slice(0, FIELDS_MAX).join(", ")}}`;
}

/** What a tool answered, in one line. */
export function resultLine(results: readonly ConversationPart[]): string {
  return results
    .slice(0, FIELDS_MAX)
    .map(
      ({ text, data }) => text ?? (typeof data === "object" && data !== null ? structureLine(data) : valueLine(data)),
    )
    .join(" · ");
}

function structureLine(data: object): string {
  if (Array.isArray(data)) return data.slice(0, FIELDS_MAX).map(valueLine).join(", ");
  return argumentsLine({ type: "json", data, bytes: 0 });
}

function cut(text: string): string {
  return text.length > VALUE_MAX ? `${text.slice(0, VALUE_MAX)}…` : text;
}

/** Up to so many lines and characters a text is shown whole: what somebody asked, and what somebody answered. */
const WHOLE = {
  prompt: { lines: 12, characters: 1_200 },
  answer: { lines: 60, characters: 6_000 },
} as const;

/** Whether a text is shown folded at first. */
export function isLong(text: string, as: keyof typeof WHOLE): boolean {
  const { lines, characters } = WHOLE[as];
  if (text.length > characters) return true;
  let count = 1;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) if (++count > lines) return true;
  return false;
}
