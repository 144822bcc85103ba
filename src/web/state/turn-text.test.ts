import assert from "node:assert/strict";
import { test } from "node:test";
import type { ConversationPart, Turn } from "../../model/conversation-shapes.ts";
import { argumentsLine, isLong, matchesWords, resultLine, turnText, wordsOf } from "./turn-text.ts";

const json = (data: unknown): ConversationPart => ({ type: "json", data, bytes: 0 });
const text = (words: string): ConversationPart => ({ type: "text", text: words, bytes: words.length });
const TURN: Turn = {
  ...{ id: "a", at: "", role: "assistant", kind: "answer", agent: "Boss", parts: [text("It rains.")] },
  toolCalls: [{ name: "weather", arguments: json({ city: "Paris" }), results: [text("rain")] }],
};

test("arguments and results are told in one line", () => {
  assert.equal(
    argumentsLine(json({ city: "Paris", days: 3, deep: { a: 1, b: [] }, list: [1, 2] })),
    'city: "Paris", days: 3, deep: {a, b}, list: [2]',
  );
  assert.equal(argumentsLine(text("plain")), "plain");
  assert.equal(argumentsLine(json([1])), "[1]");
  assert.equal(argumentsLine(undefined), "");
  assert.equal(argumentsLine(json({ long: "x".repeat(1000) })).length, 89);
  assert.equal(resultLine([text("rain"), json({ ok: true })]), "rain · ok: true");
  assert.equal(resultLine([json(["a", 1])]), '"a", 1');
});

test("a turn is found by words of what is said, called and answered, and by who speaks", () => {
  for (const find of ["RAINS", "paris weather", "boss it", "rain"]) assert.ok(matchesWords(TURN, wordsOf(find)), find);
  assert.ok(!matchesWords(TURN, wordsOf("rains snow")));
  assert.ok(matchesWords(TURN, wordsOf("  ")));
});

test("a turn's text has everything that it says", () => {
  assert.equal(turnText(TURN), 'It rains.\n\nweather({\n  "city": "Paris"\n})\nrain');
});

test("long is what has many lines or many characters; of an answer more is shown than of a prompt", () => {
  assert.ok(isLong("a\n".repeat(12), "prompt") && !isLong("a\n".repeat(12), "answer"));
  assert.ok(isLong("a".repeat(1201), "prompt") && !isLong("a".repeat(1201), "answer"));
  assert.ok(isLong("a\n".repeat(60), "answer") && isLong("a".repeat(6001), "answer"));
  assert.ok(!isLong("a\n".repeat(11), "prompt"));
});
