import assert from "node:assert/strict";
import { test } from "node:test";
import type { Conversation, Turn } from "../../model/conversation-shapes.ts";
import { isShifted, type Transcript, turnOfSpan, withPage } from "./transcript.ts";

const turn = (id: string, rest: Partial<Turn> = {}): Turn => ({
  ...{ id, at: "2026-11-22T00:00:00.000000000Z", role: "assistant", kind: "answer", parts: [], toolCalls: [] },
  ...rest,
});
const page = (before: number, ids: string, nextCursor?: string): Conversation => ({
  turns: ids.split("").map((id) => turn(id)),
  ...(nextCursor === undefined ? {} : { nextCursor }),
  ...{ total: 9, before, captured: true },
});
const ids = ({ turns }: Transcript) => turns.map(({ id }) => id).join("");

test("pages follow each other, and the last one may be read anew", () => {
  const first = withPage(undefined, undefined, page(0, "abc", "c"));
  const second = withPage(first, "c", page(3, "de"));
  assert.equal(ids(second), "abcde");
  assert.equal(second.nextCursor, undefined);
  const grown = withPage(second, "c", page(3, "dexf", "f"));
  assert.equal(ids(grown), "abcdexf");
  assert.equal(ids(withPage(grown, "f", page(7, "g"))), "abcdexfg");
});

test("a fresh beginning takes the place of everything", () => {
  const known = withPage(withPage(undefined, undefined, page(0, "abc", "c")), "c", page(3, "de"));
  assert.equal(ids(withPage(known, undefined, page(0, "xabcde"))), "xabcde");
});

test("turns that have not changed stay the same objects", () => {
  const first = withPage(undefined, undefined, page(0, "ab"));
  const fresh = withPage(first, undefined, { ...page(0, "a"), turns: [turn("a"), turn("b", { model: "m" })] });
  assert.equal(fresh.turns[0], first.turns[0]);
  assert.notEqual(fresh.turns[1], first.turns[1]);
});

test("turns that came in between show in the number of those before a page", () => {
  const known = withPage(withPage(undefined, undefined, page(0, "abc", "c")), "c", page(3, "de"));
  assert.equal(isShifted(known, "c", page(3, "def")), false);
  assert.equal(isShifted(known, "c", page(4, "def")), true);
  assert.equal(isShifted(known, undefined, page(0, "abc")), false);
});

test("a span's turn is its answer, then its prompt, then the turn that calls it", () => {
  const call = { name: "ask", spanId: "tool", results: [] };
  const turns = [
    turn("p", { kind: "prompt", role: "user", spanId: "llm" }),
    turn("a", { spanId: "llm", toolCalls: [call] }),
    turn("q", { kind: "prompt", spanId: "open" }),
  ];
  assert.deepEqual(
    ["llm", "open", "tool", "none"].map((span) => turnOfSpan(turns, span)?.id),
    ["a", "q", "a", undefined],
  );
});
