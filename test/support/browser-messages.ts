// Messages as the API tells them, from a few words: for tests of the page's pure models.

import type { Message } from "../../src/model/shapes.ts";
import { MESSAGE_KINDS, type MessageKind } from "../../src/model/vocabulary.ts";

export const MESSAGES_T0 = "2026-11-22T12:00:00.000000000Z";

/** `10 boss delegate writer`: what boss sends to writer 10 ms after the start. Its span is numbered by its place. */
export function madeMessages(lines: readonly string[]): Message[] {
  return lines.map((line, i) => {
    const [ms, from, kind, to] = line.split(" ");
    if (from === undefined || to === undefined || !isKind(kind)) throw new Error(`No message: ${line}`);
    const at = new Date(Date.parse(MESSAGES_T0) + Number(ms)).toISOString();
    return {
      ...{ runId: "run", from, to, kind, at, transitMs: 2, bytes: 10, tokens: 5, tokensEstimated: true },
      ...{ spanId: (i + 1).toString(16).padStart(16, "0"), preview: line, evidence: "M2", confidence: 1 },
    };
  });
}

/** The same in an order that has nothing to do with it. */
export function shuffled<T>(values: readonly T[]): T[] {
  return values
    .map((value, i) => ({ value, place: (i * 7919 + 13) % 101 }))
    .sort((a, b) => a.place - b.place)
    .map(({ value }) => value);
}

function isKind(text: string | undefined): text is MessageKind {
  return (MESSAGE_KINDS as readonly (string | undefined)[]).includes(text);
}
