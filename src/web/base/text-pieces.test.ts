import assert from "node:assert/strict";
import { test } from "node:test";
import { markdownPieces, textPieces } from "./text-pieces.ts";

test("a text is cut behind lines, else behind words, and nothing of it is lost", () => {
  assert.deepEqual(textPieces("one\ntwo\nthree\n", 9), ["one\ntwo\n", "three\n"]);
  assert.deepEqual(textPieces("one two three", 9), ["one two ", "three"]);
  assert.deepEqual(textPieces("xxxxxxxxxx", 4), ["xxxx", "xxxx", "xx"]);
  assert.deepEqual(textPieces("", 4), []);
  const text = Array.from({ length: 3_000 }, (_, i) => `${"w".repeat(i % 37)} ${i % 5 === 0 ? "\n" : ""}`).join("");
  const pieces = textPieces(text, 500);
  assert.equal(pieces.join(""), text);
  assert.ok(pieces.every(({ length }) => length <= 500 && length > 0));
});

test("a character of two halves is in one piece", () => {
  const pieces = textPieces("😀".repeat(10), 5);
  assert.equal(pieces.join(""), "😀".repeat(10));
  assert.ok(pieces.every((piece) => piece.isWellFormed()));
});

test("Markdown is cut where a heading or a paragraph begins, not inside a list, a table or code", () => {
  assert.deepEqual(markdownPieces("# A\n\nfirst words\n\n- a\n\n- b\n\nlast", 24), [
    "# A\n",
    "first words\n\n- a\n\n- b\n",
    "last",
  ]);
  const code = "before\n\n```ts\na\n\nb\n\nc\n```\n\nafter";
  assert.deepEqual(markdownPieces(code, 20), ["before\n", "```ts\na\n\nb\n\nc\n```\n", "after"]);
});

test("code that is longer than a piece goes on as code of its language", () => {
  const lines = Array.from({ length: 12 }, (_, i) => `line ${i}`).join("\n");
  const pieces = markdownPieces(`\`\`\`py\n${lines}\n\`\`\`\n\nend`, 50);
  assert.ok(pieces.length >= 3);
  for (const piece of pieces.slice(0, -1)) assert.match(piece, /^```py\n(?:line \d+\n?)+\n```/);
  assert.match(pieces.at(-1) ?? "", /end$/);
  const told = pieces.join("\n").match(/line \d+/g);
  assert.deepEqual(told, lines.split("\n"));
});

test("pieces of Markdown are small, whatever the text is made of, and all of its words are in them", () => {
  for (const text of [
    "x".repeat(50_000),
    "word ".repeat(10_000),
    "a\n".repeat(20_000),
    "- a\n\n".repeat(9_000),
    "> q\n".repeat(9_000),
  ]) {
    const pieces = markdownPieces(text, 1_000);
    assert.ok(
      pieces.every(({ length }) => length <= 1_100),
      text.slice(0, 8),
    );
    assert.equal(pieces.join("").replace(/\s/g, ""), text.replace(/\s/g, ""));
  }
});
